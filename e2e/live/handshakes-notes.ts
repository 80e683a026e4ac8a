// What a gateway notes beside the attempts themselves: grants, token work, callers that do not look local, refusals that it left out.
import { expect } from '@playwright/test';
import { createDevice } from '../gateways/client.ts';
import { newestOf, type Scene } from './handshakes-scene.ts';
import { OLDEST, READ } from './scene.ts';

/** How long 2026.9.6 leaves out further refusals without credentials of one caller, ms. */
const THROTTLED_FOR_MS = 30_000;
const LEFT_OUT = 3;

/** Each thing that an operator did to a device before has its row, and so has a caller whose headers do not fit a local one. */
export async function notesShow({ cast, main, stage }: Scene): Promise<void> {
  const { api } = main.console;
  for (const [cause, name] of [
    ['token-removed', 'removed'],
    ['token-revoked', 'revoked'],
    ['token-rotated', 'rotated'],
    ['operator-grant', 'approved'],
  ] as const) {
    const row = await newestOf(api, { cause, device: cast.spare(name).deviceId });
    expect.soft(row.outcome, cause).toBe('note');
  }
  const stranger = stage.device('a stranger');
  await stranger.attempt({ headers: { Host: `elsewhere.example:${stage.gateway.port}` }, leaveWith: 'bye' });
  expect((await newestOf(api, { cause: 'non-local-host' })).outcome).toBe('note');
  const proxied = await stranger.attempt({ headers: { 'X-Forwarded-For': '203.0.113.9' }, leaveWith: 'bye' });
  const oldest = stage.gateway.version === OLDEST;
  expect(proxied.ok === false && proxied.httpStatus, 'what the proxied caller got').toBe(oldest ? undefined : 403);
  expect((await newestOf(api, { cause: oldest ? 'proxy-headers' : 'proxy-attribution-required' })).outcome).toBe('note');
}

/**
 * Begins the refusals that 2026.9.6 writes only one of, and answers the check: that the number of those left out stands in a row once
 * the gateway has told it. It takes half a minute, so that other promises are looked at in between.
 */
export async function beginThrottled({ main, stage }: Scene): Promise<() => Promise<void>> {
  const device = createDevice({ url: stage.gateway.url, base: { displayName: 'throttled', scopes: READ, auth: {} } });
  const begun = performance.now();
  for (let i = 0; i <= LEFT_OUT; i += 1) await device.attempt();
  return async () => {
    await new Promise((resume) => setTimeout(resume, Math.max(0, begun + THROTTLED_FOR_MS + 500 - performance.now())));
    await device.attempt();
    const row = await newestOf(main.console.api, { cause: 'suppressed' });
    expect(row.outcome).toBe('note');
    expect(row.title).toContain(String(LEFT_OUT));
  };
}
