// Whether the facts bear out the origin that a judgement names. The judge says the origin; here nothing is taken on its word alone, so
// that a judgement that was recorded, cut or mixed up on its way can never approve.
import type { JudgedOrigin } from './case.ts';

type FactName = JudgedOrigin['facts'][number]['name'];

const BIT: Record<FactName, number> = {
  key: 1,
  attempts: 2,
  records: 4,
  source: 8,
  canary: 16,
  peer: 32,
  configuration: 64,
  statement: 128,
  provenance: 256,
  complete: 512,
};
const PATH = BIT.attempts | BIT.records | BIT.source | BIT.canary | BIT.configuration;
const HOST_KEY = PATH | BIT.key;
const LOOPBACK = PATH | BIT.statement | BIT.provenance;

export type ProvenPath = {
  /** Undefined: not known, or named and not borne out. */
  hostKey: boolean | undefined;
  loopback: boolean | undefined;
  /** The caller's socket was seen. Undefined: it was not, which contradicts nothing. */
  peer: true | undefined;
};

/** What a judgement's facts prove of the path. A host key counts as loopback too where the facts of both are there. */
export function provenPath(judgement: JudgedOrigin): ProvenPath {
  const { origin, assurance } = judgement;
  if (origin === 'proxied' || origin === 'remote') return { hostKey: false, loopback: false, peer: undefined };
  let held = 0;
  let bad = 0;
  let turned = 0;
  for (const fact of judgement.facts) {
    const bit = BIT[fact.name];
    if (fact.held === true) held |= bit;
    else bad |= bit;
    if (fact.held === false) turned |= bit;
  }
  const good = held & ~bad;
  const peer = assurance === 'peer' && (good & BIT.peer) !== 0 ? true : undefined;
  // Without the socket the log has to do, and then nothing may speak against the socket either.
  const seen = peer === true || (assurance === 'log' && (turned & BIT.peer) === 0);
  const has = (facts: number) => seen && (good & facts) === facts;
  if (origin === 'host-key') {
    const borne = has(HOST_KEY) && judgement.isHostKey;
    return { hostKey: borne ? true : undefined, loopback: borne && peer && has(LOOPBACK) ? true : undefined, peer };
  }
  if (origin === 'loopback') return { hostKey: false, loopback: has(LOOPBACK) ? true : undefined, peer };
  return { hostKey: undefined, loopback: undefined, peer };
}
