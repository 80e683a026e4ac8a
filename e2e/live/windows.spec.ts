// Permit windows on real gateways: each lets in what a person named, once, and nothing beside it; whatever ends one leaves the rest waiting.
import { expect, type Page, test } from '@playwright/test';
import type { ConsoleApi, WindowSeen } from '../gateways/api.ts';
import { createDevice, type TestDevice } from '../gateways/client.ts';
import { signIn } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { approvedOne, devicesOf, heldThough, oddPath } from './openings.ts';
import {
  giveStatement,
  live,
  OLDEST,
  onStage,
  READ,
  READ_WRITE,
  reasonsOf,
  refusedForPairing,
  type Stage,
  settledRequest,
  versionsUnderTest,
  vouch,
  type Watch,
  watch,
} from './scene.ts';

const PAIRING = 'operator.pairing';
const ADMIN = 'operator.admin';
const TIMES = 4;

const nextNewCli = (version: string) =>
  version === OLDEST
    ? 'the next new CLI: this gateway pairs it unasked, so a window has nothing to do'
    : 'the next new CLI: a window lets in exactly one clean key';
const named = (word: string) => Array.from({ length: TIMES }, (_, i) => `${word} ${i + 1}`);
const ask = (device: TestDevice, scopes: readonly string[] = READ_WRITE) => refusedForPairing(device, { scopes });
const openFor = (person: ConsoleApi, scene: Watch, device: TestDevice, over: Record<string, unknown> = {}) =>
  person.openWindow({
    gateway: scene.id,
    target: { kind: 'device', deviceId: device.deviceId },
    scopes: READ_WRITE,
    seconds: 120,
    ...over,
  });

/** A key that no gateway has seen, which says that it is a CLI. */
const newCli = (stage: Stage, displayName: string, over: { clientId?: string; clientMode?: string } = {}): TestDevice =>
  createDevice({
    url: stage.gateway.url,
    base: { displayName, clientId: 'cli', clientMode: 'cli', auth: { token: stage.gateway.token }, ...over },
  });

/** What the console says of a window, once it is in that state. */
const windowIs = (api: ConsoleApi, id: string, state: string): Promise<WindowSeen> =>
  until(`the window ${state}`, async () => (await api.windows()).find((w) => w.id === id && w.state === state));

