// A whole console over a record that was lost or restored: stopped from the first moment, told once, and going on only when a person says so.
import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from './clock.ts';
import { openStore } from './store/open.ts';
import { sampleDecision } from './store/test-samples.ts';
import { testFolder } from './testing/folders.ts';
import { gatewayOfThisHost, wholeConsole } from './testing/whole-console.ts';

const settings = { GATEHOUSE_KEY: '07'.repeat(32) };
const ANN = { kind: 'person', name: 'Ann' } as const;

async function lostFolder() {
  const folder = join(testFolder(), 'data');
  const open = async () => {
    const store = await openStore({ folder, clock: systemClock() });
    onTestFinished(store.dispose);
    return store;
  };
  const store = await open();
  await store.decisions.begin(sampleDecision());
  await store.dispose();
  const file = join(folder, 'gatehouse.db');
  const content = readFileSync(file);
  randomFillSync(content, 4096, 8192);
  writeFileSync(file, content);
  return open;
}

test('a lost record stops automation until a person lifts that, over restarts, and stands in the activity once', async () => {
  const { env } = await gatewayOfThisHost();
  const open = await lostFolder();
  const first = await open();
  const one = await wholeConsole({ env, store: first, settings });
  expect(one.console.automation.view()).toMatchObject({ state: 'suspended', cause: 'record-lost' });
  expect((await first.activity.list({ limit: 100 })).items.filter(({ what }) => what === 'record.lost')).toHaveLength(1);
  await one.console.dispose();
  await first.dispose();

  const second = await open();
  const two = await wholeConsole({ env, store: second, settings });
  expect(two.console.automation.view()).toMatchObject({ state: 'suspended', cause: 'record-lost' });
  expect((await second.activity.list({ limit: 100 })).items.filter(({ what }) => what === 'record.lost')).toHaveLength(1);
  await expect(two.console.setAutomation(true, { kind: 'api-token', name: 'a script' })).rejects.toMatchObject({ code: 'person-required' });
  await two.console.setAutomation(true, ANN);
  expect(two.console.automation.view().state).toBe('on');
  await two.console.dispose();
  await second.dispose();

  const third = await open();
  expect(third.notice).toBeUndefined();
  const three = await wholeConsole({ env, store: third, settings });
  expect(three.console.automation.view().state).toBe('on');
});

test('a pinned gateway that was found without TLS is not spoken to', async () => {
  const { env, gateway } = await gatewayOfThisHost();
  const pinned = await wholeConsole({ env, settings: { GATEHOUSE_GATEWAY_FINGERPRINT: 'ab'.repeat(32) } });
  expect(pinned.gateway()).toMatchObject({ state: 'down', problem: { code: 'gateway-certificate-changed' } });
  expect(pinned.console.desks()).toEqual([]);
  let waits = 0;
  gateway.edit((state) => {
    waits = Object.keys(state.pending).length;
    return state;
  });
  expect(waits).toBe(0);
});
