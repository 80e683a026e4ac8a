// Trouble of a gateway that no row of the log can tell, in words. Pure; times come in, none is taken here.
import type { Severity, TroubleView } from '../api/shapes.ts';
import { plain, quoted } from '../diagnosis/words.ts';
import type { ClockDelta } from '../gateway/clock-delta.ts';
import { present } from '../present.ts';
import type { LogGap } from './log-window.ts';
import type { Lock } from './trouble-locks.ts';

/** Rows that this console could not store: `since` is this host's clock, ms; `dropped` were let go, since too many waited. */
export type Unstored = { since: number; waiting: number; dropped: number; why: string | undefined };

export type TroubleInput = {
  /** This host's clock, ms. */
  now: number;
  live: boolean;
  protocol: number | undefined;
  log: {
    source: 'raw' | 'tail' | 'none';
    problem: string | undefined;
    /** Times of the gateway's clock, ms; `to` is infinite while it lasts. */
    gaps: readonly LogGap[];
    /** When the newest timed record was written, the gateway's clock. */
    lastAt: number;
    /** The ports of other gateways that write into the same file. */
    otherPorts: readonly number[];
    /** Refusals that the gateway said it left out, and when it last said so (gateway's clock). */
    throttled: { count: number; at: number } | undefined;
  };
  canary: { read: true } | { read: false; why: string } | undefined;
  /** `logging.level` of the gateway's configuration. */
  logLevel: string | undefined;
  clock: ClockDelta | undefined;
  restart: { since: number; until: number | undefined } | undefined;
  locks: readonly Lock[];
  unstored: Unstored | undefined;
};

const LOCKS_TOLD = 3;
const RECENT_MS = 10 * 60_000;
const CLOCK_STEPS: readonly [ms: number, severity: Severity][] = [
  [110_000, 'serious'],
  [60_000, 'warning'],
  [5_000, 'notice'],
];
const ORDER: Record<Severity, number> = { serious: 0, warning: 1, notice: 2, info: 3 };
const iso = (ms: number) => new Date(ms).toISOString();

/** Why a gap matters and what to do about it; a new day's file is nothing to mend. */
const GAPS: Record<string, { severity: Severity; text: string; fix?: string }> = {
  'unread-line': { severity: 'notice', text: 'Lines of the log could not be read. Each is counted as a row.' },
  limit: {
    severity: 'warning',
    text: 'More was logged than could be read, so attempts may be missing.',
    fix: 'Run the console on the gateway’s host: there it reads the log file itself.',
  },
  'file-changed': { severity: 'notice', text: 'The log moved to a new file. What was written in between may be missing.' },
  'file-shrunk': { severity: 'warning', text: 'The log file shrank: somebody cut it, and attempts may be missing.' },
  'source-failed': { severity: 'warning', text: 'The log could not be read for a while, so attempts may be missing.' },
  'size-cap': {
    severity: 'serious',
    text: 'The gateway stopped writing its log: the file is full. New attempts leave no trace.',
    fix: 'Raise logging.maxFileBytes in the gateway’s configuration, or move the file away.',
  },
};

/** Whether the log still cannot be read, so that its newest record says nothing of how long the gap is. */
const isLasting = ({ why, to }: LogGap) => why === 'size-cap' || (why === 'source-failed' && to === Number.POSITIVE_INFINITY);

function gapTrouble({ log }: TroubleInput, gatewayNow: number): TroubleView[] {
  const worst = log.gaps
    .filter((g) => Math.min(g.to, Math.max(g.from, log.lastAt)) >= gatewayNow - RECENT_MS || isLasting(g))
    .map((g) => ({
      gap: g,
      known: GAPS[g.why] ?? { severity: 'warning' as const, text: 'The log has a gap, so attempts may be missing.' },
    }))
    .sort((a, b) => ORDER[a.known.severity] - ORDER[b.known.severity] || b.gap.from - a.gap.from)[0];
  if (!worst) return [];
  return [{ code: 'log-gap', ...worst.known, ...(worst.gap.from > 0 ? { since: iso(worst.gap.from) } : {}) }];
}

function levelTrouble({ log, logLevel, protocol, canary }: TroubleInput): TroubleView[] {
  const out: TroubleView[] = [];
  // 2026.4.14 as published takes its file level from OPENCLAW_LOG_LEVEL alone, so there the setting says nothing.
  const level = protocol !== undefined && protocol >= 4 ? logLevel : undefined;
  if (level === 'error' || level === 'fatal' || level === 'silent')
    out.push({
      code: 'log-level',
      severity: 'serious',
      text: `The gateway logs at level ${level}, which hides every refusal.`,
      fix: 'Set logging.level to info in the gateway’s configuration.',
    });
  else if (level === 'warn')
    out.push({
      code: 'log-level',
      severity: 'warning',
      text: 'The gateway logs at level warn, which hides grants, revoked tokens and removed devices.',
      fix: 'Set logging.level to info in the gateway’s configuration.',
    });
  // Where the log cannot be read at all, that is said instead.
  if (canary?.read === false && log.source !== 'none')
    out.push({
      code: 'log-silent',
      severity: 'serious',
      text: `A connection of the console’s own left no trace in the log: ${canary.why}. Refusals may be missing in the same way.`,
      fix:
        protocol !== undefined && protocol < 4
          ? 'Start the gateway without OPENCLAW_LOG_LEVEL, or with info, and look whether its log file is full or was moved. On 2026.4.x logging.level in the configuration has no effect on the file.'
          : 'Set logging.level to info, and look whether the log file is full or was moved.',
    });
  return out;
}

