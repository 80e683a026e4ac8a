// Keeps 100,000 rows small: texts that many rows share are kept once.
import type { HandshakeView } from '#lib/api/shapes.ts';
import { present } from '#lib/present.ts';

/** More different texts than this and the table starts over; rows keep the texts they have. */
const MOST_TEXTS = 50_000;

/** A function that answers the same row with shared texts. One table for each log, gone with it. */
export function createSlimmer() {
  const texts = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const text = (value: string | undefined): string | undefined => {
    if (value === undefined) return undefined;
    const kept = texts.get(value);
    if (kept !== undefined) return kept;
    if (texts.size >= MOST_TEXTS) texts.clear();
    texts.set(value, value);
    return value;
  };
  const list = (values: string[] | undefined): string[] | undefined => {
    if (values === undefined) return undefined;
    const name = values.join('\n');
    const kept = lists.get(name);
    if (kept !== undefined) return kept;
    if (lists.size >= MOST_TEXTS) lists.clear();
    lists.set(name, values);
    return values;
  };
  return (row: HandshakeView): HandshakeView => ({
    ...row,
    gateway: text(row.gateway) ?? row.gateway,
    cause: text(row.cause) ?? row.cause,
    title: text(row.title) ?? row.title,
    ...present({
      deviceId: text(row.deviceId),
      deviceName: text(row.deviceName),
      clientId: text(row.clientId),
      clientMode: text(row.clientMode),
      browserOrigin: text(row.browserOrigin),
      remoteAddr: text(row.remoteAddr),
      host: text(row.host),
      scopesFrom: list(row.scopesFrom),
      scopesTo: list(row.scopesTo),
      conn: row.conn === row.id ? row.id : row.conn,
    }),
    // A run of one says nothing that the row does not say itself.
    run: row.run.count === 1 && row.run.firstAt === row.at ? { id: row.run.id, count: 1, firstAt: row.at } : row.run,
  });
}
