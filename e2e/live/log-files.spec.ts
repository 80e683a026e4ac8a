// The log file of a real gateway is rotated, cut and deleted while clients are refused: each attempt is a row once, each change a gap.
import { copyFileSync, existsSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { TestDevice } from '../gateways/client.ts';
import { until } from '../gateways/until.ts';
import { knownDevice, onStage, READ_WRITE, refusedForPairing, type Stage, versionsUnderTest, type Watch, watch } from './scene.ts';

type Change = { name: string; gap: string; make: (file: string) => void };

const CHANGES: readonly Change[] = [
  { name: 'rotated by renaming', gap: 'file-changed', make: (file) => renameSync(file, `${file}.1`) },
  {
    name: 'copied away and cut in place',
    gap: 'file-shrunk',
    make: (file) => {
      copyFileSync(file, `${file}.2`);
      truncateSync(file, 0);
    },
  },
  { name: 'deleted', gap: 'file-changed', make: (file) => rmSync(file) },
];

/** The attempts of a device that the console has. */
async function attempts({ console: started }: Watch, device: TestDevice): Promise<string[]> {
  const rows = await started.api.allHandshakes({ device: device.deviceId, outcome: 'waiting' });
  return rows.map((row) => row.id);
}

/** Lets the device be refused so many times more, and looks that every attempt so far is a row once. */
function createRefusals(scene: Watch, device: TestDevice): (times: number) => Promise<void> {
  let total = 0;
  return async (times) => {
    for (let i = 0; i < times; i += 1) await refusedForPairing(device, { scopes: READ_WRITE });
    total += times;
    const rows = await until(
      `${total} attempts in the log`,
      async () => {
        const found = await attempts(scene, device);
        return found.length >= total ? found : undefined;
      },
      20_000,
    );
    expect(new Set(rows).size, 'no attempt is a row twice').toBe(rows.length);
    expect(rows).toHaveLength(total);
  };
}

const gaps = async ({ console: started }: Watch, cause: string) => (await started.api.allHandshakes({ outcome: 'gap', cause })).length;

/** The gateway's own file of now, told from another one in its place. */
const fileOf = ({ gateway }: Stage) => {
  const file = gateway.logFile();
  return existsSync(file) ? { file, ino: statSync(file).ino } : { file, ino: undefined };
};

for (const version of versionsUnderTest()) {
  test(`rotation, cut and deletion of the log file cost no attempt and are gaps (${version})`, async () => {
    await onStage({ version }, async (stage) => {
      const device = await knownDevice(stage, 'log files');
      const scene = await watch(stage);
      const refused = createRefusals(scene, device);
      for (const change of CHANGES) {
        await test.step(change.name, async () => {
          await refused(2);
          const before = await gaps(scene, change.gap);
          const { file, ino } = fileOf(stage);
          change.make(file);
          // The first that is refused finds the file gone or empty.
          await refused(1);
          const now = fileOf(stage);
          const answer =
            now.ino === undefined ? 'keeps the old file open' : now.ino === ino ? 'goes on in the same file' : 'makes a new file';
          console.log(`${version}, log file ${change.name}: the gateway ${answer}`);
          await refused(2);
          await until('the gap as a row', async () => ((await gaps(scene, change.gap)) > before ? true : undefined), 15_000);
        });
      }
    });
  });
}
