// What the rest of a gateway's list says of each device: others that say to be the same client, and what its key asks for. A device of
// which nothing is said costs nothing, and one of which the same is said keeps its object.
import type { PairedDevice, PairingList } from '../gateway/records.ts';
import { sameScopes } from '../gateway/scopes.ts';
import type { ListFacts } from './findings.ts';
import { lastUseMs } from './last-use.ts';

/** Those who name themselves alike, on the same kind of machine and from the same address. A client without an id names nothing. */
function alikeKey({ displayName, clientId, clientMode, platform, remoteIp }: PairedDevice): string | undefined {
  if (clientId === undefined) return undefined;
  return [clientId, clientMode, displayName?.toLowerCase(), platform, remoteIp].map((part) => part ?? '').join('\n');
}

/** The one that is used, where that can be told: the only one connected, else the one that was used last. */
function usedAmong(rows: readonly PairedDevice[]): string | undefined {
  const connected = rows.filter((row) => row.connected === true);
  if (connected.length > 0) return connected.length === 1 ? connected[0]?.deviceId : undefined;
  let best: PairedDevice | undefined;
  for (const row of rows) if ((lastUseMs(row) ?? -1) > ((best && lastUseMs(best)) ?? -1)) best = row;
  return best?.deviceId;
}

const platformText = ({ platform, deviceFamily }: { platform?: string | undefined; deviceFamily?: string | undefined }) =>
  [platform, deviceFamily].filter((part) => part !== undefined).join(', ') || 'none';

/** What waits for keys that are paired. */
function asked(list: PairingList, rows: ReadonlyMap<string, PairedDevice>, into: Map<string, ListFacts>) {
  for (const pending of list.pending) {
    const row = rows.get(pending.deviceId);
    if (!row || row.publicKey !== pending.publicKey) continue;
    const facts = into.get(row.deviceId) ?? {};
    const same = sameScopes(pending.scopes, row.scopes) && pending.roles.every((role) => row.roles.includes(role));
    if (same && platformText(pending) !== platformText(row))
      facts.platformAsks = { requestId: pending.requestId, sinceMs: pending.ts, platform: platformText(pending) };
    facts.roleAsks = { sinceMs: pending.ts };
    into.set(row.deviceId, facts);
  }
}

/** A reader of lists: asked with the same list it answers at once, and with the next it keeps every object that says the same. */
export function createListFacts(): (list: PairingList) => ReadonlyMap<string, ListFacts> {
  // A row that did not change is the same object at the next reading.
  const keys = new WeakMap<PairedDevice, { key: string | undefined }>();
  const keyOf = (row: PairedDevice) => {
    const before = keys.get(row) ?? { key: alikeKey(row) };
    keys.set(row, before);
    return before.key;
  };
  let last: PairingList | undefined;
  let known: ReadonlyMap<string, { text: string; facts: ListFacts }> = new Map();
  let answer: ReadonlyMap<string, ListFacts> = new Map();
  return (list) => {
    if (list === last) return answer;
    last = list;
    const rows = new Map(list.paired.map((row) => [row.deviceId, row]));
    const found = new Map<string, ListFacts>();
    for (const [key, alike] of Map.groupBy(list.paired, keyOf)) {
      if (key === undefined || alike.length < 2) continue;
      const shared = { count: alike.length, used: usedAmong(alike) };
      for (const row of alike) found.set(row.deviceId, { alike: shared });
    }
    asked(list, rows, found);
    const next = new Map<string, { text: string; facts: ListFacts }>();
    for (const [deviceId, facts] of found) {
      const before = known.get(deviceId);
      const text = JSON.stringify(facts);
      next.set(deviceId, before?.text === text ? before : { text, facts });
    }
    known = next;
    answer = new Map([...next].map(([deviceId, { facts }]) => [deviceId, facts]));
    return answer;
  };
}
