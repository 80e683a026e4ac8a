// Reads the lines of a preview while they come: how far it is, then what it found.
import type { PreviewFrame, PreviewView } from '#lib/api/rule-shapes.ts';

export type Progress = { done: number; total: number };

// One process and one version write and read these lines; a line that is none of ours fails when it is parsed or used.
const frameOf = (line: string): PreviewFrame => JSON.parse(line);

/** The result at the end of the stream. Progress is told as it comes. Rejects when the stream ends without a result. */
export async function readPreview(body: ReadableStream<Uint8Array>, onProgress: (progress: Progress) => void): Promise<PreviewView> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let result: PreviewView | undefined;
  const take = (line: string) => {
    if (line.trim() === '') return;
    const frame = frameOf(line);
    if ('result' in frame) result = frame.result;
    else onProgress(frame);
  };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  take(rest + decoder.decode());
  if (result === undefined) throw new Error('The preview ended before its result.');
  return result;
}
