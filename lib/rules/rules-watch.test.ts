// A rules file is followed on a real disk: however it is changed, what is taken is what came to rest.
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '#lib/store/test-samples.ts';
import { type FileReading, readRulesFile } from './rules-file.ts';
import { createRulesWatch } from './rules-watch.ts';

const TIMES = { pollMs: 50, restMs: 20 };

/** A watch on a file of a new folder. `next` resolves with the next reading that is taken. */
function watched() {
  const { folder, remove } = temporaryFolder();
  const path = join(folder, 'rules.yaml');
  const taken: FileReading[] = [];
  const errors: unknown[] = [];
  let heard: (() => void) | undefined;
  let failing = false;
  const watch = createRulesWatch({
    path,
    read: () => readRulesFile(path),
    async onReading(reading) {
      if (failing) throw new Error('not now');
      taken.push(reading);
      heard?.();
    },
    onError: (error) => {
      errors.push(error);
      heard?.();
    },
    times: TIMES,
  });
  onTestFinished(async () => {
    await watch.dispose();
    remove();
  });
  const write = (text: string, name = 'rules.yaml') => writeFileSync(join(folder, name), text, { mode: 0o600 });
  return {
    folder,
    path,
    watch,
    taken,
    errors,
    write,
    fail: (now: boolean) => {
      failing = now;
    },
    next: (act: () => void) =>
      new Promise<FileReading | undefined>((resolve) => {
        heard = () => {
          heard = undefined;
          resolve(taken.at(-1));
        };
        act();
      }),
  };
}
const text = (reading: FileReading | undefined) => (reading?.kind === 'text' ? reading.text : reading?.message);

test('what stands there is taken before the start resolves, and only once', async () => {
  const { watch, write, taken } = watched();
  write('one');
  await watch.start();
  await watch.look();
  expect(taken.map(text)).toEqual(['one']);
});

test('a file that is written anew, put in place of another, deleted and made again is followed', async () => {
  const { watch, write, next, folder, path } = watched();
  await watch.start();
  expect(text(await next(() => write('one')))).toBe('one');
  expect(
    text(
      await next(() => {
        write('two', '.rules.yaml.swp');
        renameSync(join(folder, '.rules.yaml.swp'), path);
      }),
    ),
  ).toBe('two');
  expect(text(await next(() => rmSync(path)))).toBe('it is not there');
  expect(text(await next(() => write('three')))).toBe('three');
});

test('a config map that swaps the folder behind its links is followed', async () => {
  const { watch, next, folder, path } = watched();
  for (const version of ['v1', 'v2']) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'rules.yaml'), version, { mode: 0o600 });
  }
  symlinkSync('v1', join(folder, '..data'));
  symlinkSync('..data/rules.yaml', path);
  await watch.start();
  expect(
    text(
      await next(() => {
        symlinkSync('v2', join(folder, '..tmp'));
        renameSync(join(folder, '..tmp'), join(folder, '..data'));
      }),
    ),
  ).toBe('v2');
});

test('a file that is still being written is taken when it has come to rest', async () => {
  const states = ['', 'line', 'line\nli', 'line\nline'];
  let looks = 0;
  const taken: string[] = [];
  const watch = createRulesWatch({
    path: '/nowhere/rules.yaml',
    read: () => {
      looks += 1;
      return { kind: 'text', text: states[Math.min(looks, states.length) - 1] ?? '', owners: [] };
    },
    async onReading(reading) {
      taken.push(text(reading) ?? '');
    },
    onError: () => undefined,
    times: { pollMs: 60_000, restMs: 1 },
  });
  onTestFinished(watch.dispose);
  await watch.start();
  expect(taken).toEqual(['line\nline']);
});

test('a reading that could not be taken is handed on again', async () => {
  const { watch, write, next, errors, fail } = watched();
  fail(true);
  write('one');
  await watch.start();
  expect(errors).toHaveLength(1);
  expect(text(await next(() => fail(false)))).toBe('one');
});

test('a folder that appears later is followed too', async () => {
  const { folder, remove } = temporaryFolder();
  const path = join(folder, 'later', 'rules.yaml');
  const taken: string[] = [];
  let heard: () => void = () => undefined;
  const watch = createRulesWatch({
    path,
    read: () => readRulesFile(path),
    async onReading(reading) {
      taken.push(text(reading) ?? '');
      heard();
    },
    onError: () => undefined,
    times: TIMES,
  });
  onTestFinished(async () => {
    await watch.dispose();
    remove();
  });
  await watch.start();
  const made = new Promise<void>((resolve) => {
    heard = resolve;
  });
  mkdirSync(join(folder, 'later'));
  writeFileSync(path, 'one', { mode: 0o600 });
  await made;
  expect(taken).toEqual(['it is not there', 'one']);
});
