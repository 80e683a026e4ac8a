// Who calls a console in an attack: nobody, somebody with half a session, a viewer, a script, the operator.
import { type IncomingHttpHeaders, request } from 'node:http';
import { z } from 'zod';
import type { TestConsole } from '../gateways/console.ts';

export type Headers = Readonly<Record<string, string>>;
const started = z.object({ key: z.string() });
const invited = z.object({ link: z.object({ secret: z.string() }) });

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string };

/** Sends one request as it is: nothing is followed, and no client puts the path in order first. */
export function send(
  { port }: Pick<TestConsole, 'port'>,
  { method = 'GET', path, headers = {}, body }: { method?: string; path: string; headers?: Headers; body?: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = (target: TestConsole): Headers => ({ 'content-type': 'application/json', origin: target.origin });

async function session(target: TestConsole, path: string, body: object): Promise<Headers> {
  const answer = await send(target, { method: 'POST', path: `/api/v1${path}`, headers: json(target), body: JSON.stringify(body) });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status} ${answer.text}`);
  const cookie = (answer.headers['set-cookie'] ?? []).map((set) => set.split(';')[0] ?? '');
  return { ...json(target), cookie: cookie.join('; '), 'x-gatehouse-key': started.parse(JSON.parse(answer.text)).key };
}

/** The operator of the test console, signed in by a link. */
export const asOperator = (target: TestConsole): Promise<Headers> =>
  session(target, '/session', { secret: new URL(target.link()).hash.slice(1) });

/** A new operator with these rights, invited by the first one and signed in. */
export async function asInvited(target: TestConsole, name: string, rights: readonly string[]): Promise<Headers> {
  const headers = await asOperator(target);
  const answer = await send(target, { method: 'POST', path: '/api/v1/operators', headers, body: JSON.stringify({ name, rights }) });
  if (answer.status !== 201) throw new Error(`the invitation answered ${answer.status} ${answer.text}`);
  const { secret } = invited.parse(JSON.parse(answer.text)).link;
  return session(target, '/links/accept', { secret, password: `the words of ${name} alone` });
}

/** A living cookie without its second secret, as any other port of the host could collect it. */
export const cookieAlone = ({ cookie = '', ...rest }: Headers): Headers => ({
  ...(rest.origin === undefined ? {} : { origin: rest.origin }),
  'content-type': 'application/json',
  cookie,
});
