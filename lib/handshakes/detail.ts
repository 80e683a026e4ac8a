// One row of the handshake log, opened: what happened, why, what mends it, and what became of the caller since. Pure.
import type { AftermathView, HandshakeDetail, HandshakeView } from '../api/shapes.ts';
import type { Place } from '../diagnosis/entry.ts';
import { explain } from '../diagnosis/explain.ts';
import { present } from '../present.ts';
import type { AttemptFacts, HandshakeEvidence } from './attempt.ts';
import { hasProvenKey } from './detail-key.ts';
import { isFolded } from './runs.ts';

/** What each fact is called on the page, in the order in which it is shown. */
const NAMES: readonly [keyof AttemptFacts, string][] = [
  ['cause', 'Cause'],
  ['reason', 'Reason'],
  ['authReason', 'Sign-in refused because'],
  ['authProvided', 'Sent to sign in'],
  ['handshake', 'Handshake'],
  ['closeCode', 'Close code'],
  ['closeReason', 'Close reason'],
  ['deviceId', 'Device'],
  ['requestId', 'Request'],
  ['role', 'Role'],
  ['clientId', 'Client'],
  ['clientMode', 'Client mode'],
  ['clientVersion', 'Client version'],
  ['platform', 'Platform'],
  ['platformFrom', 'Platform pinned'],
  ['platformTo', 'Platform claimed'],
  ['minProtocol', 'Oldest protocol offered'],
  ['maxProtocol', 'Newest protocol offered'],
  ['expectedProtocol', 'Protocol of the gateway'],
  ['scopesFrom', 'Scopes held'],
  ['scopesTo', 'Scopes asked'],
  ['host', 'Host header'],
  ['browserOrigin', 'Origin header'],
  ['userAgent', 'User agent'],
  ['forwardedFor', 'Forwarded for'],
  ['remoteAddr', 'Came from'],
  ['remotePort', 'From port'],
  ['localAddr', 'Reached at'],
  ['localPort', 'Port of the gateway'],
  ['durationMs', 'Lasted'],
  ['suppressed', 'Left out before'],
];

function textOf(name: keyof AttemptFacts, value: string | number | string[]): string {
  if (name === 'durationMs') return `${value} ms`;
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return String(value);
}

/** The facts that the records give, by name, in words. */
export function factsInWords(facts: AttemptFacts): { name: string; text: string }[] {
  return NAMES.flatMap(([key, name]) => {
    const value = facts[key];
    return value === undefined ? [] : [{ name, text: textOf(key, value) }];
  });
}

/** What is known of the caller after a row: the newest failure, sign of success and approval by an operator, where there are such. */
export type Since = { failed?: HandshakeView | undefined; admitted?: HandshakeView | undefined; granted?: HandshakeView | undefined };

function againText(row: HandshakeView, failed: HandshakeView): string {
  if (failed.cause === row.cause) return 'It was refused again in the same way.';
  return hasProvenKey(row) && !hasProvenKey(failed)
    ? `Somebody who named this device was refused: ${failed.title}.`
    : `It was refused again: ${failed.title}.`;
}

/** A row that names no proven device says nothing of who came: only that nothing more fails like it. */
function quietText(row: HandshakeView, granted: HandshakeView | undefined): string {
  if (granted) return 'Approved by an operator, and not refused again since.';
  return hasProvenKey(row) ? 'Not refused again since.' : 'Nothing was refused in the same way since.';
}

/**
 * What became of the caller. A grant alone is no success: the client has to come back. Undefined for rows that are no failure.
 * The words carry no clock time, since only the reader's page knows the reader's zone.
 */
export function aftermathOf(row: HandshakeView, since: Since): AftermathView | undefined {
  if (!isFolded(row.outcome)) return undefined;
  const at = Date.parse(row.at);
  const after = (other: HandshakeView | undefined) =>
    other !== undefined && other.id !== row.id && other.seq > row.seq && Date.parse(other.at) >= at ? other : undefined;
  const failed = after(since.failed);
  const admitted = after(since.admitted);
  const granted = after(since.granted);
  if (failed && (!admitted || failed.seq > admitted.seq))
    return {
      kind: 'again',
      at: failed.at,
      text: againText(row, failed),
    };
  if (admitted)
    return {
      kind: 'admitted',
      at: admitted.at,
      derived: admitted.derived === true,
      text:
        admitted.cause === 'silent-grant'
          ? 'The gateway let the device in by itself.'
          : 'The device signed in after that. Whether with these scopes is not shown.',
    };
  return {
    kind: 'quiet',
    since: granted?.at ?? row.at,
    text: quietText(row, granted),
  };
}

/** The whole of one row. `since` as the store knows it, `place` as the desk of its gateway knows it; undefined when it has none. */
export function detailOf(o: { row: HandshakeView; evidence: HandshakeEvidence; place: Place | undefined; since: Since }): HandshakeDetail {
  const { row, evidence, place } = o;
  return {
    row,
    facts: factsInWords(evidence.facts),
    timeline: evidence.timeline,
    raw: evidence.raw,
    ...present({
      diagnosis: place && explain(evidence.facts, place),
      aftermath: aftermathOf(row, o.since),
      waits: place?.waits,
    }),
  };
}
