// Browsers of operators for tests of this folder, with what each may do.
import { z } from 'zod';
import { type Answer, startRig } from '../http/test-rig.ts';

type RigOptions = Parameters<typeof startRig>[0];

export const GOOD = 'a quiet river in winter';

const codeShape = z.object({ code: z.string() });
const started = z.object({ key: z.string(), expiresAt: z.string(), operator: z.string() });

/** The code of a problem, or the status. */
export const codeOf = (answer: Answer): string | number => codeShape.safeParse(answer.json).data?.code ?? answer.status;

/** A console, and calls of its API in the name of somebody. */
export async function accountsRig(options: RigOptions = {}) {
  const rig = await startRig(options);
  type Browser = { writeHeaders: Record<string, string> };
  const call = (
    method: string,
    path: string,
    { as, body, headers }: { as?: Browser; body?: unknown; headers?: Record<string, string> } = {},
  ) =>
    rig.ask(`/api/v1${path}`, {
      method,
      headers: { Origin: rig.origin, ...as?.writeHeaders, ...headers },
      ...(body === undefined ? {} : { body }),
    });

  /** An answer that must have started a session, as a browser that holds it. */
  function browser(answer: Answer) {
    if (!started.safeParse(answer.json).success) throw new Error(`no session was started: ${answer.status} ${answer.text}`);
    return rig.browserOf(answer);
  }

  /** A new operator with a password, signed in with it. */
  async function operator(name: string, rights: string[], password = GOOD) {
    const admin = await rig.signIn();
    const invited = await call('POST', '/operators', { as: admin, body: { name, rights } });
    const { operator, link } = z
      .object({ operator: z.object({ id: z.string() }), link: z.object({ secret: z.string() }) })
      .parse(invited.json);
    const { secret } = link;
    const accepted = browser(await call('POST', '/links/accept', { body: { secret, password } }));
    return { id: operator.id, ...accepted };
  }

  const activity = async () => (await rig.store.activity.list({ limit: 100 })).items;

  return { ...rig, call, browser, operator, activity };
}
