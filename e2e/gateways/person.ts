// A person at the console, for what a script with the API token may not do: with a browser of theirs, or with a link alone.
import { expect, type Page } from '@playwright/test';
import { type ConsoleApi, createApi } from './api.ts';
import type { TestConsole } from './console.ts';

const KEY_NAME = 'gatehouse.key';

/** The API in the name of a person, whose two secrets are looked for from now on. */
function asPerson({ port, origin, secrets }: TestConsole, cookie: string, key: string): ConsoleApi {
  secrets.know('the second secret of a session', key);
  for (const one of cookie.split('; ')) secrets.know('a session cookie', one.slice(one.indexOf('=') + 1));
  return createApi({ base: `http://127.0.0.1:${port}`, headers: { cookie, 'x-gatehouse-key': key, origin }, secrets });
}

/** Signs a browser in with a link of the terminal, and answers the API as that browser calls it. */
export async function signIn(page: Page, started: TestConsole): Promise<ConsoleApi> {
  await page.goto(started.link());
  await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
  const cookies = await page.context().cookies(started.origin);
  const key = await page.evaluate((name) => localStorage.getItem(name) ?? '', KEY_NAME);
  return asPerson(started, cookies.map(({ name, value }) => `${name}=${value}`).join('; '), key);
}

/**
 * A person without a browser, signed in with a link as `gatehouse link` makes it, until the console starts anew. Rules above write need
 * one here, where console and gateway run as one user: the API token cannot acknowledge that.
 */
export async function personAt(started: TestConsole): Promise<ConsoleApi> {
  const secret = new URL(started.link()).hash.slice(1);
  const answer = await fetch(`http://127.0.0.1:${started.port}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: started.origin },
    body: JSON.stringify({ secret }),
  });
  const body: unknown = await answer.json();
  if (typeof body !== 'object' || body === null || !('key' in body) || typeof body.key !== 'string')
    throw new Error(`the link was not taken: ${answer.status} ${JSON.stringify(body)}`);
  const cookie = answer.headers.getSetCookie().map((set) => set.split(';')[0] ?? '');
  return asPerson(started, cookie.join('; '), body.key);
}
