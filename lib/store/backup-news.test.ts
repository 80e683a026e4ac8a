// A backup that fails is news once, and again after one that was made.
import { expect, test } from 'vitest';
import { Problem } from '../problem.ts';
import { createBackupNews } from './backup-news.ts';

test('Activity tells once that there is no backup, the log each time', () => {
  const [rows, lines]: [string[], string[]] = [[], []];
  const news = createBackupNews({
    log: { info: (_, text) => void lines.push(text), warn: (_, text) => void lines.push(text) },
    record: async ({ what, text }) => void rows.push(`${what}: ${text}`),
  });
  const full = new Problem('backup-unusable', 'The backup could not be written (ENOSPC).');
  news.failed(full);
  news.failed(full);
  expect(rows).toEqual([
    expect.stringMatching(/^backup\.failed: There is no backup of today: The backup could not be written \(ENOSPC\)\. ./),
  ]);
  expect(lines).toHaveLength(2);
  news.done('a file');
  news.failed(full);
  expect(rows).toHaveLength(2);
});

test('a record that takes no row leaves the failure in the log, and gets its row with the next one', async () => {
  const lines: string[] = [];
  const rows: string[] = [];
  let full = true;
  const news = createBackupNews({
    log: { info: () => undefined, warn: (_, text) => void lines.push(text) },
    record: async ({ what }) => {
      if (full) throw new Problem('store-unwritable', 'The record cannot be written.');
      rows.push(what);
    },
  });
  const noRoom = new Problem('backup-unusable', 'No room.');
  news.failed(noRoom);
  await expect.poll(() => lines).toHaveLength(2);
  full = false;
  news.failed(noRoom);
  await expect.poll(() => rows).toEqual(['backup.failed']);
});
