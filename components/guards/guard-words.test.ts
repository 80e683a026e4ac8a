// The form never sends a figure above the product's own, and nothing that is no figure.
import { expect, test } from 'vitest';
import { changedLimits, limitFault, limitIn, nowWords } from './guard-words.ts';

const most = { approvalsPerMinute: 20, devicesPerMinute: 10, requestsPerMinute: 60 };
const texts = { approvalsPerMinute: '20', devicesPerMinute: '10', requestsPerMinute: '60' };

test('a figure is whole, at least one, and never above the most', () => {
  expect(limitIn(' 20 ', 20)).toBe(20);
  for (const bad of ['21', '0', '-1', '1.5', '1e1', '', 'ten', '٣']) expect(limitIn(bad, 20), bad).toBeUndefined();
});

test('only a change is sent, with all three figures, and none of them loosened', () => {
  expect(changedLimits(texts, most, most)).toBeUndefined();
  expect(changedLimits({ ...texts, approvalsPerMinute: '5' }, most, most)).toEqual({ ...most, approvalsPerMinute: 5 });
  expect(changedLimits({ ...texts, approvalsPerMinute: '5', devicesPerMinute: '11' }, most, most)).toBeUndefined();
});

test('a figure that is not good is named beside its field, with what is allowed; a good one is not', () => {
  expect(limitFault(' 20 ', 20)).toBeUndefined();
  expect(limitFault('21', 20)).toBe('More than 20: a limit can only be made tighter.');
  expect(limitFault('0', 20)).toBe('Less than 1: nothing could be let in.');
  expect(limitFault(' ', 20)).toBe('A figure is missing: 1 to 20.');
  for (const text of ['1.5', '-1', 'ten', '1e1', '٣']) expect(limitFault(text, 20), text).toBe('Not a whole number: 1 to 20.');
  for (const text of ['0'.repeat(9), '1'.repeat(400)]) expect(limitFault(text, 20), text).toBeDefined();
});

test('a guard does not say once more what the notice of a stop says; what it holds stays', () => {
  const stop = { state: 'suspended', text: 'The record was restored from a backup.' } as const;
  expect(nowWords(`${stop.text} Holds back Nightly report.`, stop)).toBe(
    'Automation is suspended; the notice at the top says why. Holds back Nightly report.',
  );
  const off = { state: 'off', text: 'Automation is off.' } as const;
  expect(nowWords(off.text, off)).toBe(off.text);
  expect(nowWords('Holds nothing back now.', undefined)).toBe('Holds nothing back now.');
});