/** Opens a window through the page, as a person does, and answers it. */
async function openOnPage(page: Page, api: ConsoleApi, device: TestDevice): Promise<WindowSeen> {
  const before = new Set((await api.windows()).map((w) => w.id));
  await page.getByRole('button', { name: 'Open a window', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Open a window' });
  await dialog.getByLabel('From which device').selectOption(device.deviceId);
  await dialog.getByRole('checkbox', { name: 'write' }).check({ force: true });
  await dialog.getByRole('checkbox', { name: 'pairing' }).check({ force: true });
  await dialog.getByLabel(/To confirm, type/).fill('pairing');
  await dialog.getByRole('button', { name: 'Open the window' }).click();
  await expect(dialog).toBeHidden();
  const opened = (await api.windows()).find((w) => !before.has(w.id));
  if (!opened) throw new Error('the page opened no window');
  return opened;
}

for (const version of versionsUnderTest()) {
  test(`a window lets in one request of its device up to its ceiling, and nothing else, until it ends (${version})`, async ({ page }) => {
    test.setTimeout(240_000);
    await onStage({ version }, async (stage) => {
      const parts = ['first', 'other', 'beyond', 'grave', 'late', 'waits', 'restart', 'stopped'] as const;
      const cast = new Map<string, TestDevice[]>();
      for (const part of parts) cast.set(part, await devicesOf(stage, named(part)));
      const [odd] = await devicesOf(stage, ['odd']);
      if (!odd) return;
      const scene = await watch(stage);
      const { api } = scene.console;
      for (const device of [odd, ...[...cast.values()].flat()]) await vouch(scene, device);
      await giveStatement(scene);
      let person = await signIn(page, scene.console);
      const of = (part: (typeof parts)[number]) => cast.get(part) ?? [];
      const approvedBy = async (part: (typeof parts)[number], scopes: readonly string[], open: (d: TestDevice) => Promise<WindowSeen>) => {
        let opened: WindowSeen | undefined;
        const device = await approvedOne(stage, scene, of(part), scopes, async (d) => {
          opened = await open(d);
          await ask(d, scopes);
        });
        if (!opened) throw new Error('no window');
        return { device, opened };
      };
      /** Who was held, with what each must still hold at the end. */
      const held: { name: string; device: TestDevice; scopes: readonly string[] }[] = [];

      await test.step('a script cannot open one', async () => {
        const body = { gateway: scene.id, target: { kind: 'device', deviceId: odd.deviceId }, scopes: READ_WRITE, seconds: 60 };
        const answer = await api.call('POST', '/windows', body);
        expect(answer.status).toBe(403);
        expect(api.problemCode(answer)).toBe('person-required');
        expect(await api.windows()).toEqual([]);
      });

      await test.step('opened on the page: one request, and no second', async () => {
        const { device, opened } = await approvedBy('first', READ_WRITE, (d) => openOnPage(page, person, d));
        expect(await windowIs(api, opened.id, 'used')).toMatchObject({ uses: 1, used: 1, outcome: expect.stringContaining('Approved.') });
        const decision = (await api.decided()).find((d) => d.deviceId === device.deviceId);
        expect(decision).toMatchObject({ state: 'approved', actor: { kind: 'rule', windowId: opened.id } });
        expect(decision?.verdict).toMatchObject({ kind: 'approve', window: opened.id });
        // Within the ceiling of the window that was, so nothing but its count stands against it.
        await ask(device, ['operator.read', PAIRING]);
        expect((await settledRequest(scene, device)).verdict.kind).toBe('hold');
        held.push({ name: 'a second request', device, scopes: READ_WRITE });
      });

      await test.step('of another device nothing', async () => {
        const [first, ...spares] = of('other');
        if (!first) return;
        const opened = await openFor(person, scene, first);
        const { device, seen } = await heldThough(scene, spares);
        expect(reasonsOf(seen)).not.toMatch(/window/i);
        held.push({ name: 'another device', device, scopes: READ });
        await person.closeWindow(opened.id);
        const again = await api.call('POST', `/windows/${opened.id}/close`);
        expect([again.status, api.problemCode(again)]).toEqual([409, 'window-closed']);
        const unknown = await api.call('POST', '/windows/none/close');
        expect([unknown.status, api.problemCode(unknown)]).toEqual([404, 'window-unknown']);
      });

      await test.step('above its ceiling nothing', async () => {
        const opens: WindowSeen[] = [];
        const { device, seen } = await heldThough(scene, of('beyond'), async (d) => {
          opens.push(await openFor(person, scene, d));
          await ask(d, [...READ_WRITE, ADMIN]);
        });
        expect(reasonsOf(seen)).toMatch(/window-ceiling/);
        expect((await api.windows()).find((w) => w.id === opens.at(-1)?.id)).toMatchObject({ state: 'open', used: 0 });
        held.push({ name: 'beyond the ceiling', device, scopes: READ });
      });

      await test.step('grave scopes only when they are named once more', async () => {
        const grave = { scopes: ['operator.read', ADMIN] };
        const body = { gateway: scene.id, target: { kind: 'next-new-cli' }, seconds: 60, ...grave };
        const answer = await person.call('POST', '/windows', body);
        expect([answer.status, person.problemCode(answer)]).toEqual([400, 'input-invalid']);
        await approvedBy('grave', grave.scopes, (d) => openFor(person, scene, d, { ...grave, confirm: [ADMIN] }));
      });

      await test.step('by an odd path nothing, nor by a clean try after it', async () => {
        await openFor(person, scene, odd);
        await odd.attempt({ scopes: READ_WRITE, ...oddPath(version) });
        expect(reasonsOf(await settledRequest(scene, odd))).toMatch(/window-origin/);
        await ask(odd);
        const seen = await settledRequest(scene, odd);
        expect(seen.verdict.kind).toBe('hold');
        expect(reasonsOf(seen)).toMatch(/window-origin/);
        held.push({ name: 'an odd path', device: odd, scopes: READ });
      });

      await test.step('after its end nothing', async () => {
        const { device } = await heldThough(scene, of('late'), async (d) => {
          const opened = await openFor(person, scene, d, { seconds: 1 });
          expect(await windowIs(api, opened.id, 'ended')).toMatchObject({ used: 0 });
          await ask(d);
        });
        held.push({ name: 'after the end', device, scopes: READ });
      });

      await test.step('automation off holds it, and what waits when it ends goes on waiting', async () => {
        await person.setAutomation(false);
        const opens: WindowSeen[] = [];
        const { device, seen } = await heldThough(scene, of('waits'), async (d) => {
          opens.push(await openFor(person, scene, d, { seconds: 3 }));
          await ask(d);
        });
        const [opened] = opens.slice(-1);
        expect(seen.verdict.window, 'it is the window that is held').toBe(opened?.id);
        expect(reasonsOf(seen)).toMatch(/automation-off/);
        await windowIs(api, opened?.id ?? '', 'ended');
        await person.setAutomation(true);
        const after = await until('the request looked at anew', async () => {
          const now = await settledRequest(scene, device);
          return reasonsOf(now).includes('automation-off') ? undefined : now;
        });
        expect(after.verdict.kind).toBe('hold');
        held.push({ name: 'waiting at the end', device, scopes: READ });
      });

      await test.step('a suspension closes or holds it, and a restart closes it', async () => {
        const [stopped] = of('stopped');
        const restart = of('restart');
        if (!stopped) return;
        const opens = [await openFor(person, scene, stopped)];
        for (const device of restart) opens.push(await openFor(person, scene, device));
        const before = await person.call('GET', '/guards');
        expect(before.status).toBe(200);
        const limits = { approvalsPerMinute: 20, devicesPerMinute: 40, requestsPerMinute: 1200 };
        expect((await person.call('PUT', '/guards/limits', { ...limits, devicesPerMinute: 1 })).status).toBe(200);
        await ask(stopped);
        expect(reasonsOf(await settledRequest(scene, stopped))).toMatch(/automation-off/);
        held.push({ name: 'under a suspension', device: stopped, scopes: READ });

        await scene.console.restart();
        person = await signIn(page, scene.console);
        await live(stage, scene.console);
        expect(await api.windows()).toEqual([]);
        expect((await api.call('PUT', '/automation', { on: true })).status, 'a script cannot lift the stop').toBe(403);
        expect((await person.call('PUT', '/guards/limits', limits)).status).toBe(200);
        await person.setAutomation(true);
        const { device } = await heldThough(scene, restart);
        held.push({ name: 'after a restart', device, scopes: READ });
      });

      const { paired } = await stage.admin.list();
      for (const { name, device, scopes } of held) {
        expect.soft(paired.find((d) => d.deviceId === device.deviceId)?.scopes, `${name}: the gateway's own row`).toEqual(scopes);
        const seen = await settledRequest(scene, device);
        expect.soft(seen.verdict.kind, `${name}: it waits still`).toBe('hold');
      }
    });
  });

  test(`${nextNewCli(version)} (${version})`, async ({ page }) => {
    test.setTimeout(240_000);
    await onStage({ version }, async (stage) => {
      const scene = await watch(stage);
      const { api } = scene.console;
      await giveStatement(scene);
      const person = await signIn(page, scene.console);
      const opened = await person.openWindow({ gateway: scene.id, target: { kind: 'next-new-cli' }, scopes: READ_WRITE, seconds: 120 });
      const unused = async () => expect((await api.windows()).find((w) => w.id === opened.id)).toMatchObject({ state: 'open', used: 0 });
      const waits = async (device: TestDevice, why: RegExp) => {
        const seen = await settledRequest(scene, device);
        expect(seen.verdict.kind).toBe('hold');
        expect(reasonsOf(seen)).toMatch(why);
        expect(await stage.admin.paired(device.deviceId)).toBeUndefined();
        await unused();
      };

      const odd = newCli(stage, 'odd path');
      await odd.attempt({ scopes: READ_WRITE, ...oddPath(version) });
      await waits(odd, /window-origin/);
      if (version === OLDEST) {
        // Loopback with the shared token pairs every new key before anybody is asked.
        const clean = newCli(stage, 'clean');
        expect((await clean.attempt({ scopes: READ_WRITE })).ok).toBe(true);
        expect((await stage.admin.paired(clean.deviceId))?.scopes).toEqual(READ_WRITE);
        await unused();
        return;
      }
      const wide = newCli(stage, 'beyond the ceiling');
      await ask(wide, [...READ_WRITE, ADMIN]);
      await waits(wide, /window-ceiling/);
      const other = newCli(stage, 'says it is something else', { clientId: 'gateway-client', clientMode: 'ui' });
      await ask(other);
      await waits(other, /new-device/);

      const clean = named('clean').map((name) => newCli(stage, name));
      const letIn = await approvedOne(stage, scene, [...clean]);
      expect((await stage.admin.paired(letIn.deviceId))?.scopes).toEqual(READ_WRITE);
      expect((await letIn.attempt({ scopes: READ_WRITE })).ok).toBe(true);
      expect(await windowIs(api, opened.id, 'used')).toMatchObject({ used: 1 });
      const second = newCli(stage, 'second');
      await ask(second);
      expect((await settledRequest(scene, second)).verdict.kind).toBe('hold');
      const paired = new Set((await stage.admin.list()).paired.map((d) => d.deviceId));
      for (const device of [odd, wide, other, second, ...clean])
        expect(paired.has(device.deviceId), 'only one key was let in').toBe(device === letIn);
      const approvals = (await api.decided()).filter((d) => d.state === 'approved');
      expect(approvals.map((d) => [d.deviceId, d.actor.windowId])).toEqual([[letIn.deviceId, opened.id]]);
    });
  });
}
