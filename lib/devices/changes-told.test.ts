import { expect, test } from 'vitest';
import { deviceChangeOf } from '../../components/live/fixtures.ts';
import { changesTold } from './changes-told.ts';

test('differences are told with their rows, thousands as the word to read them again, none not at all', () => {
  const some = [deviceChangeOf(1), deviceChangeOf(2)];
  expect(changesTold([])).toBeUndefined();
  expect(changesTold(some)).toEqual({ topic: 'device-changes', op: 'set', items: some });
  expect(changesTold(Array.from({ length: 2000 }, (_, at) => deviceChangeOf(at)))).toEqual({ topic: 'device-changes', op: 'reread' });
});
