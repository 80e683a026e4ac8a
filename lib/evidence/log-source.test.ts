// How the log is read is said as it is: a log that nobody reads never passes for one that is read, whatever it was before.
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GatewayRefusal } from '#lib/gateway/link.ts';
import { createLogWindow } from '#lib/handshakes/log-window.ts';
import { testFolder } from '#lib/testing/folders.ts';
import { logLine } from '#lib/testing/log-lines.ts';
import { createLogSource } from './log-source.ts';

const T = Date.parse('2026-11-22T12:00:00.000Z');
const line = (n: number) => logLine(T + n, 'gateway', `device pairing approved device=${n.toString(16).padStart(64, '0')} role=operator`);
// As 2026.4.14 and 2026.9.6 answer where the file cannot be read.
const refusal = () => new GatewayRefusal({ code: 'UNAVAILABLE', message: 'log read failed: Error: EACCES' });

function sourceOf(over: { onThisHost?: boolean } = {}) {
  const folder = join(testFolder(), 'logs');
  mkdirSync(folder);
  const file = join(folder, 'openclaw.log');
  writeFileSync(file, `${line(1)}\n`);
  const world = { fails: false, asked: 0, lines: [line(1)] };
  const window = createLogWindow();
  const files: (string | undefined)[] = [];
  let time = 0;
  const source = createLogSource({
    request: (_method, params) => {
      world.asked += 1;
      if (world.fails) return Promise.reject(refusal());
      return Promise.resolve({ file, cursor: 10, size: 10, lines: params?.limit === 1 ? [] : world.lines.splice(0) });
    },
    window,
    where: () => ({ onThisHost: over.onThisHost === true, uid: process.getuid?.() ?? 0 }),
    onFile: (name) => void files.push(name),
    now: () => T,
    monotonicMs: () => time,
    wait: async (ms) => {
      time += ms;
    },
  });
  onTestFinished(source.dispose);
  const seen = () => window.records().flatMap((r) => (r.kind === 'grant' ? [Number.parseInt(r.deviceId, 16)] : []));
  return { source, world, window, files, file, folder, seen };
}
const stateOf = ({ source }: ReturnType<typeof sourceOf>) => [source.read(), source.proof(), source.problem()];
const SAYS_NO = 'The gateway does not hand out its log: it answers “log read failed: Error: EACCES”.';

test('elsewhere, logs.tail counts as read once a call of it worked', async () => {
  const rig = sourceOf();
  await rig.source.poll();
  expect(rig.world.asked).toBe(0);
  expect(stateOf(rig)).toEqual(['none', 'none', undefined]);
  await rig.source.open();
  expect(stateOf(rig)).toEqual(['tail', 'tail', undefined]);
  expect(rig.seen()).toEqual([1]);
});

test('a gateway that does not hand out its log is said with its words, at first and later, until it works again', async () => {
  const rig = sourceOf();
  rig.world.fails = true;
  await expect(rig.source.open()).rejects.toThrow('log read failed');
  expect(stateOf(rig)).toEqual(['none', 'none', SAYS_NO]);
  await expect(rig.source.poll()).rejects.toThrow();
  rig.world.fails = false;
  await rig.source.poll();
  expect(stateOf(rig)).toEqual(['tail', 'tail', undefined]);
  rig.world.fails = true;
  await expect(rig.source.poll()).rejects.toThrow();
  expect(stateOf(rig)).toEqual(['none', 'none', SAYS_NO]);
});

test('on the gateway’s host the file is read, and nothing else is proof', async () => {
  const rig = sourceOf({ onThisHost: true });
  await rig.source.open();
  expect(stateOf(rig)).toEqual(['raw', 'raw', undefined]);
  expect([rig.source.file(), rig.files.at(-1)]).toEqual([rig.file, rig.file]);
  await rig.source.open();
  expect(rig.window.gaps()).toEqual([]);
});

test('a file that may not be read leaves logs.tail for people, and the reason stays', async () => {
  const rig = sourceOf({ onThisHost: true });
  renameSync(rig.file, join(rig.folder, 'real.log'));
  symlinkSync(join(rig.folder, 'real.log'), rig.file);
  await rig.source.open();
  await rig.source.poll();
  expect(stateOf(rig)).toEqual(['tail', 'none', 'The log file cannot be used as proof: it cannot be opened (ELOOP).']);
  expect(rig.files.at(-1)).toBeUndefined();
});

test('when something else takes the place of the file, people are told and logs.tail is read, until a file stands there again', async () => {
  const rig = sourceOf({ onThisHost: true });
  await rig.source.open();
  unlinkSync(rig.file);
  writeFileSync(join(rig.folder, 'elsewhere.log'), `${line(66)}\n`);
  symlinkSync(join(rig.folder, 'elsewhere.log'), rig.file);
  rig.world.lines = [line(2)];
  await rig.source.poll();
  expect(stateOf(rig)).toEqual(['tail', 'none', 'The log file cannot be used as proof: it cannot be opened (ELOOP).']);
  expect(rig.seen()).toEqual([1, 2]);
  unlinkSync(rig.file);
  writeFileSync(rig.file, `${line(3)}\n`);
  await rig.source.open();
  expect(stateOf(rig)).toEqual(['raw', 'raw', undefined]);
  expect(rig.seen()).toEqual([1, 2, 3]);
});

test('when neither can be read, that is said with both reasons, and tried again', async () => {
  const rig = sourceOf({ onThisHost: true });
  await rig.source.open();
  unlinkSync(rig.file);
  mkdirSync(rig.file);
  rig.world.fails = true;
  await expect(rig.source.poll()).rejects.toThrow();
  expect(stateOf(rig)).toEqual(['none', 'none', `The log file cannot be used as proof: it is not a regular file. ${SAYS_NO}`]);
  rmSync(rig.file, { recursive: true });
  writeFileSync(rig.file, `${line(2)}\n`);
  await rig.source.poll();
  expect(stateOf(rig)).toEqual(['raw', 'raw', undefined]);
  expect(rig.seen()).toEqual([1, 2]);
});

test('a gateway that names no file at first is asked again', async () => {
  const rig = sourceOf({ onThisHost: true });
  rig.world.fails = true;
  await expect(rig.source.open()).rejects.toThrow();
  expect(stateOf(rig)).toEqual(['none', 'none', SAYS_NO]);
  rig.world.fails = false;
  await rig.source.poll();
  expect(stateOf(rig)).toEqual(['raw', 'raw', undefined]);
  // What was wrong once is no reason for what is wrong later.
  unlinkSync(rig.file);
  mkdirSync(rig.file);
  const looking = rig.source.poll();
  expect(stateOf(rig)).toEqual(['none', 'none', 'The log file cannot be used as proof: it is not a regular file.']);
  await looking;
});

test('once disposed it opens nothing any more', async () => {
  const rig = sourceOf({ onThisHost: true });
  const opening = rig.source.open();
  rig.source.dispose();
  await opening;
  await rig.source.poll();
  expect([rig.source.read(), rig.files]).toEqual(['none', []]);
});
