// A permit window lasts no longer than the right to open it.
import { expect, onTestFinished, test } from 'vitest';
import { createPermitWindows } from '#lib/approvals/permit-windows.ts';
import { accountsRig, codeOf, GOOD } from '#lib/auth/test-accounts.ts';
import { manualClock } from '#lib/clock.ts';
import { START_MS } from '#lib/store/test-samples.ts';
import { counter } from '#lib/testing/counter.ts';
import { windowRoutes } from './windows.ts';

const WINDOW = {
  gateway: 'local',
  target: { kind: 'device', deviceId: 'ab'.repeat(32) },
  scopes: ['operator.read', 'operator.write'],
  seconds: 600,
};

/** A console of Bob, who opened one window, and of Ann, who opened another. `kept` is awaited before an opening stands in the record. */
async function scene() {
  const next = counter();
  const world: { kept: Promise<void>; begun: () => void } = { kept: Promise.resolve(), begun: () => undefined };
  const windows = createPermitWindows({
    clock: manualClock(START_MS),
    newId: () => `w${next()}`,
    record(entry) {
      if (entry.what !== 'window.open') return Promise.resolve();
      world.begun();
      return world.kept;
    },
    publish: () => undefined,
    gatewayName: () => 'this host',
    deviceName: () => 'laptop',
    onChange: () => undefined,
    onError(error) {
      throw error;
    },
  });
  onTestFinished(windows.dispose);
  const rig = await accountsRig({ routes: windowRoutes({ windows }) });
  rig.auth.onSessionEnd(windows.sessionEnded);
  const admin = await rig.signIn();
  const ann = await rig.operator('Ann', ['approver']);
  const bob = await rig.operator('Bob', ['approver', 'admin']);
  const open = (as: typeof bob) => rig.call('POST', '/windows', { as, body: WINDOW });
  const openOnes = () => windows.inForce('local').map(({ id }) => windows.list().find((w) => w.id === id)?.by);
  return { rig, windows, world, admin, ann, bob, open, openOnes };
}
type Scene = Awaited<ReturnType<typeof scene>>;

const ENDS: [string, (scene: Scene) => Promise<{ status: number }>][] = [
  ['is removed', ({ rig, admin, bob }) => rig.call('DELETE', `/operators/${bob.id}`, { as: admin })],
  ['is switched off', ({ rig, admin, bob }) => rig.call('PATCH', `/operators/${bob.id}`, { as: admin, body: { state: 'disabled' } })],
  [
    'may not open one any more',
    ({ rig, admin, bob }) => rig.call('PATCH', `/operators/${bob.id}`, { as: admin, body: { rights: ['viewer'] } }),
  ],
  ['signs out everywhere', ({ rig, bob }) => rig.call('DELETE', '/sessions', { as: bob })],
];

test.each(ENDS)('a window closes at once when who opened it %s, and nobody else’s does', async (_name, end) => {
  const here = await scene();
  expect([(await here.open(here.bob)).status, (await here.open(here.ann)).status]).toEqual([201, 201]);
  expect(here.openOnes()).toEqual(['Bob', 'Ann']);
  expect((await end(here)).status).toBeLessThan(300);
  expect(here.openOnes()).toEqual(['Ann']);
  expect(here.windows.list().map(({ by, state }) => [by, state])).toEqual([
    ['Ann', 'open'],
    ['Bob', 'closed'],
  ]);
});

test.each(ENDS)('a window that is being opened is never in force when who opens it %s', async (_name, end) => {
  const here = await scene();
  let keep: () => void = () => undefined;
  here.world.kept = new Promise((resolve) => (keep = resolve));
  const begun = new Promise<void>((resolve) => (here.world.begun = resolve));
  const opening = here.open(here.bob);
  await begun;
  expect((await end(here)).status).toBeLessThan(300);
  keep();
  expect(codeOf(await opening)).toBe('window-closed');
  expect(here.openOnes()).toEqual([]);
});

test('a window closes when what its person signed in with is reset by a link', async () => {
  const { rig, admin, bob, open, openOnes } = await scene();
  await open(bob);
  const made = await rig.call('POST', `/operators/${bob.id}/link`, { as: admin });
  const secret = /"secret":"([^"]+)"/.exec(made.text)?.[1];
  expect((await rig.call('POST', '/links/accept', { body: { secret, password: `${GOOD} again` } })).status).toBeLessThan(300);
  expect(openOnes()).toEqual([]);
});

test('after the end of the session none is opened', async () => {
  const { rig, admin, bob, open, windows } = await scene();
  await rig.call('DELETE', `/operators/${bob.id}`, { as: admin });
  expect(codeOf(await open(bob))).toBe('sign-in-required');
  expect(windows.list()).toEqual([]);
});
