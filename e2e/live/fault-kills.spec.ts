// kill -9 at moments that nobody chose, around a hundred decisions: nothing is lost, nothing granted twice, nothing more than was asked,
// and the chain of the record holds.
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { rowsOf } from '../../lib/audit/sources.ts';
import { verifyChain } from '../../lib/audit/verify.ts';
import type { RequestSeen } from '../gateways/api.ts';
import type { TestDevice } from '../gateways/client.ts';
import { until } from '../gateways/until.ts';
import { cleanUpgrade, moment } from './refusals.ts';
import { knownDevice, live, onStage, READ, READ_WRITE, versionsUnderTest, watch } from './scene.ts';

const ROUNDS = Number(process.env.GATEHOUSE_TEST_KILLS ?? 10);
const EACH = 10;
/** A decision takes some 5 to 80 ms from call to record; its ten begin within this time. */
const SPREAD_MS = 120;
/** The kill comes after so many answers, drawn anew each round, and up to this later: on a fast machine as on a slow one in the middle. */
const KILL_AFTER_MS = 40;

// Seeded, so that a failure can be played again; the moments themselves still fall as the machine runs.
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const rowShape = z.looseObject({ decision: z.looseObject({ id: z.string(), state: z.string() }).optional() });

/** What Activity says of each decision, by its id. */
function toldIn(file: string): Map<string, string[]> {
  const told = new Map<string, string[]>();
  for (const rows of rowsOf(file))
    for (const { body } of rows) {
      const { decision } = rowShape.parse(JSON.parse(String(body)));
      if (decision) told.set(decision.id, [...(told.get(decision.id) ?? []), decision.state]);
    }
  return told;
}

const sorted = (scopes: readonly string[] | undefined) => [...(scopes ?? [])].sort();
const APPROVED = new Set(['approved', 'settled-approved']);

for (const version of versionsUnderTest()) {
  test(`${ROUNDS} kills in the middle of ${EACH} decisions each lose nothing and grant nothing twice (${version})`, async () => {
    test.setTimeout(60_000 + ROUNDS * 30_000);
    await onStage({ version }, async (stage) => {
      const random = chance(20_261_123);
      const devices: TestDevice[] = [];
      for (let at = 0; at < ROUNDS * EACH; at += 1)
        devices.push(await knownDevice(stage, `round ${Math.floor(at / EACH)} device ${at % EACH}`));
      const { console: started } = await watch(stage);
      const told = new Map<string, string>();
      const ends = { answered: 0, cutOff: 0 };

      for (let round = 0; round < ROUNDS; round += 1) {
        const mine = devices.slice(round * EACH, (round + 1) * EACH);
        for (const device of mine) await cleanUpgrade(device);
        const seen = await until('the requests in the console', async () => {
          const pending = await started.api.pending();
          const found = mine.flatMap((device) => pending.find((r) => r.deviceId === device.deviceId) ?? []);
          return found.length === EACH ? found : undefined;
        });
        const from = performance.now();
        const answersBefore = Math.floor(random() * EACH) - 1;
        const enough = Promise.withResolvers<void>();
        let heard = 0;
        if (answersBefore < 0) enough.resolve();
        const decide = async (request: RequestSeen) => {
          await moment(from + random() * SPREAD_MS);
          const answer = await started.api.approve(request).catch(() => undefined);
          ends[answer === undefined ? 'cutOff' : 'answered'] += 1;
          heard += 1;
          if (heard > answersBefore) enough.resolve();
          if (answer?.status === 200) told.set(request.deviceId, 'approved');
        };
        const decisions = seen.map(decide);
        await enough.promise;
        await moment(performance.now() + random() * KILL_AFTER_MS);
        await started.kill9();
        await Promise.all(decisions);
        await started.start();
        await live(stage, started);
        await until('every decision settled', async () =>
          (await started.api.decided()).some((d) => d.state === 'asking') ? undefined : true,
        );

        const report = await verifyChain(rowsOf(join(started.dataDir, 'gatehouse.db')));
        expect(report.breaks, `the chain after kill ${round + 1}`).toEqual([]);
      }

      const inActivity = toldIn(join(started.dataDir, 'gatehouse.db'));
      const rows = new Map((await stage.admin.list()).paired.map((row) => [row.deviceId, row]));
      const all = (await started.api.decided(5 * ROUNDS * EACH)).filter((d) => d.action === 'approve');
      for (const device of devices) {
        const own = all.filter((d) => d.deviceId === device.deviceId);
        const held = sorted(rows.get(device.deviceId)?.scopes);
        const approved = own.filter((d) => APPROVED.has(d.state));
        const name = `${device.deviceId.slice(0, 8)}: ${own.map((d) => d.state).join(', ') || 'no decision'}`;
        // The gateway is the judge: what it gave stands in the record exactly once, and what the record says was given, it gave.
        expect(approved.length, name).toBe(held.length === READ_WRITE.length ? 1 : 0);
        expect(held, name).toEqual(sorted(approved.length === 1 ? READ_WRITE : READ));
        for (const { id, state } of own) expect(inActivity.get(id), `${name}, in Activity`).toEqual([state]);
        if (told.has(device.deviceId)) expect(approved.length, `${name}, and its caller was told so`).toBe(1);
      }
      console.log(`kills around decisions on ${version}: ${ends.answered} answered, ${ends.cutOff} cut off, ${all.length} recorded`);
      expect(ends.cutOff).toBeGreaterThan(0);
      expect(all.length).toBeGreaterThan(0);
    });
  });
}
