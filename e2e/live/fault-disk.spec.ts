// The disk full and back: a real limit on how far the console may write into a file. Nothing is approved meanwhile, by a person, a window
// or a rule; every page says why; and it goes on by itself when there is room again.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { rowsOf } from '../../lib/audit/sources.ts';
import { verifyChain } from '../../lib/audit/verify.ts';
import { personAt, signIn } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { heldThough } from './openings.ts';
import {
  giveStatement,
  holds,
  knownDevice,
  onStage,
  READ,
  READ_WRITE,
  refusedForPairing,
  settledRequest,
  spareDevices,
  versionsUnderTest,
  vouch,
  watch,
} from './scene.ts';

/** The console asks its record every ten seconds whether it can be written. */
const PROBED_MS = 25_000;
/** As soon as any file would grow beyond its first bytes, the system refuses: for SQLite the disk answers with an error. */
const NO_ROOM = '--fsize=1:unlimited';
const ROOM = '--fsize=unlimited:unlimited';

const limit = (pid: number, word: string) => void execFileSync('prlimit', ['--pid', String(pid), word]);
const sorted = (scopes: readonly string[] | undefined) => [...(scopes ?? [])].sort();

function canLimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

for (const version of versionsUnderTest()) {
  test(`with a full disk nothing is approved, the page says it, and it goes on by itself (${version})`, async ({ page }) => {
    test.skip(!canLimit(), 'prlimit of util-linux is needed to take the disk away');
    test.setTimeout(240_000);
    await onStage({ version }, async (stage) => {
      const clicked = await knownDevice(stage, 'approved by a person');
      const let_in = [await knownDevice(stage, 'let in by a window'), ...(await spareDevices(stage, 4))];
      const scene = await watch(stage);
      const { console: started } = scene;
      await giveStatement(scene);
      for (const device of let_in) await vouch(scene, device);
      await signIn(page, started);
      const person = await personAt(started);

      await refusedForPairing(clicked, { scopes: READ_WRITE });
      const { device: windowed } = await heldThough(scene, [...let_in]);
      const seen = await settledRequest(scene, clicked);

      limit(started.pid(), NO_ROOM);
      const automation = async () => (await person.call('GET', '/automation')).body;
      await until(
        'automation suspended',
        async () => (JSON.stringify(await automation()).includes('"cause":"store"') ? true : undefined),
        PROBED_MS,
      );
      await expect(page.getByText('The record cannot be written, so nothing is approved automatically.').first()).toBeVisible();

      // A person's press: refused with the code, and the gateway was never asked.
      const refused = await person.approve(seen);
      expect([refused.status, person.problemCode(refused)]).toEqual([503, 'store-unwritable']);
      // A window cannot even be opened, and what asks meanwhile waits.
      const window = { gateway: scene.id, target: { kind: 'device', deviceId: windowed.deviceId }, scopes: READ_WRITE, seconds: 120 };
      expect(person.problemCode(await person.call('POST', '/windows', window))).toBe('store-unwritable');
      const late = let_in.find((device) => device !== windowed) ?? windowed;
      await refusedForPairing(late, { scopes: READ_WRITE });
      await settledRequest(scene, late);
      for (const device of [clicked, windowed, late])
        expect(sorted((await stage.admin.paired(device.deviceId))?.scopes)).toEqual(sorted(READ));
      expect((await person.pending()).map((r) => r.deviceId)).toEqual(expect.arrayContaining([clicked.deviceId, late.deviceId]));

      limit(started.pid(), ROOM);
      await until(
        'automation on by itself',
        async () => (JSON.stringify(await automation()).includes('"state":"on"') ? true : undefined),
        PROBED_MS,
      );
      await expect(page.getByText('The record cannot be written').first()).toBeHidden();
      await person.openWindow(window);
      await holds(stage, windowed.deviceId, READ_WRITE, scene);
      const again = await settledRequest(scene, clicked);
      expect((await person.approve(again)).status).toBe(200);
      await holds(stage, clicked.deviceId, READ_WRITE, scene);
      const decided = (await person.decided()).filter((d) => d.deviceId === clicked.deviceId);
      expect(decided.map(({ state }) => state)).toEqual(['approved']);
      const chain = await verifyChain(rowsOf(join(started.dataDir, 'gatehouse.db')), []);
      expect(chain.broken).toBe(0);
    });
  });
}
