// Where the story of a device comes from: the record of this console, source by source, and the handshake log with its runs folded.
import type { StoryItem } from '../api/device-shapes.ts';
import { present } from '../present.ts';
import type { History } from '../store/device-history.ts';
import { firstSeqAt } from '../store/handshakes/place.ts';
import type { Store } from '../store/open.ts';
import type { StorySource } from './story.ts';
import {
  actItem,
  changeItem,
  damagedItem,
  decisionItem,
  handshakeItem,
  nodeDecisionItem,
  requestItem,
  takeBackItem,
  wordItem,
} from './story-items.ts';

/** A search of the log stops after a while and goes on where it stood; so often at most for one page. */
const SEARCHES = 20;
const A_PAGE = 100;

/** The sources of one device. They reject with Problem('store-unwritable') when the store cannot be read. */
export function storySources(
  store: Pick<Store, 'deviceHistory' | 'handshakes' | 'nodeDecisions'>,
  device: { gateway: string; deviceId: string },
): StorySource[] {
  const { deviceHistory: history, handshakes, nodeDecisions } = store;
  const from =
    <T>(
      read: (ask: { gateway: string; deviceId: string; untilMs: number; atLeast: number }) => Promise<History<T>>,
      kind: StoryItem['kind'],
      item: (one: T) => StoryItem,
    ) =>
    async (untilMs: number, atLeast: number) => {
      const { items, damaged } = await read({ ...device, untilMs, atLeast });
      return [...items.map(item), ...damaged.map((row) => damagedItem(kind, row))];
    };

  /** A run stands where its newest attempt does. */
  async function attempts(untilMs: number, atLeast: number): Promise<StoryItem[]> {
    const rows: StoryItem[] = [];
    let before: string | undefined = String(firstSeqAt(untilMs + 1));
    for (let n = 0; n < SEARCHES && before !== undefined; n += 1) {
      const page: Awaited<ReturnType<typeof handshakes.list>> = await handshakes.list({
        gateway: device.gateway,
        device: device.deviceId,
        fold: true,
        limit: atLeast + 1,
        before,
      });
      rows.push(...page.items.map(handshakeItem));
      before = page.cursor;
      const enough = rows[atLeast - 1];
      // All of the last millisecond is there once something older is.
      if (enough !== undefined && rows.at(-1)?.at !== enough.at) return rows.filter((row) => row.at >= enough.at);
    }
    return rows;
  }

  /** Decisions on its commands, as a node. */
  async function onCommands(untilMs: number, atLeast: number): Promise<StoryItem[]> {
    const found: StoryItem[] = [];
    let before: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof nodeDecisions.list>> = await nodeDecisions.list({
        gateway: device.gateway,
        nodeId: device.deviceId,
        limit: A_PAGE,
        ...present({ before }),
      });
      found.push(...page.items.filter(({ at }) => Date.parse(at) <= untilMs).map(nodeDecisionItem));
      before = page.cursor;
      const enough = found[atLeast - 1];
      if (enough !== undefined && found.at(-1)?.at !== enough.at) return found.filter(({ at }) => at >= enough.at);
    } while (before !== undefined);
    return found;
  }

  return [
    onCommands,
    from(history.cases, 'request', requestItem),
    from(history.decisions, 'decision', decisionItem),
    from(history.changes, 'change', changeItem),
    from(history.acts, 'act', actItem),
    from(history.takeBacks, 'take-back', takeBackItem),
    from(history.words, 'word', wordItem),
    attempts,
  ];
}
