// A console that dies between writing a decision and hearing the gateway's answer must know, at its next start, what became of it.
import { expect, test } from '@playwright/test';
import { startIntercept } from '../gateways/intercept.ts';
import { until } from '../gateways/until.ts';
import { cleanUpgrade } from './refusals.ts';
import { knownDevice, live, onStage, READ, READ_WRITE, settledRequest, versionsUnderTest, watch } from './scene.ts';

const ENDS = [
  { when: 'asked', state: 'settled-not-done', scopes: READ, title: 'before the gateway heard of it' },
  { when: 'answered', state: 'settled-approved', scopes: READ_WRITE, title: 'after the gateway did it' },
] as const;

for (const version of versionsUnderTest()) {
  test(`a decision cut short by kill -9 is settled at the next start (${version})`, async () => {
    await onStage({ version }, async (stage) => {
      const intercept = await startIntercept(stage.gateway.url);
      stage.owns(intercept);
      const env = { GATEHOUSE_GATEWAY_URL: intercept.url, GATEHOUSE_GATEWAY_TOKEN: stage.gateway.token };
      const scene = await watch(stage, { env });
      for (const { when, state, scopes, title } of ENDS) {
        await test.step(`killed ${title}`, async () => {
          const device = await knownDevice(stage, `cut ${when}`);
          await cleanUpgrade(device);
          const seen = await settledRequest(scene, device);
          const caught = intercept.catchNext('device.pair.approve', when);
          const answer = scene.console.api.approve(seen).then(
            () => 'answered',
            () => 'cut off',
          );
          await caught;
          await scene.console.kill9();
          expect(await answer).toBe('cut off');
          intercept.release();

          await scene.console.start();
          await live(stage, scene.console);
          const settled = await until('the decision settled', async () =>
            (await scene.console.api.decided()).find((d) => d.deviceId === device.deviceId && d.state !== 'asking'),
          );
          expect(settled.state).toBe(state);
          const row = await stage.admin.paired(device.deviceId);
          expect([...(row?.scopes ?? [])].sort()).toEqual([...scopes].sort());
        });
      }
    });
  });
}
