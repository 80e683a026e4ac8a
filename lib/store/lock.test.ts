import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { readRunning } from './lock.ts';
import { openStore } from './open.ts';
import { sampleDecision, temporaryFolder } from './test-samples.ts';

const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

// Opens the store in another process, begins decisions one after the other, and says each that was acknowledged.
const HOLDER = `
  import { openStore } from ${here('./open.ts')};
  import { systemClock } from ${here('../clock.ts')};
  const [folder, sample, count] = process.argv.slice(1);
  const store = await openStore({ folder, clock: systemClock() });
  store.announce({ port: 7788, url: 'http://localhost:7788' });
  console.log('open');
  for (let n = 0; n < Number(count); n += 1) {
    await store.decisions.begin({ ...JSON.parse(sample), id: 'd' + n });
    console.log('d' + n);
  }
  setInterval(() => {}, 1000);
`;

function hold(folder: string, count: number) {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--input-type=module', '-e', HOLDER, folder, JSON.stringify(sampleDecision()), String(count)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  if (!child.stdout) throw new Error('the child has no output');
  const lines = createInterface({ input: child.stdout });
  const said: string[] = [];
  lines.on('line', (line) => said.push(line));
  const until = async (line: string) => {
    while (!said.includes(line)) await once(lines, 'line');
  };
  return { child, said, until, ended: once(lines, 'close') };
}

function folderForTest(): string {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  return folder;
}

test('a second process on the same folder stops and names the first', async () => {
  const folder = folderForTest();
  const holder = hold(folder, 0);
  await holder.until('open');
  await expect(openStore({ folder, clock: systemClock() })).rejects.toMatchObject({
    code: 'data-folder-locked',
    message: `Process ${holder.child.pid} uses the data folder ${folder}.`,
    extra: { pid: holder.child.pid, folder, url: 'http://localhost:7788' },
  });
  expect(readRunning(folder)).toMatchObject({ pid: holder.child.pid, port: 7788, url: 'http://localhost:7788' });
});

test('a second store in the same process is refused as well', async () => {
  const folder = folderForTest();
  const first = await openStore({ folder, clock: systemClock() });
  await expect(openStore({ folder, clock: systemClock() })).rejects.toMatchObject({
    code: 'data-folder-locked',
    extra: { pid: process.pid },
  });
  await first.dispose();
  const second = await openStore({ folder, clock: systemClock() });
  await second.dispose();
  expect(readRunning(folder)).toBeUndefined();
});

test('a killed holder leaves the folder free, and every decision it had begun is there to be settled', async () => {
  const folder = folderForTest();
  const holder = hold(folder, 100_000);
  await holder.until('d50');
  holder.child.kill('SIGKILL');
  await holder.ended;
  const acknowledged = holder.said.filter((line) => line.startsWith('d'));
  const store = await openStore({ folder, clock: systemClock() });
  onTestFinished(() => store.dispose());
  const unsettled = (await store.decisions.unsettled()).map((decision) => decision.id);
  expect(unsettled.slice(0, acknowledged.length)).toEqual(acknowledged);
  // At most the one whose acknowledgement was cut off by the kill comes on top.
  expect(unsettled.length - acknowledged.length).toBeLessThanOrEqual(1);
});
