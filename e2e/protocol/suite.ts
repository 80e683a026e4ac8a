// The protocol suite: one list of promises that the practice gateway and every proven real gateway must keep alike.
import type { Promised } from './checks.ts';
import { PAIRING } from './pairing.ts';
import { REFUSALS } from './refusals.ts';

/** All promises, in reading order. Each brings its own devices, so they may run in any order on one gateway. */
export function protocolSuite(): Promised[] {
  return [...PAIRING, ...REFUSALS];
}
