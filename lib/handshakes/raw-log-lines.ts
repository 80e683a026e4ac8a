// Bytes of a log file, however they were cut into reads -> its lines. What it answers depends on the bytes alone, never on the cuts.

const NEWLINE = 10;
const NUL = 0;
const BRACE = 123;
const MAX_LINE_BYTES = 1024 * 1024;
const HEAD_BYTES = 200;

export type LineSplitter = {
  /** Takes what was read and answers the lines that it ends. The bytes may be overwritten afterwards. */
  push: (bytes: Buffer) => string[];
  /** What stands behind the last line break, as a line; nothing when there is nothing. Empties it. */
  rest: () => string[];
  /** Forgets everything and, when the bytes to come begin within a line, leaves out the rest of that line. */
  restart: (withinLine: boolean) => void;
};

/**
 * An empty splitter. A line above 1 MiB is answered as its first 200 bytes, which are enough to know call noise by, and never kept
 * whole. A run of NUL bytes, as a file has where it was cut under its writer, is a line of its own before the record behind it.
 */
export function createLineSplitter(): LineSplitter {
  let parts: Buffer[] = [];
  let length = 0;
  let head: string | undefined;
  let leaving = false;

  function keep(bytes: Buffer) {
    if (leaving || head !== undefined || bytes.length === 0) return;
    parts.push(Buffer.from(bytes));
    length += bytes.length;
    if (length <= MAX_LINE_BYTES) return;
    head = Buffer.concat(parts).toString('utf8', 0, HEAD_BYTES);
    parts = [];
    length = 0;
  }

  function textOf(bytes: Buffer, from: number, to: number, lines: string[]) {
    if (to - from > MAX_LINE_BYTES) {
      lines.push(bytes.toString('utf8', from, from + HEAD_BYTES));
      return;
    }
    let start = from;
    while (start < to && bytes[start] === NUL) start += 1;
    if (start > from && bytes[start] === BRACE) lines.push('\0');
    else start = from;
    lines.push(bytes.toString('utf8', start, to));
  }

  /** Ends the line that began in an earlier read. */
  function endKept(lines: string[]) {
    if (head !== undefined) lines.push(head);
    else if (!leaving) {
      const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      textOf(whole, 0, whole.length, lines);
    }
    head = undefined;
    leaving = false;
    parts = [];
    length = 0;
  }

  return {
    push(bytes) {
      const lines: string[] = [];
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        if (length > 0 || head !== undefined || leaving) {
          keep(bytes.subarray(start, end));
          endKept(lines);
        } else textOf(bytes, start, end, lines);
        start = end + 1;
      }
      keep(bytes.subarray(start));
      return lines;
    },
    rest() {
      const lines: string[] = [];
      if (length > 0 || head !== undefined) endKept(lines);
      return lines;
    },
    restart(withinLine) {
      parts = [];
      length = 0;
      head = undefined;
      leaving = withinLine;
    },
  };
}
