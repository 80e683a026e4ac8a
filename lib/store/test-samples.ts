// Rows for tests of the store: whole, plausible and easy to vary.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecisionView, OriginView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import type { NewHandshake } from '../handshakes/attempt.ts';
import type { NewActivity } from './activity.ts';

export const START_MS = Date.parse('2026-11-22T12:00:00.000Z');

const origin: OriginView = { origin: 'host-key', assurance: 'peer', summary: "Signed by this host's own key.", facts: [], settled: true };

/** A decision that is about to be asked for. */
export const sampleDecision = (over: Partial<DecisionView> = {}): DecisionView => ({
  id: 'd1',
  gateway: 'g1',
  requestId: 'r1',
  deviceId: 'dev1',
  publicKey: 'key1',
  action: 'approve',
  state: 'asking',
  actor: { kind: 'person', name: 'operator' },
  reason: 'scope-upgrade',
  roles: ['operator'],
  scopes: ['operator.read', 'operator.admin'],
  heldScopes: ['operator.read'],
  addedScopes: ['operator.admin'],
  risk: 'admin',
  at: isoOf(START_MS),
  outcome: '',
  origin,
  ...over,
});

/** A decision that a rule took at a time (ms). */
export const ruleDecision = (id: string, ruleId: string, atMs: number, over: Partial<DecisionView> = {}): DecisionView =>
  sampleDecision({ id, actor: { kind: 'rule', name: 'Local tools', ruleId }, at: isoOf(atMs), ...over });

/** An activity entry. */
export const sampleActivity = (id: string, over: Partial<NewActivity> = {}): NewActivity => ({
  id,
  at: isoOf(START_MS),
  actor: { kind: 'person', name: 'operator' },
  what: 'rule.create',
  text: 'Made the rule Local tools.',
  ...over,
});

/** A handshake row. */
export const sampleHandshake = (id: string, over: Partial<NewHandshake> = {}): NewHandshake => ({
  id,
  gateway: 'g1',
  at: isoOf(START_MS),
  outcome: 'refused',
  cause: 'pairing-required/scope-upgrade',
  title: 'Needs more scopes',
  evidence: { facts: {}, timeline: [], raw: ['{"0":"gateway/ws"}'] },
  ...over,
});

/** A new folder under the system's temporary one, and how to remove it. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-store-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
