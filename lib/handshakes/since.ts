// What became of the caller of a row, asked of the stored log: by its device where that is proven, else by who fails in the very same way.
import type { HandshakeView } from '../api/shapes.ts';
import type { Since } from './detail.ts';
import { hasProvenKey } from './detail-key.ts';
import type { HandshakeFilter } from './filter.ts';
import { isFolded } from './runs.ts';

/** What is asked of the log; each answer is exact, however much strangers wrote since. */
export type SinceLog = {
  newestAlike: (row: HandshakeView) => Promise<HandshakeView | undefined>;
  latestOf: (gateway: string, deviceId: string) => Promise<{ failed?: HandshakeView; admitted?: HandshakeView }>;
  list: (ask: HandshakeFilter & { limit: number }) => Promise<{ items: readonly HandshakeView[] }>;
};

/** The newest of what is known of the caller of a row; it may be the row itself. Nothing for rows that are no failure. Rejects as the log does. */
export async function sinceOf(log: SinceLog, row: HandshakeView): Promise<Since> {
  if (!isFolded(row.outcome)) return {};
  const { gateway, deviceId } = row;
  if (deviceId === undefined || !hasProvenKey(row)) return { failed: await log.newestAlike(row) };
  const [latest, grants] = await Promise.all([
    log.latestOf(gateway, deviceId),
    log.list({ gateway, device: deviceId, cause: 'operator-grant', from: Date.parse(row.at), limit: 1 }),
  ]);
  return { ...latest, granted: grants.items[0] };
}