/** "72 s ahead of": whole seconds, so that the page is not repainted at every measurement. */
function clockTrouble(clock: ClockDelta | undefined): TroubleView[] {
  if (!clock) return [];
  const least = Math.abs(clock.deltaMs) - clock.uncertaintyMs;
  const step = CLOCK_STEPS.find(([ms]) => least >= ms);
  if (!step) return [];
  const seconds = Math.round(Math.abs(clock.deltaMs) / 1000);
  const margin = Math.max(1, Math.round(clock.uncertaintyMs / 1000));
  return [
    {
      code: 'clock-off',
      severity: step[1],
      text: `The gateway’s clock is ${seconds} s ${clock.deltaMs > 0 ? 'ahead of' : 'behind'} this host’s, to within ${margin} s. All times of this log are the gateway’s.`,
      fix: 'Set both clocks by NTP. From 120 s on, the gateway refuses what clients sign with another clock (device-signature-stale).',
    },
  ];
}

/** Each browser origin on loopback counts by itself, so a caller can make many locks: few are told, the rest is counted. */
function lockTrouble(locks: readonly Lock[], deltaMs: number): TroubleView[] {
  const told = locks.slice(0, LOCKS_TOLD);
  const more = locks.length - told.length;
  return told.map((lock, n) => ({
    code: 'rate-lock',
    severity: 'warning',
    text: [
      `The gateway refuses every sign-in from ${lock.isOrigin ? `the browser origin ${quoted(lock.who)}` : plain(lock.who)}: too many wrong secrets came from there.`,
      ...(lock.sure ? [] : ['When it began was not seen, so it may end earlier.']),
      ...(n === told.length - 1 && more > 0 ? [`${more} more ${more === 1 ? 'is' : 'are'} locked out.`] : []),
    ].join(' '),
    fix: 'Stop the client that retries, correct its secret, and wait. A restart of the gateway ends the lock at once.',
    since: iso(lock.since - deltaMs),
    until: iso(lock.until - deltaMs),
  }));
}

/** Without it, a list that stands still would read as if nothing failed. */
function unstoredTrouble({ since, waiting, dropped, why }: Unstored): TroubleView {
  return {
    code: 'rows-unstored',
    severity: 'serious',
    text: [
      `The handshake log cannot be written${why === undefined ? '.' : `: ${why}`}`,
      waiting === 1 ? 'One new row waits and is not shown yet.' : `${waiting} new rows wait and are not shown yet.`,
      ...(dropped === 0 ? [] : [`${dropped} older ${dropped === 1 ? 'one' : 'ones'} had to be let go.`]),
    ].join(' '),
    fix: 'Free disk space, or mend the permissions of handshakes.db in the data folder. What waits is stored by itself then.',
    since: iso(since),
  };
}

/** All trouble of a gateway at present, the most serious first. While the console is not connected only what does not depend on that is told. */
export function troubleOf(input: TroubleInput): TroubleView[] {
  const deltaMs = input.clock?.deltaMs ?? 0;
  const { log, restart } = input;
  const gatewayNow = input.now + deltaMs;
  const out: TroubleView[] = [];
  if (restart)
    out.push({
      code: 'gateway-restarting',
      severity: 'notice',
      text: 'The gateway is starting, stopping or suspended. Clients that come now are sent away and come back by themselves.',
      since: iso(restart.since),
      ...present({ until: restart.until === undefined ? undefined : iso(restart.until) }),
    });
  out.push(...lockTrouble(input.locks, deltaMs));
  if (input.unstored) out.push(unstoredTrouble(input.unstored));
  if (input.live) {
    if (log.source === 'none')
      out.push({
        code: 'log-unreadable',
        severity: 'serious',
        text: log.problem ?? 'The gateway’s log cannot be read, so refusals are not seen.',
        fix: 'Let the console read the log: on the gateway’s host as its user, or through logs.tail.',
      });
    out.push(...levelTrouble(input), ...gapTrouble(input, gatewayNow), ...clockTrouble(input.clock));
    if (log.throttled && log.throttled.at >= gatewayNow - RECENT_MS)
      out.push({
        code: 'throttled',
        severity: 'notice',
        text: `The gateway left out at least ${log.throttled.count} refusal${log.throttled.count === 1 ? '' : 's'} of clients that send no secret; it logs the like only once in 30 s.`,
        since: iso(log.throttled.at - deltaMs),
      });
    if (log.otherPorts.length > 0)
      out.push({
        code: 'shared-log',
        severity: 'notice',
        text: `Another gateway (port ${log.otherPorts.slice(0, 3).join(', ')}) writes into the same log file. Lines that do not say whose they are are marked.`,
      });
  }
  return out.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
