// An export as a file: read as it streams, kept in pieces that the browser may put on disk, handed over at its end.

/** The file name that the server gave; `otherwise` when it gave none. */
export const fileNameIn = (disposition: string | null, otherwise: string): string =>
  /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1] ?? otherwise;

const PIECE_BYTES = 4 * 1024 * 1024;

/** The whole body as one file. `onBytes` hears how much has come, at every chunk. Rejects when the stream breaks or is cancelled. */
export async function readFile(answer: Response, onBytes: (bytes: number) => void): Promise<Blob> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return answer.blob();
  const pieces: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let [held, bytes] = [0, 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(new Uint8Array(value));
    held += value.length;
    bytes += value.length;
    onBytes(bytes);
    if (held < PIECE_BYTES) continue;
    pieces.push(new Blob(chunks));
    chunks = [];
    held = 0;
  }
  return new Blob([...pieces, ...chunks], { type: answer.headers.get('content-type') ?? '' });
}

/** "640 KB", "12.4 MB". */
export function sizeWords(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Hands a file to the browser under a name. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
