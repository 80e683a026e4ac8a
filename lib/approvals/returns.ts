// Devices that come back after a failure: the sign that a fix worked. 2026.9.6 shows it in its device list (lastSeenAtMs, connected;
// neither a refusal nor an approval moves them), 2026.4.14 in presence only, and for the CLI not at all.
import type { HandshakeView } from '../api/shapes.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { readSignIns } from '../gateway/presence.ts';
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import type { NewHandshake } from '../handshakes/attempt.ts';
import { present } from '../present.ts';

const SINCE_MS = 24 * 60 * 60_000;
/** Set by the gateway when it starts, without anybody having signed in (2026.9.6). */
const NOT_A_SIGN_IN: ReadonlySet<string> = new Set(['runtime-token-startup']);
/** Signs looked up at once at the first reading; the rest of a long list follows. */
const KEEP_SIGNED = 10_000;

type Sign = { deviceId: string; at: number; raw: string };

export type Returns = {
  /** Each reading of the device list. */
  list: (list: PairingList) => void;
  /** Each presence payload; for devices of which the list tells nothing. */
  presence: (payload: unknown) => void;
  /** Resolves when all signs given so far were looked at. */
  done: () => Promise<void>;
};

/** The moment of a sign-in that a row of the list shows for the first time; undefined where it shows none. */
function signOf(row: PairedDevice, before: PairedDevice | undefined, since: number): number | undefined {
  const { lastSeenAtMs, lastSeenReason, connected } = row;
  if (lastSeenAtMs === undefined || lastSeenAtMs < since || NOT_A_SIGN_IN.has(lastSeenReason ?? '')) return undefined;
  const moved = before === undefined || lastSeenAtMs > (before.lastSeenAtMs ?? 0) || (connected === true && before.connected === false);
  return moved ? lastSeenAtMs : undefined;
}

/** A row for each device that was refused within a day and signed in since; once for each such return. */
export function createReturns(deps: {
  gateway: string;
  consoleDeviceId: string;
  latestOf: (deviceId: string) => Promise<{ failed?: HandshakeView; admitted?: HandshakeView }>;
  /** Everything that the log says so far is stored. */
  settled: () => Promise<void>;
  add: (rows: readonly NewHandshake[]) => void;
  onError: (error: unknown) => void;
  gatewayNow: () => number;
}): Returns {
  let rows = new Map<string, PairedDevice>();
  const signed = new Map<string, number>();
  let work: Promise<void> = Promise.resolve();

  async function look(sign: Sign) {
    const { deviceId, at } = sign;
    if ((signed.get(deviceId) ?? 0) >= at) return;
    const { failed, admitted } = await deps.latestOf(deviceId);
    if (!failed) return;
    const failedAt = Date.parse(failed.at);
    const told = Math.max(signed.get(deviceId) ?? 0, admitted?.cause === 'seen-again' ? Date.parse(admitted.at) : 0);
    // A sign from within the refused attempt itself is none.
    if (failedAt < deps.gatewayNow() - SINCE_MS || at <= failedAt || told > failedAt) return;
    signed.set(deviceId, at);
    for (const first of signed.keys()) {
      if (signed.size <= KEEP_SIGNED) break;
      signed.delete(first);
    }
    const row = rows.get(deviceId);
    const facts = { cause: 'seen-again', deviceId, ...present({ clientId: row?.clientId, clientMode: row?.clientMode }) };
    const { title } = diagnose(facts);
    const iso = new Date(at).toISOString();
    deps.add([
      {
        id: `seen-${deviceId.slice(0, 32)}-${at}`,
        gateway: deps.gateway,
        at: iso,
        derived: true,
        outcome: 'admitted',
        cause: 'seen-again',
        title,
        deviceId,
        ...present({ clientId: row?.clientId, clientMode: row?.clientMode }),
        evidence: { facts, timeline: [{ step: 'note', at: iso, derived: true, text: `${title}.` }], raw: [sign.raw] },
      },
    ]);
  }

  function follow(signs: readonly Sign[]) {
    if (signs.length === 0) return;
    work = work
      .then(deps.settled)
      .then(async () => {
        for (const sign of signs) await look(sign);
      })
      .catch(deps.onError);
  }

  return {
    list(list) {
      const since = deps.gatewayNow() - SINCE_MS;
      const before = rows;
      rows = new Map(list.paired.map((row) => [row.deviceId, row]));
      follow(
        list.paired.flatMap((row) => {
          const known = before.get(row.deviceId);
          if (known === row || row.deviceId === deps.consoleDeviceId) return [];
          const at = signOf(row, known, since);
          const { lastSeenAtMs, lastSeenReason, connected } = row;
          return at === undefined
            ? []
            : [{ deviceId: row.deviceId, at, raw: `device.pair.list: ${JSON.stringify({ lastSeenAtMs, lastSeenReason, connected })}` }];
        }),
      );
    },
    presence(payload) {
      follow(
        readSignIns(payload).flatMap(({ deviceId, at }) => {
          const row = rows.get(deviceId);
          if (!row || row.lastSeenAtMs !== undefined || deviceId === deps.consoleDeviceId) return [];
          return [{ deviceId, at, raw: `presence: ${JSON.stringify({ reason: 'connect', ts: at })}` }];
        }),
      );
    },
    done: () => work,
  };
}
