// A preview comes in pieces of any size; what it found is whole, and a broken stream is no empty result.
import { expect, test } from 'vitest';
import type { PreviewView } from '#lib/api/rule-shapes.ts';
import { type Progress, readPreview } from './preview-frames.ts';

const RESULT: PreviewView = {
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-31T00:00:00.000Z',
  looked: 2,
  approved: 1,
  rejected: 0,
  left: 1,
  personRejected: 0,
  givesAdmin: 0,
  leftBecause: [{ code: 'über', text: 'Mögliche Zeichen', count: 1 }],
  items: [],
  waiting: [],
};
const TEXT = `${JSON.stringify({ done: 1, total: 2 })}\n${JSON.stringify({ done: 2, total: 2 })}\n${JSON.stringify({ result: RESULT })}`;

function streamOf(bytes: Uint8Array, piece: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += piece) controller.enqueue(bytes.slice(at, at + piece));
      controller.close();
    },
  });
}

test('however it is cut, also within a character, the result and every progress arrive', async () => {
  for (const piece of [1, 3, 7, 4096]) {
    const seen: Progress[] = [];
    expect(await readPreview(streamOf(new TextEncoder().encode(TEXT), piece), (progress) => seen.push(progress))).toEqual(RESULT);
    expect(seen.map(({ done }) => done)).toEqual([1, 2]);
  }
});

test('a stream that ends early is an error', async () => {
  const cut = new TextEncoder().encode(TEXT.slice(0, 30));
  await expect(readPreview(streamOf(cut, 5), () => {})).rejects.toThrow();
});
