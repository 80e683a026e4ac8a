// A month of attempts: some hundred devices that fail in dozens of ways and try again, and one scanner that never says the same.
import { createHash } from 'node:crypto';
import type { HandshakeOutcome, Origin } from '../lib/api/shapes.ts';
import { isoOf } from '../lib/clock.ts';
import type { NewHandshake } from '../lib/handshakes/attempt.ts';

const DEVICES = 300;
const SCANS = 50_000;
const MONTH_MS = 29 * 86_400_000;

type Kind = { outcome: HandshakeOutcome; cause: string; title: string };

const KINDS: Kind[] = Array.from({ length: 24 }, (_, n): Kind => {
  const outcome = (['refused', 'waiting', 'refused', 'timed-out', 'left-early', 'admitted'] as const)[n % 6] ?? 'refused';
  return { outcome, cause: `${outcome === 'waiting' ? 'pairing-required' : 'unauthorized'}/reason-${n}`, title: `Refused for reason ${n}` };
});
const SCANNED: Kind = { outcome: 'refused', cause: 'unauthorized/token_missing', title: 'No token was sent' };

const hex = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);

/** The same numbers on every machine and every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** `count` attempts that end at `end` (ms), oldest first, and more after them. */
export function createMonth(count: number, end: number) {
  const random = createRandom(7);
  const devices = Array.from({ length: DEVICES }, (_, n) => hex(`device ${n}`, 64));
  const times = new Float64Array(count);
  /** Device and kind of a loop, or -1 for the scanner. */
  const kinds = new Int32Array(count);
  let filled = 0;
  for (; filled < SCANS && filled < count; filled += 1) {
    times[filled] = end - MONTH_MS / 2 + filled * 40;
    kinds[filled] = -1;
  }
  while (filled < count) {
    const kind = Math.floor(random() * DEVICES) * KINDS.length + Math.floor(random() ** 2 * KINDS.length);
    const pause = 1_000 + random() * 29_000;
    let at = end - random() * MONTH_MS;
    for (let left = 1 + Math.floor(random() ** 3 * 1_500); left > 0 && filled < count && at < end; left -= 1) {
      times[filled] = at;
      kinds[filled] = kind;
      filled += 1;
      at += pause * (0.9 + random() / 5);
    }
  }
  const order = Uint32Array.from({ length: count }, (_, n) => n).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const connOf = (n: number) => {
    const id = hex(`conn ${n}`, 32);
    return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
  };
  const scannerHost = (n: number) => `scan-${hex(`host ${n % SCANS}`, 12)}`;

  function attempt(n: number): NewHandshake {
    const place = order[n] ?? order[n % count] ?? 0;
    const at = isoOf(Math.floor(n < count ? (times[place] ?? end) : end + (n - count) * 5));
    const number = kinds[place] ?? -1;
    const scanner = number < 0;
    const device = Math.floor(number / KINDS.length);
    const kind = scanner ? SCANNED : (KINDS[number % KINDS.length] ?? SCANNED);
    const conn = connOf(n);
    const origin: Origin = scanner || device % 3 === 0 ? 'remote' : 'loopback';
    const clientId = ['cli', 'control-ui', 'webchat', 'node-host'][device % 4] ?? 'cli';
    const host = scanner ? scannerHost(place) : '127.0.0.1:18789';
    const raw = [
      JSON.stringify({
        0: '{"subsystem":"gateway/ws"}',
        1: {
          cause: kind.cause,
          handshake: 'failed',
          durationMs: 12,
          host,
          userAgent: 'x'.repeat(80),
          deviceId: devices[device],
          conn,
          remoteAddr: '127.0.0.1',
        },
        2: `closed before connect conn=${conn} remote=127.0.0.1 fwd=n/a origin=n/a host=${host} ua=${'x'.repeat(80)} code=1008 reason=${kind.title}`,
        _meta: {
          runtime: 'node',
          hostname: 'host',
          date: at,
          logLevelId: 4,
          logLevelName: 'WARN',
          path: { filePath: '/dist/subsystem.js', fileLine: '217' },
        },
        time: at,
      }),
    ];
    return {
      id: `conn-${conn}`,
      gateway: device % 10 === 9 ? 'g2' : 'g1',
      at,
      ...kind,
      ...(scanner
        ? {}
        : {
            deviceId: devices[device] ?? '',
            deviceName: `Device ${device}`,
            scopesFrom: ['operator.read'],
            scopesTo: ['operator.read', 'operator.write'],
          }),
      clientId,
      clientMode: 'cli',
      origin,
      remoteAddr: scanner ? '203.0.113.7' : '127.0.0.1',
      host,
      durationMs: 12,
      conn,
      evidence: {
        facts: { cause: kind.cause, handshake: 'failed', host, userAgent: 'x'.repeat(80), clientId, durationMs: 12 },
        timeline: [
          { step: 'open', at, derived: true, text: 'The socket was opened.' },
          { step: 'close', at, derived: false, text: 'The gateway closed it with 1008.' },
        ],
        raw,
      },
    };
  }

  return {
    end,
    devices,
    causes: KINDS.map((kind) => kind.cause),
    scannerCause: SCANNED.cause,
    scannerHost,
    conns: Array.from({ length: 200 }, (_, n) => connOf(Math.floor((n * count) / 200))),
    attempts: (start: number, length: number): NewHandshake[] => Array.from({ length }, (_, n) => attempt(start + n)),
  };
}

export type Month = ReturnType<typeof createMonth>;
