// A person at the console: signed in by the link that the console printed, for what a script with the API token may not do.
import { expect, type Page } from '@playwright/test';
import { type ConsoleApi, createApi } from './api.ts';
import type { TestConsole } from './console.ts';

const KEY_NAME = 'gatehouse.key';

/** Signs a browser in with the link of the newest start, which works once, and answers the API as that browser calls it. */
export async function signIn(page: Page, started: TestConsole): Promise<ConsoleApi> {
  await page.goto(started.link());
  await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
  const cookies = await page.context().cookies(started.origin);
  const key = await page.evaluate((name) => localStorage.getItem(name) ?? '', KEY_NAME);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return createApi({ base: `http://127.0.0.1:${started.port}`, headers: { cookie, 'x-gatehouse-key': key, origin: started.origin } });
}
