// Wrong passwords make the next try wait, by name and by address. Passkeys and links of the terminal are never asked here.

import { isIPv6 } from 'node:net';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import { isLoopbackHost } from '../settings.ts';
import { nameKey } from '../store/operators.ts';
import { hashOf } from './secrets.ts';

const FREE_TRIES = 5;
const FIRST_WAIT_MS = 1000;
export const LONGEST_WAIT_MS = 15 * 60_000;
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;
const MAX_KEYS = 5000;

type Row = { wrong: number; lastMs: number };

/** How long a try waits after this many wrong ones in a row, ms. */
export const waitAfter = (wrong: number): number =>
  wrong < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(wrong - FREE_TRIES, 20));

/** The eight groups of an IPv6 address that has no dots, however it is shortened. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const first = head === '' ? [] : head.split(':');
  if (tail === undefined) return first;
  const last = tail === '' ? [] : tail.split(':');
  return [...first, ...Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0'), ...last];
}

/** The addresses of one IPv6 network, its first 64 bits, belong to one caller. */
const networkOf = (address: string): string =>
  isIPv6(address) && !address.includes('.')
    ? groupsOf(address)
        .slice(0, 4)
        .map((group) => Number.parseInt(group, 16).toString(16))
        .join(':')
    : address;

/**
 * Counts tries. Names and addresses have their own room, so that a flood of one forgets nothing of the other. With `byAddress` false only
 * names wait: where all callers have the one address of a proxy, a stranger's wrong tries would keep everybody out.
 */
export function createLockOut(clock: Clock, { byAddress: countsAddresses = true }: { byAddress?: boolean } = {}) {
  const byName = new Map<string, Row>();
  const byAddress = new Map<string, Row>();

  function rowOf(map: Map<string, Row>, key: string): Row | undefined {
    const row = map.get(key);
    if (!row || clock.monotonicMs() - row.lastMs < FORGOTTEN_AFTER_MS) return row;
    map.delete(key);
    return undefined;
  }

  function leftOf(row: Row | undefined): number {
    return row ? row.lastMs + waitAfter(row.wrong) - clock.monotonicMs() : 0;
  }

  function count(map: Map<string, Row>, key: string): void {
    const row = rowOf(map, key) ?? { wrong: 0, lastMs: 0 };
    map.delete(key);
    map.set(key, { wrong: row.wrong + 1, lastMs: clock.monotonicMs() });
    const [oldest] = map.keys();
    if (map.size > MAX_KEYS && oldest !== undefined) map.delete(oldest);
  }

  function uncount(map: Map<string, Row>, key: string): void {
    const row = map.get(key);
    if (row && row.wrong > 1) map.set(key, { ...row, wrong: row.wrong - 1 });
    else map.delete(key);
  }

  return {
    /**
     * Takes one try, which counts as wrong until `passed` or `untried` is called: a hundred that come at once are not a hundred free ones.
     * Throws Problem('sign-in-locked') with `retryAfterS` where name or address have to wait.
     */
    begin(name: string, address: string): { passed: () => void; untried: () => void } {
      // A name may be as long as a body allows; its hash is not.
      const named = { map: byName, key: hashOf(nameKey(name)) };
      // From this host come many: whoever is behind a proxy here that is not named in the settings.
      const keys = !countsAddresses || isLoopbackHost(address) ? [named] : [named, { map: byAddress, key: networkOf(address) }];
      const leftMs = Math.max(...keys.map(({ map, key }) => leftOf(rowOf(map, key))));
      if (leftMs > 0) {
        const retryAfterS = Math.ceil(leftMs / 1000);
        throw new Problem('sign-in-locked', `Too many wrong passwords. Wait ${retryAfterS} s.`, { retryAfterS });
      }
      for (const { map, key } of keys) count(map, key);
      return {
        // Of the address only this very try is taken back: else whoever has one account could try all other names for ever.
        passed: () => {
          byName.delete(named.key);
          for (const { map, key } of keys) if (map === byAddress) uncount(map, key);
        },
        /** Nobody looked at the password: the try counts for nothing. */
        untried: () => {
          for (const { map, key } of keys) uncount(map, key);
        },
      };
    },
  };
}

export type LockOut = ReturnType<typeof createLockOut>;
