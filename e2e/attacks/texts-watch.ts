// What a payload could cause, looked for: in a browser while it is shown, in the console's own log, in a file that a spreadsheet opens.
import { type Browser, expect, type Page } from '@playwright/test';
import type { TestConsole } from '../gateways/console.ts';
import { ACTING, MADE, MARK } from './payloads.ts';

/** A line of the log, or one that the console prints for people. */
const OWN_LINE =
  /^(\d\d:\d\d:\d\d\.\d{3} (trace|debug|info|warn|error|fatal) |Gatehouse is ready |✓ Running next\.config|Set it up once|Sign in at |audit head )/;
/** What a spreadsheet takes for a formula. */
export const FORMULA = /^["\s]*[=+\-@＝＋－＠]/;
/** What nobody sees, or what acts in a terminal. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** A browser whose every dialog, error, request to elsewhere, frame, window and download stands in `seen`. */
export type Watched = { page: Page; seen: string[]; origin: string };

/** A browser signed in as the operator. */
export async function watched(browser: Browser, target: TestConsole): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: target.origin,
    viewport: { width: 1400, height: 4000 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // The browser's own line about a call that the console refused is no act of a text.
    if (message.type() === 'error' && !/Failed to load resource: the server responded with a status of 4/.test(message.text()))
      seen.push(`the browser's console: ${message.text()}`);
  });
  page.on('pageerror', (error) => seen.push(`an error: ${error.message}`));
  page.on('popup', () => seen.push('a window opened'));
  page.on('download', (download) => seen.push(`a download: ${download.suggestedFilename()}`));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!['data:', 'blob:', 'about:'].includes(protocol) && origin !== target.origin) seen.push(`a request to ${request.url()}`);
  });
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame()) seen.push(`a frame: ${frame.url()}`);
    else if (!frame.url().startsWith(target.origin) && frame.url() !== 'about:blank') seen.push(`led to ${frame.url()}`);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`the policy refused ${violatedDirective} ${blockedURI}`);
    });
  });
  await page.goto(target.link());
  await expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
  return { page, seen, origin: target.origin };
}

/** What stands in the page now: elements of a payload, texts with a character that acts or hides, and how often the mark is read. */
export const look = (page: Page) =>
  page.evaluate(
    ({ made, acting, mark }) => {
      const pattern = new RegExp(acting, 'u');
      const hidden: string[] = [];
      const note = (where: string, text: string) => {
        const at = text.search(pattern);
        if (at >= 0 && hidden.length < 20) hidden.push(`${where}: ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 40))}`);
      };
      for (const element of document.querySelectorAll('body *')) {
        if (element instanceof HTMLScriptElement || element instanceof HTMLStyleElement) continue;
        const where = element.tagName.toLowerCase();
        // What stands in a field is what the reader typed, or the reader's own address.
        for (const { name, value } of element.attributes) if (name !== 'value') note(`${where} ${name}`, value);
        if (element instanceof HTMLTextAreaElement) continue;
        for (const node of element.childNodes)
          if (node instanceof Text) note(`${where} ${element.parentElement?.className ?? ''}`.slice(0, 120), node.data);
      }
      const leading = document.querySelectorAll<HTMLElement>('body :is([href], [src], [action], [srcdoc], [formaction], [ping])');
      const elsewhere = Array.from(leading, (element) =>
        ['href', 'src', 'action', 'srcdoc', 'formaction', 'ping'].map((name) => element.getAttribute(name)),
      )
        .flat()
        .filter(
          (address) =>
            address !== null && !(URL.canParse(address, location.href) && new URL(address, location.href).origin === location.origin),
        );
      return {
        elsewhere,
        made: Array.from(document.querySelectorAll(made), ({ outerHTML }) => outerHTML.slice(0, 200)),
        scripts: Array.from(document.scripts).filter((script) => script.nonce === '' && script.type !== 'application/json').length,
        hidden,
        ran: Reflect.get(window, 'zqmark') !== undefined,
        marks: document.body.textContent.split(mark).length - 1,
      };
    },
    { made: MADE, acting: ACTING.source, mark: MARK },
  );

/** Nothing acts and nothing is hidden in what is shown now, nor happened since the browser was opened; answers how often the mark is read. */
export async function holds({ page, seen, origin }: Watched, where: string): Promise<number> {
  const { marks, ...found } = await look(page);
  expect(found, where).toEqual({ elsewhere: [], made: [], scripts: 0, hidden: [], ran: false });
  expect(seen, where).toEqual([]);
  expect(new URL(page.url()).origin, where).toBe(origin);
  return marks;
}

/** Opens all that opens on a page, but what would leave it or decide something. */
export const openAll = (page: Page) =>
  page.evaluate(() => {
    const closed = document.querySelectorAll<HTMLButtonElement>('main button[aria-expanded="false"]:not([aria-haspopup])');
    for (const button of Array.from(closed).slice(0, 150)) button.click();
    return closed.length;
  });

/** The cells of a CSV file, read as RFC 4180 says. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end = ''] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows.filter((cells) => cells.length > 1);
}

/** Each line is one record of the console's own, and holds nothing that acts in a terminal. */
export function ownLinesOnly(output: string): void {
  const lines = output.split('\n');
  expect(lines.pop()).toBe('');
  for (const line of lines) {
    expect(line).toMatch(OWN_LINE);
    expect(line).not.toMatch(UNSEEN);
    expect(line).not.toMatch(/^\d\d:\d\d:\d\d\.\d{3} \w+ zqforged/);
    expect(line.length).toBeLessThan(20_000);
  }
}
