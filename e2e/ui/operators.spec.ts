// Operators in a real browser: the first one, passkeys and passwords, an invitation, what a right allows, sessions and tokens.
import { type Browser, expect, type Page, test } from '@playwright/test';
import { startConsole, type TestConsole } from '../gateways/console.ts';
import { breaches, PHONE } from './support.ts';

const PASSWORD = 'a few words of Ada';
const OTHER = 'a few words of Grace';

let target: TestConsole;
test.beforeAll(async () => {
  target = await startConsole({ gateway: { stateDir: '', configPath: '', home: '' }, env: { GATEHOUSE_PRACTICE: '1' }, bare: true });
});
test.afterAll(() => target.dispose());

/** A browser of its own, with an authenticator that says yes. */
async function browserWith(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: target.origin });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return page;
}
const inside = (page: Page) => expect(page.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible();
const operators = async (page: Page) => {
  await page.goto('/operators');
  await expect(page.getByRole('list', { name: 'Operators' })).toBeVisible();
};

test('a console from its first minute to two operators with rights of their own', async ({ browser }) => {
  test.setTimeout(180_000);
  const ada = await browserWith(browser);
  const setUp = /http\S+set-up#\S+/.exec(target.output())?.[0] ?? '';

  await test.step('the first operator, by the printed link', async () => {
    await ada.goto('/sign-in');
    await expect(ada.getByText('Nobody is set up here yet')).toBeVisible();
    await ada.goto(setUp);
    await expect(ada).toHaveURL(/\/set-up$/);
    await expect(ada.getByRole('button', { name: 'Start' })).toBeDisabled();
    await ada.getByLabel('Your name').fill('Ada');
    await ada.getByLabel('Password', { exact: true }).fill(PASSWORD);
    expect(await breaches(ada)).toEqual([]);
    await ada.getByRole('button', { name: 'Start' }).click();
    await inside(ada);
  });

  await test.step('a passkey signs in after signing out, and the wrong password does not', async () => {
    await ada.getByRole('link', { name: 'Ada' }).click();
    await ada.getByRole('button', { name: 'Add a passkey' }).click();
    await ada.getByLabel('A name for it').fill('Laptop');
    await ada.getByRole('button', { name: 'Add it' }).click();
    await expect(ada.getByRole('list', { name: 'How you sign in' })).toContainText('Laptop');
    await ada.getByRole('button', { name: 'Sign out', exact: true }).first().click();
    await expect(ada).toHaveURL(/\/sign-in$/);
    await ada.getByLabel('Name').fill('Ada');
    await ada.getByLabel('Password').fill('not the words of Ada');
    await ada.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(ada.getByRole('alert').filter({ hasText: 'sign-in-refused' })).toBeVisible();
    expect(await breaches(ada)).toEqual([]);
    await ada.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await inside(ada);
  });

  const grace = await browserWith(browser);
  await test.step('an invitation makes an approver', async () => {
    await operators(ada);
    await ada.getByRole('button', { name: 'Invite' }).click();
    await ada.getByLabel('Name, as it stands in the record').fill('Grace');
    // After a while the console asks who is here; whoever closes that question alone keeps what was typed.
    const stale = { code: 'sign-in-not-fresh', title: 'Confirm who you are', detail: 'Confirm.', fix: 'Confirm.' };
    await ada.route('**/api/v1/operators', (route) => route.fulfill({ status: 403, json: stale }), { times: 1 });
    await ada.getByRole('button', { name: 'Make an invitation link' }).click();
    const question = ada.getByRole('dialog', { name: 'Is it still you?' });
    await expect(question).toBeVisible();
    await ada.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await expect(ada.getByRole('alertdialog')).toBeHidden();
    await expect(ada.getByLabel('Name, as it stands in the record')).toHaveValue('Grace');
    await ada.getByRole('button', { name: 'Make an invitation link' }).click();
    await expect(ada.getByText('The link for Grace')).toBeVisible();
    const link = (await ada.getByText(/sign-in#/).textContent()) ?? '';
    await grace.goto(link);
    await expect(grace.getByRole('heading', { name: 'You are invited' })).toBeVisible();
    await grace.getByLabel('Password', { exact: true }).fill(OTHER);
    await grace.getByRole('button', { name: 'Continue' }).click();
    await inside(grace);
  });

  await test.step('an approver decides, and cannot write a rule', async () => {
    const reject = grace.getByRole('button', { name: /^Reject:/ }).first();
    await expect(reject).toBeEnabled({ timeout: 60_000 });
    await expect(grace.getByRole('button', { name: /^Approve and make a rule/ }).first()).toBeDisabled();
    await reject.click();
    await expect(grace.getByRole('region', { name: 'Lately' })).toContainText(/rejected.*by Grace/, { timeout: 30_000 });
    await grace.goto('/rules');
    await expect(grace.getByRole('button', { name: 'New rule' })).toBeDisabled();
    await expect(grace.getByRole('switch', { name: 'Automation' })).toBeEnabled();
    await grace.goto('/activity');
    // The decision says in its row who made it, and once more where it opens.
    const decided = grace.getByRole('listitem').filter({ hasText: 'Rejected' }).first();
    await expect(decided.getByRole('button').first()).toContainText('person Grace');
    await decided.getByRole('button').first().click();
    await expect(decided).toContainText('Done by person Grace');
    await operators(grace);
    await expect(grace.getByRole('button', { name: 'Invite' })).toBeHidden();
    await expect(grace.getByRole('button', { name: 'New token' })).toBeHidden();
  });

  await test.step('other rights end the session, and a viewer looks only', async () => {
    await operators(ada);
    await ada.getByRole('button', { name: 'Change Grace' }).click();
    await ada.getByLabel('approver', { exact: false }).first().uncheck();
    await ada.getByRole('button', { name: 'Save the rights' }).click();
    await expect(grace).toHaveURL(/\/sign-in$/, { timeout: 30_000 });
    await grace.getByLabel('Name').fill('Grace');
    await grace.getByLabel('Password').fill(OTHER);
    await grace.getByRole('button', { name: 'Sign in', exact: true }).click();
    await inside(grace);
    await expect(grace.getByRole('button', { name: /^Reject:/ }).first()).toBeDisabled({ timeout: 60_000 });
    await expect(grace.getByText('This needs the right approver').first()).toBeVisible();
    // Also the palette says that it did not do it: who believes automation off would be wrong.
    await grace.keyboard.press('Control+k');
    await grace.getByRole('combobox', { name: 'Find a command' }).fill('turn automation off');
    await grace.keyboard.press('Enter');
    const refusal = grace.getByRole('dialog', { name: 'Commands' }).getByRole('alert');
    await expect(refusal).toContainText('Turn automation off: not done.');
    await expect(refusal).toContainText('This needs the right approver');
    await expect(grace.getByRole('option', { name: /Turn automation off/ })).toHaveAttribute('aria-disabled', 'true');
    expect(await breaches(grace)).toEqual([]);
    await grace.keyboard.press('Escape');
    await expect(grace.getByRole('banner').getByRole('button', { name: 'automation on' })).toBeVisible();
  });

  await test.step('a token is shown once and works until it is revoked', async () => {
    await operators(ada);
    await ada.getByRole('button', { name: 'New token' }).click();
    await ada.getByLabel('What it is for').fill('Nightly report');
    await ada.getByRole('button', { name: 'Make it' }).click();
    const secret = await ada.getByText(/^gh_/).textContent();
    const asked = () => fetch(`${target.origin}/api/v1/devices`, { headers: { authorization: `Bearer ${secret}` } }).then((a) => a.status);
    expect(await asked()).toBe(200);
    await ada.reload();
    await expect(ada.getByText('Nightly report')).toBeVisible();
    expect(await ada.content()).not.toContain(secret);
    await ada.getByRole('button', { name: 'Revoke the token Nightly report' }).click();
    await expect(ada.getByText('revoked', { exact: true })).toBeVisible();
    expect(await asked()).toBe(401);
  });

  await test.step('what is taken away for good is asked before, with what is left; the only way in is said to be that', async () => {
    await operators(ada);
    const ways = ada.getByRole('list', { name: 'How you sign in' });
    await ada.getByRole('button', { name: 'Remove the password' }).click();
    const password = ada.getByRole('dialog', { name: 'Remove the password?' });
    await expect(password).toContainText('Afterwards you sign in with the passkey Laptop.');
    await expect(password.getByRole('button', { name: 'Keep' })).toBeFocused();
    expect(await breaches(ada)).toEqual([]);
    await ada.keyboard.press('Enter');
    await expect(password).toBeHidden();
    await expect(ways.getByRole('button', { name: 'Remove the password' })).toBeVisible();

    await ada.getByRole('button', { name: 'Remove the passkey Laptop' }).click();
    await ada.getByRole('dialog', { name: 'Remove the passkey Laptop?' }).getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(ways).not.toContainText('Laptop');
    await ada.getByRole('button', { name: 'Remove the password' }).click();
    await expect(password).toContainText('This is your only way to sign in');
    await expect(password).toContainText('npm run gatehouse -- link Ada');
    await ada.keyboard.press('Escape');
    await expect(ways.getByRole('button', { name: 'Remove the password' })).toBeVisible();

    await ada.getByRole('button', { name: 'Change Grace' }).click();
    await ada.getByRole('button', { name: 'Remove Grace' }).click();
    const removal = ada.getByRole('dialog', { name: 'Remove Grace?' });
    await expect(removal).toContainText('Every session of Grace ends at once.');
    await removal.getByRole('button', { name: 'Keep' }).click();
    await expect(removal).toBeHidden();
    await ada.keyboard.press('Escape');
    await expect(ada.getByRole('list', { name: 'Operators' })).toContainText('Grace');
  });

  await test.step('a session is ended from afar, and everywhere at once', async () => {
    await operators(ada);
    await ada.getByRole('button', { name: 'End the session of Grace' }).click();
    await expect(grace).toHaveURL(/\/sign-in$/, { timeout: 30_000 });
    await ada.setViewportSize(PHONE);
    expect(await ada.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    expect(await breaches(ada)).toEqual([]);
    await ada.getByRole('button', { name: 'End all my sessions' }).click();
    await expect(ada).toHaveURL(/\/sign-in$/);
  });
});
