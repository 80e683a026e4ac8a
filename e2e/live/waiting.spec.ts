// The console as a new device of a gateway that asks: it says so, names the exact command, and is back as soon as it was let in.
import { expect, test } from '@playwright/test';
import { startConsole, type TestConsole } from '../gateways/console.ts';
import { until } from '../gateways/until.ts';
import { NEWEST, onStage, type Stage, versionsUnderTest } from './scene.ts';

test.skip(!versionsUnderTest().includes(NEWEST), `${NEWEST} is not among the gateways of this run`);

/** The console's own wait, once the gateway has given it a request id. */
const ownWait = (started: TestConsole) =>
  until('the console waiting for its own approval', async () => {
    const [gateway] = await started.api.gateways();
    return gateway?.state === 'waiting' && gateway.waiting?.requestId ? { ...gateway.waiting, id: gateway.id } : undefined;
  });

const becomesLive = (started: TestConsole) =>
  until('the console live', async () => ((await started.api.gateways())[0]?.state === 'live' ? true : undefined), 20_000);

async function waitingConsole(stage: Stage): Promise<TestConsole> {
  const started = await startConsole({ gateway: stage.gateway });
  stage.owns(started);
  return started;
}

test('a console that waits is let in by the command that its page names, and by its button for a person only', async ({ page }) => {
  await onStage({ version: NEWEST }, async (stage) => {
    await stage.ask();

    await test.step('the command, run on the gateway host', async () => {
      const started = await waitingConsole(stage);
      const wait = await ownWait(started);
      await page.goto(started.link());
      await expect(page.getByText(wait.command).first()).toBeVisible();
      const [program, ...args] = wait.command.split(' ');
      expect(program).toBe('openclaw');
      const { code, stderr } = await stage.gateway.cli(args);
      expect(stderr).not.toMatch(/error/i);
      expect(code).toBe(0);
      await becomesLive(started);
      await expect(page.getByText(wait.command)).toBeHidden();
      const own = await stage.admin.paired((await started.api.gateways())[0]?.consoleDeviceId ?? '');
      expect([...(own?.scopes ?? [])].sort()).toEqual([...wait.scopes].sort());
    });

    await test.step('the button, for a person in a browser and never for the API token', async () => {
      const started = await waitingConsole(stage);
      const wait = await ownWait(started);
      const asScript = await started.api.call('POST', `/gateways/${wait.id}/admit`);
      expect(asScript.status).toBe(403);
      expect(started.api.problemCode(asScript)).toBe('person-required');

      await page.goto(started.link());
      await page.getByRole('button', { name: /^admit from here/i }).click();
      await becomesLive(started);
      const admitted = (await started.api.activity()).find((a) => a.what === 'console.admitted' && a.actor.kind === 'person');
      expect(admitted?.text).toMatch(/local helper path/);
    });
  });
});
