// A proxy in front of a gateway, run by the same or by another OS user, that adds the headers a test names, or none.
import { fileURLToPath } from 'node:url';
import { startProcess } from './process.ts';

export type Relay = { url: string; port: number; uid: number; dispose: () => Promise<void> };

/** The user `nobody` of Linux. */
export const NOBODY = { uid: 65_534, gid: 65_534 };

/** Why a relay of another user cannot be had here, or undefined when it can. */
export function otherUserImpossible(): string | undefined {
  if (process.platform !== 'linux') return 'a relay of another user needs Linux';
  if (process.getuid?.() !== 0) return 'a relay of another user needs root, which these tests do not have';
  return undefined;
}

/**
 * Starts a relay to `targetPort` on a free loopback port. It sends the gateway's own Host on, as a proxy with a named upstream does.
 * `user` makes it run as another OS user and needs root.
 */
export async function startRelay(options: {
  targetPort: number;
  user?: { uid: number; gid: number };
  headers?: Readonly<Record<string, string>>;
}): Promise<Relay> {
  const { uid, gid } = options.user ?? { uid: -1, gid: -1 };
  const running = startProcess({
    command: process.execPath,
    args: [
      fileURLToPath(new URL('./relay-process.mjs', import.meta.url)),
      String(options.targetPort),
      String(uid),
      String(gid),
      JSON.stringify(options.headers ?? {}),
    ],
    env: { NODE_ENV: 'production', PATH: process.env.PATH, HOME: '/' },
  });
  const said = /relay on (\d+) as (\d+)/.exec(await running.line(/^relay on/, 10_000));
  if (!said) throw new Error('the relay did not say its port');
  const port = Number(said[1]);
  return { url: `ws://127.0.0.1:${port}`, port, uid: Number(said[2]), dispose: () => running.stop() };
}
