// Waiting for what another process will show: asks again until it does, and says what it saw last when it never does.

const EVERY_MS = 50;

/** Answers the first value that `look` does not answer with undefined. Throws with `what` when the limit passes. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, limitMs = 15_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`not seen within ${limitMs} ms: ${what}`);
    await new Promise((resume) => setTimeout(resume, EVERY_MS));
  }
}
