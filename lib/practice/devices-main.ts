// The devices of the practice world, in a process of their own: a console must see sockets that belong to somebody else.
// Reads one line of JSON from stdin (address, token, the host's key) and lives until stdin closes, that is, until its parent goes.
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { createIdentity, identityFromPem } from '../gateway/identity.ts';
import { createCast } from './cast.ts';
import { type DialResult, dialGateway } from './client.ts';
import { type Act, createScript } from './script.ts';

const STAY_MS = 8_000;
const LOOP_GAP_MS = 1_000;

type Setup = { url: string; token: string; hostKeyPem: string };

function readSetup(line: string): Setup {
  const value: unknown = JSON.parse(line);
  if (typeof value === 'object' && value !== null && 'url' in value && 'token' in value && 'hostKeyPem' in value) {
    const { url, token, hostKeyPem } = value;
    if (typeof url === 'string' && typeof token === 'string' && typeof hostKeyPem === 'string') return { url, token, hostKeyPem };
  }
  throw new Error('the practice devices were started without address, token and key');
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, ms)));

async function play(setup: Setup): Promise<void> {
  const cast = createCast({ hostKey: identityFromPem(setup.hostKeyPem), newIdentity: createIdentity });
  const script = createScript({ cast, random: Math.random, startMs: Date.now(), newIdentity: createIdentity });

  function dial({ actor, stage, identity }: Act): Promise<DialResult> {
    return dialGateway({
      ...actor.claims,
      url: setup.url,
      identity,
      token: actor.wrongToken ?? setup.token,
      scopes: stage.scopes,
      ...(stage.role ? { role: stage.role } : {}),
      ...(stage.commands ? { commands: stage.commands } : {}),
    });
  }

  for (;;) {
    const { atMs, act } = script.next(Date.now());
    await pause(atMs - Date.now());
    let admitted = false;
    for (let tries = 0; tries < act.tries && !admitted; tries += 1) {
      if (tries > 0) await pause(LOOP_GAP_MS);
      const { hello, close } = await dial(act);
      admitted = hello !== undefined;
      if (admitted) setTimeout(close, act.stage.restSeconds === 0 ? 0 : STAY_MS);
    }
    process.stdout.write(`${JSON.stringify({ who: act.actor.name, scopes: act.stage.scopes, admitted })}\n`);
    script.done(act, admitted, Date.now());
  }
}

let started = false;
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (started) return;
  started = true;
  void play(readSetup(line));
  // Written now, since this process ends by a signal.
  flushCompileCache();
});
lines.on('close', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
