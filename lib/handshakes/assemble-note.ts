// Records that are no attempt -> rows of their own: grants, token work, warnings, starts and stops, gaps. Titles come from the catalogue.
import { createHash } from 'node:crypto';
import type { HandshakeOutcome, TimelineStep } from '../api/shapes.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { callerString } from '../gateway/records.ts';
import { present } from '../present.ts';
import type { AttemptFacts, NewHandshake } from './attempt.ts';
import type { LogGap } from './log-window.ts';
import type { LogRecord } from './records.ts';

/** The id of a row that has no connection: the same line gives the same row, however often it is read. */
export const idOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

/** Where a row stands: its time as ISO text, `derived` where no record gives it. */
export type Place = { at: string; derived?: true };

/** Starts and stops are told once each: a gateway writes several lines about either. */
export function lifeNote(what: 'started' | 'stopped'): Note {
  return { outcome: 'note', step: 'note', facts: { cause: `gateway-${what}` } };
}

export type Note = { outcome: HandshakeOutcome; facts: AttemptFacts & { cause: string }; step: TimelineStep['step'] };

/** What a record says by itself; undefined for the records of an attempt and for those that say nothing. */
export function noteOf(record: LogRecord): Note | undefined {
  switch (record.kind) {
    case 'grant': {
      // An approval lets nobody in: the client has to come back for that.
      const silent = record.how === 'silent';
      const cause = silent ? 'silent-grant' : 'operator-grant';
      return { outcome: silent ? 'admitted' : 'note', step: 'grant', facts: { cause, deviceId: record.deviceId, role: record.role } };
    }
    case 'token':
      return {
        outcome: 'note',
        step: 'note',
        facts: { cause: `token-${record.what}`, deviceId: record.deviceId, ...present({ role: record.role }) },
      };
    case 'warning':
      return { outcome: 'note', step: 'warning', facts: { cause: record.warning } };
    case 'audit-other':
      if (record.sort === 'metadata') return undefined;
      return {
        outcome: 'note',
        step: 'audit',
        facts: {
          cause: record.sort === 'live' ? 'live-upgrade' : 'audit-unreadable',
          ...present({ deviceId: record.deviceId, scopesTo: record.scopesTo }),
        },
      };
    case 'unattributable':
      return { outcome: 'note', step: 'note', facts: { cause: 'proxy-attribution-required', remoteAddr: callerString(record.remoteAddr) } };
    case 'size-cap':
      return { outcome: 'gap', step: 'note', facts: { cause: 'size-cap' } };
    default:
      return undefined;
  }
}

/** A row for a note. `title` replaces the catalogue's where the row counts something. */
export function noteRow(o: {
  gateway: string;
  id: string;
  place: Place;
  note: Note;
  raw: readonly string[];
  title?: string;
  unsure?: boolean;
}): NewHandshake {
  const { outcome, facts, step } = o.note;
  const title = o.title ?? diagnose(facts).title;
  return {
    id: o.id,
    gateway: o.gateway,
    ...o.place,
    ...(o.unsure ? { unsure: true as const } : {}),
    outcome,
    cause: facts.cause,
    title,
    ...present({
      deviceId: facts.deviceId === undefined ? undefined : callerString(facts.deviceId),
      scopesTo: facts.scopesTo,
      remoteAddr: facts.remoteAddr,
    }),
    evidence: { facts, timeline: [{ step, at: o.place.at, derived: o.place.derived === true, text: `${title}.` }], raw: [...o.raw] },
  };
}

/** A gap of the source as a row; undefined where the lines themselves make one. */
export function gapRow(gateway: string, gap: Pick<LogGap, 'why' | 'from'>, place: Place): NewHandshake | undefined {
  if (gap.why === 'unread-line' || gap.why === 'size-cap') return undefined;
  const note: Note = { outcome: 'gap', step: 'note', facts: { cause: gap.why } };
  return noteRow({ gateway, id: idOf(`gap ${gap.why} ${place.at}`), place, note, raw: [] });
}
