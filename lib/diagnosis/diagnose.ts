// Names what the records say of one attempt: which entry of the catalogue it is, or that it is none.
// Total and pure; the same function serves the log, the history and the tests.
import type { HandshakeOutcome, Severity } from '../api/shapes.ts';
import type { AttemptFacts } from '../handshakes/attempt.ts';
import { entryOf } from './catalogue/all.ts';
import type { CatalogueEntry } from './entry.ts';
import { plain } from './words.ts';

type Diagnosed = { key: string; outcome: HandshakeOutcome; title: string; severity: Severity; known: boolean };

const KEY_PART = 60;
const MISSING_HEADER = /^trusted_proxy_missing_header_/;
// How refusals of 2026.9.6 that write no cause begin in the close frame (read in its published code).
const WORDLESS: readonly [RegExp, string][] = [
  [/^operator role policies require a verified user/, 'verified-user-required'],
  [/^browser copilot requires a dedicated paired device/, 'browser-copilot-identity'],
];

/** What tells attempts of one cause apart; undefined for a cause that has only one meaning. */
function detailOf({ cause, reason, authReason, browserOrigin }: AttemptFacts): string | undefined {
  switch (cause) {
    case 'pairing-required':
    case 'device-auth-invalid':
      return reason ?? 'no-reason';
    case 'unauthorized':
      return authReason === undefined ? 'no-reason' : MISSING_HEADER.test(authReason) ? 'trusted_proxy_missing_header' : authReason;
    case 'origin-mismatch':
      if (reason === 'origin missing or invalid') return 'origin-missing';
      if (reason === undefined) return browserOrigin === undefined ? 'origin-missing' : undefined;
      return reason === 'origin not allowed' ? undefined : reason;
    default:
      return undefined;
  }
}

/** The key of an attempt whose record has no cause: most left by themselves, a few were refused without a word. */
function wordlessKey({ handshake, reason, closeCode, closeReason = '' }: AttemptFacts): string {
  if (reason === 'not-json') return 'not-json';
  if (reason === 'max-payload' || closeCode === 1009) return 'preauth-payload-too-large';
  if (handshake === 'failed') return WORDLESS.find(([begins]) => begins.test(closeReason))?.[1] ?? 'refused-without-cause';
  if (closeCode === 1012) return 'service-restart';
  if (closeCode === 1008 && closeReason === 'client version mismatch') return 'client-version-mismatch';
  return 'left-early';
}

/** The key under which an attempt is filed: `cause` or `cause/detail`, each part cut and made safe to show. */
function keyOf(facts: AttemptFacts): string {
  const { cause } = facts;
  if (cause === undefined || cause === '') return wordlessKey(facts);
  const detail = detailOf(facts);
  return detail === undefined ? plain(cause, KEY_PART) : `${plain(cause, KEY_PART)}/${plain(detail, KEY_PART)}`;
}

/** A cause can be looked up only as it was written: a cut or mended one is not taken for another. */
const verbatim = (facts: AttemptFacts): boolean => (facts.cause ?? '').length <= KEY_PART && !(facts.cause ?? '').includes('/');

/** The entry of an attempt, if the catalogue has one. */
export const entryFor = (facts: AttemptFacts): CatalogueEntry | undefined => (verbatim(facts) ? entryOf(keyOf(facts)) : undefined);

/** The title of what has no entry: the gateway's own words, all of them. */
function unknownTitle(facts: AttemptFacts): string {
  const cause = plain(facts.cause ?? '', KEY_PART);
  const detail = detailOf(facts);
  if (detail === undefined) return `Unknown cause: ${cause}`;
  return `Unknown reason of ${cause}: ${detail === 'no-reason' ? 'none given' : plain(detail, KEY_PART)}`;
}

/** Names one attempt. Never throws; what is unknown is shown as it is, with `known: false`, and never as another entry. */
export function diagnose(facts: AttemptFacts): Diagnosed {
  const entry = entryFor(facts);
  if (entry === undefined) return { key: keyOf(facts), outcome: 'refused', title: unknownTitle(facts), severity: 'warning', known: false };
  const { key, outcome, title, severity } = entry;
  return { key, outcome, title, severity, known: key !== 'refused-without-cause' };
}
