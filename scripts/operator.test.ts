// The commands as somebody runs them who is locked out, beside a console that runs in this test.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { accountsRig, codeOf, GOOD } from '../lib/auth/test-accounts.ts';

const SCRIPT = fileURLToPath(new URL('./gatehouse.ts', import.meta.url));
const run = promisify(execFile);
const LINK = /(http:\/\/localhost:\d+)(\/[a-z-]+)#(\S+)/;

async function commandRig(options: Parameters<typeof accountsRig>[0] = {}) {
  const rig = await accountsRig(options);
  rig.store.announce({ port: rig.port, url: rig.origin });
  const say = async (...args: string[]) => {
    const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'test', HOME: rig.folder, GATEHOUSE_DATA_DIR: rig.folder };
    const ended = await run(process.execPath, [SCRIPT, ...args], { env }).then(
      ({ stdout }) => ({ status: 0, said: stdout }),
      (error: { code?: number; stdout?: string; stderr?: string }) => ({
        status: error.code ?? -1,
        said: `${error.stdout}${error.stderr}`,
      }),
    );
    // The command has the clock of the machine.
    rig.clock.setWall(Date.now());
    const [, origin, page, secret = ''] = LINK.exec(ended.said) ?? [];
    return { ...ended, origin, page, secret };
  };
  return { ...rig, say };
}

test('link leads to the set-up while there is no operator, and signs in the named one afterwards', async () => {
  const rig = await commandRig({ noOperator: true });
  const first = await rig.say('link');
  expect(first).toMatchObject({ status: 0, origin: rig.origin, page: '/set-up' });
  expect((await rig.say('operator', 'list')).said).toContain('no operator yet');
  expect(await rig.say('operator', 'invite', 'Eve', '--rights', 'admin')).toMatchObject({
    status: 1,
    said: expect.stringContaining('setup-required'),
  });
  rig.browser(await rig.call('POST', '/setup', { body: { secret: first.secret, name: 'Ada', password: GOOD } }));
  rig.clock.advance(1);
  await rig.addOperator('Vera', ['viewer']);
  for (const [args, name] of [
    [['link'], 'Ada'],
    [['link', 'VERA'], 'Vera'],
  ] as const) {
    const { page, secret } = await rig.say(...args);
    const as = rig.browser(await rig.call('POST', '/session', { body: { secret } }));
    expect([page, (await rig.call('GET', '/session', { as })).json]).toMatchObject(['/sign-in', { name, way: 'link' }]);
  }
  expect(await rig.say('link', 'Nobody')).toMatchObject({ status: 1, said: expect.stringContaining('There is: Ada, Vera') });
  expect((await rig.say('operator', 'list')).said).toMatch(
    /^Ada: approver and admin, active, signed in last at 20.*\nVera: viewer, active/,
  );
}, 60_000);

test('operator reset lets somebody in again who was switched off, as an admin where that is asked, and says so in Activity', async () => {
  const rig = await commandRig();
  const vera = await rig.operator('Vera', ['approver']);
  await rig.call('PATCH', `/operators/${vera.id}`, { as: await rig.signIn(), body: { state: 'disabled' } });
  expect(await rig.say('link', 'Vera')).toMatchObject({ status: 1, said: expect.stringContaining('operator reset') });
  const { secret, said } = await rig.say('operator', 'reset', 'vera', '--admin');
  expect(said).toContain('Nothing changes before the link is opened');
  expect(await rig.store.operators.byId(vera.id)).toMatchObject({ state: 'disabled', rights: ['approver'] });
  expect((await rig.call('POST', '/links/read', { body: { secret } })).json).toMatchObject({ purpose: 'reset', operator: 'Vera' });
  const as = rig.browser(await rig.call('POST', '/links/accept', { body: { secret } }));
  expect((await rig.call('GET', '/session', { as })).json).toMatchObject({ name: 'Vera', rights: ['approver', 'admin'] });
  expect(codeOf(await rig.call('POST', '/session/password', { body: { name: 'Vera', password: GOOD } }))).toBe('sign-in-refused');
  expect(await rig.activity()).toEqual(
    expect.arrayContaining([expect.objectContaining({ what: 'operator.reset', actor: { kind: 'terminal', name: 'Terminal' } })]),
  );
}, 60_000);

test('operator invite makes somebody with the rights that were named, when the link is opened and once', async () => {
  const rig = await commandRig();
  expect(await rig.say('operator', 'invite', 'Paul')).toMatchObject({ status: 2 });
  expect(await rig.say('operator', 'invite', 'Paul', '--rights', 'root')).toMatchObject({ status: 1 });
  expect(await rig.say('operator', 'invite', '<b>', '--rights', 'viewer')).toMatchObject({ status: 1 });
  const [one, two] = [
    await rig.say('operator', 'invite', 'Paul', '--rights', 'viewer,approver'),
    await rig.say('operator', 'invite', 'Paul', '--rights', 'admin'),
  ];
  expect(await rig.store.operators.byName('Paul')).toBeUndefined();
  const as = rig.browser(await rig.call('POST', '/links/accept', { body: { secret: one.secret, password: GOOD } }));
  expect((await rig.call('GET', '/session', { as })).json).toMatchObject({ name: 'Paul', rights: ['approver'] });
  expect(codeOf(await rig.call('POST', '/links/accept', { body: { secret: two.secret, password: GOOD } }))).toBe('operator-exists');
  expect(await rig.say('operator', 'invite', 'paul', '--rights', 'admin')).toMatchObject({
    status: 1,
    said: expect.stringContaining('operator-exists'),
  });
}, 60_000);

test('without a console one line says so', async () => {
  const rig = await commandRig();
  await rig.stop();
  await rig.store.dispose();
  for (const args of [['link'], ['operator', 'list'], ['operator', 'reset', 'operator']])
    expect(await rig.say(...args)).toMatchObject({ status: 1, said: expect.stringMatching(/^No console runs on the data folder .*\n$/) });
}, 60_000);
