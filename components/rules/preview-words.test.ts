// What a preview found is said in one sentence, with nothing hidden and nothing made up.
import { expect, test } from 'vitest';
import type { PreviewView } from '#lib/api/rule-shapes.ts';
import { previewParts, previewSentence } from './preview-words.ts';

const view = (over: Partial<PreviewView>): PreviewView => ({
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-31T00:00:00.000Z',
  looked: 20,
  approved: 14,
  rejected: 0,
  left: 6,
  personRejected: 0,
  givesAdmin: 0,
  leftBecause: [],
  items: [],
  waiting: [],
  ...over,
});

test('what would have been approved, what is left, and what a person had rejected', () => {
  expect(previewSentence(view({ personRejected: 1 }), 30)).toBe(
    'In the last 30 days: 14 would have been approved, 6 left to you, 1 of the 14 you had rejected.',
  );
});

test('what goes against a person, or gives admin, is red', () => {
  const red = previewParts(view({ personRejected: 1, givesAdmin: 3 })).filter(({ tone }) => tone === 'red');
  expect(red.map(({ text }) => text)).toEqual(['1 of the 14 you had rejected', '3 would have given admin']);
  expect(previewParts(view({})).some(({ tone }) => tone === 'red')).toBe(false);
});

test('a rejecting rule says what it would have rejected, and nothing of approvals', () => {
  expect(previewSentence(view({ approved: 0, rejected: 1_234, left: 5 }), 7)).toBe(
    'In the last 7 days: 1,234 would have been rejected, 5 left to you.',
  );
});

test('no record is not the same as nothing approved', () => {
  expect(previewSentence(view({ looked: 0, approved: 0, left: 0 }), 90)).toBe('In the last 90 days no request was recorded.');
  expect(previewSentence(view({ approved: 0 }), 90)).toBe('In the last 90 days: 0 would have been approved, 6 left to you.');
});
