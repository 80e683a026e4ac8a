// What is shown again is what changed, and nothing else of ten thousand rows.
import { expect, test } from 'vitest';
import type { FindingCode } from '../api/device-shapes.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { deviceView } from './device-view.ts';
import { createKeptViews } from './findings-kept.ts';

const ROW: PairedDevice = { deviceId: 'd1', publicKey: 'pk', roles: ['operator'], scopes: [], tokens: [] };

test('a view is kept while nothing new is known, also when time passed and the same is found', () => {
  const viewOf = createKeptViews();
  let asked = 0;
  const look = (row: PairedDevice, known: unknown[], saw: unknown[], findings: FindingCode[]) =>
    viewOf(
      row,
      { known, saw },
      () => {
        asked += 1;
        return findings;
      },
      (found) =>
        deviceView('g', row, { ledger: undefined, consoleId: '', hostKeyId: undefined, silently: false, unclicked: 0, findings: found }),
    );
  const first = look(ROW, [1], [1], ['never-used']);
  expect(look(ROW, [1], [1], ['never-used'])).toBe(first);
  expect(asked).toBe(1);
  expect(look(ROW, [1], [2], ['never-used'])).toBe(first);
  expect(look(ROW, [1], [3], ['not-seen'])).toMatchObject({ findings: ['not-seen'] });
  const again = look(ROW, [1], [3], ['not-seen']);
  expect(look(ROW, [2], [3], ['not-seen'])).not.toBe(again);
  expect(look({ ...ROW }, [2], [3], ['not-seen'])).not.toBe(again);
});
