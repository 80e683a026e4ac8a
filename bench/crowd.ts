// Callers by the hundred and the practice gateway, each in a process beside the one that measures.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** `count` attempts spread evenly over `withinMs`; by these keys in turn, or by a new key each when there are none. */
export const crowdOrder = z.object({
  url: z.string(),
  token: z.string(),
  pems: z.array(z.string()),
  scopes: z.array(z.string()),
  headers: z.record(z.string(), z.string()),
  count: z.number(),
  withinMs: z.number(),
});
const heardShape = z.union([
  z.object({ begun: z.literal(true) }),
  z.object({ refused: z.number(), tookMs: z.number() }),
  z.object({ url: z.string(), token: z.string(), stateDir: z.string() }),
]);
export type Heard = z.infer<typeof heardShape>;

const begin = () => fork(fileURLToPath(new URL('./crowd-process.ts', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
const hear = async (child: ChildProcess): Promise<Heard> => heardShape.parse((await once(child, 'message'))[0]);

/** Lets the crowd call. Answers how many were refused for want of pairing and how long all took, ms. */
export async function letCall(order: z.infer<typeof crowdOrder>): Promise<{ refused: number; tookMs: number }> {
  const child = begin();
  try {
    child.send(order);
    await hear(child);
    const heard = await hear(child);
    if (!('refused' in heard)) throw new Error('the crowd said something else than how many were refused');
    return heard;
  } finally {
    child.kill('SIGKILL');
  }
}

/** A practice gateway in a process of its own. */
export async function practiceBeside(folder: string) {
  const child = begin();
  child.send({ serve: folder });
  const heard = await hear(child);
  if (!('url' in heard)) throw new Error('the practice gateway did not say where it listens');
  return { ...heard, dispose: () => child.kill('SIGKILL') };
}
