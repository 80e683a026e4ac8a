// Since when a rules file has been unusable: from its first fault to the text that mends it, whatever else goes wrong in between.
import { expect, onTestFinished, test } from 'vitest';
import { createFollowedFile } from './rulebook-follow.ts';
import type { FileReading } from './rules-file.ts';

const GOOD = 'version: 1\nrules:\n  - { name: Local tools, enabled: false, scopes: [operator.read] }\n';
const textOf = (text: string): FileReading => ({ kind: 'text', text, owners: [] });

async function followed() {
  const world = { now: textOf(GOOD), atMs: Date.parse('2026-11-22T12:00:00Z'), applies: true };
  const file = createFollowedFile({
    path: 'rules.yaml',
    agentsCouldWrite: () => false,
    clock: { nowMs: () => world.atMs, monotonicMs: () => world.atMs },
    apply: async () => {
      if (!world.applies) throw new Error('no');
    },
    onState: () => undefined,
    onError: () => undefined,
    read: () => world.now,
    times: { pollMs: 3_600_000, restMs: 1 },
  });
  onTestFinished(() => file.dispose());
  await file.start();
  const at = (minute: number, reading: FileReading, applies = true) => {
    Object.assign(world, { now: reading, atMs: Date.parse(`2026-11-22T12:${String(minute).padStart(2, '0')}:00Z`), applies });
    return file.look();
  };
  return { file, at };
}

test('a broken file says since when, a later fault does not begin anew, and a good text ends it', async () => {
  const { file, at } = await followed();
  expect(file.view().brokenSince).toBeUndefined();
  await at(5, textOf(GOOD.replace('operator.read', 'operator.reed')));
  expect(file.view().brokenSince).toBe('2026-11-22T12:05:00.000Z');
  await at(7, { kind: 'refused', message: 'it is gone' });
  await at(8, textOf(GOOD.replace('version', 'vision')));
  await at(9, textOf(`${GOOD}\n`), false);
  expect(file.view()).toMatchObject({ brokenSince: '2026-11-22T12:05:00.000Z', readAt: '2026-11-22T12:00:00.000Z' });
  await at(10, textOf(`${GOOD}\n`));
  expect(file.view()).toMatchObject({ problems: [], readAt: '2026-11-22T12:10:00.000Z' });
  expect(file.view().brokenSince).toBeUndefined();
  await at(20, { kind: 'refused', message: 'it is gone' });
  expect(file.view().brokenSince).toBe('2026-11-22T12:20:00.000Z');
});
