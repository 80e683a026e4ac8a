// The story of a node holds what was decided on its commands, whichever page of it is read.
import { expect, test } from 'vitest';
import { isoOf } from '../clock.ts';
import { START_MS } from '../store/test-samples.ts';
import { testStore } from '../store/test-store.ts';
import { storyPage } from './story.ts';
import { storySources } from './story-sources.ts';

test('decisions on the commands of a node stand in its story, on every page, and in no other’s', async () => {
  const { store } = await testStore();
  const decide = (id: string, nodeId: string, minute: number) =>
    store.nodeDecisions.begin({
      requestId: `r-${id}`,
      caps: [],
      view: {
        id,
        gateway: 'g1',
        nodeId,
        action: 'approve',
        by: 'operator',
        at: isoOf(START_MS + minute * 60_000),
        commands: ['system.run'],
        state: 'approved',
        outcome: 'Approved.',
      },
    });
  await decide('a', 'node', 1);
  await decide('b', 'other', 2);
  await decide('c', 'node', 3);
  const sources = storySources(store, { gateway: 'g1', deviceId: 'node' });
  const first = await storyPage(sources, { limit: 1 });
  expect(first.items).toMatchObject([{ id: 'node-decision:c', kind: 'decision' }]);
  const second = await storyPage(sources, { limit: 1, before: first.next });
  expect(second.items).toMatchObject([{ id: 'node-decision:a', text: expect.stringContaining('system.run') }]);
  expect(second.next).toBeUndefined();
});
