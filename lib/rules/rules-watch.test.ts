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
  write('one\n');
  await watch.start();
  await watch.look();
  expect(taken.map(text)).toEqual(['one\n']);
});

test('a file that is written anew, put in place of another, deleted and made again is followed', async () => {
  const { watch, write, next, folder, path } = watched();
  await watch.start();
  expect(text(await next(() => write('one\n')))).toBe('one\n');
  expect(
    text(
      await next(() => {
        write('two\n', '.rules.yaml.swp');
        renameSync(join(folder, '.rules.yaml.swp'), path);
      }),
    ),
  ).toBe('two\n');
  expect(text(await next(() => rmSync(path)))).toBe('it is not there');
  expect(text(await next(() => write('three\n')))).toBe('three\n');
});

test('a config map that swaps the folder behind its links is followed', async () => {
  const { watch, next, folder, path } = watched();
  for (const version of ['v1', 'v2']) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'rules.yaml'), `${version}\n`, { mode: 0o600 });
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
  ).toBe('v2\n');
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
  write('one\n');
  await watch.start();
  expect(errors).toHaveLength(1);
  expect(text(await next(() => fail(false)))).toBe('one\n');
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
  writeFileSync(path, 'one\n', { mode: 0o600 });
  await made;
  expect(taken).toEqual(['it is not there', 'one\n']);
});

const RULE = 'version: 1\nrules:\n  - name: A\n    enabled: true\n    scopes: [operator.read, operator.write]\n';
const LIMITED = `${RULE}    deviceId: ${'b'.repeat(64)}\n    maxUses: 2\n`;
const TIGHTER = LIMITED.replace('maxUses: 2', 'maxUses: 1');

/** A watch on a file that says one text after the other, each as many times as told, the last one for ever. Answers what was taken. */
async function takenOf(...said: [text: string | undefined, times: number][]) {
  const texts = said.flatMap(([one, times]) => Array.from({ length: times }, () => one));
  let looks = 0;
  const taken: (string | undefined)[] = [];
  const waits: boolean[] = [];
  const watch = createRulesWatch({
    path: '/nowhere/rules.yaml',
    read: () => {
      const one = texts[Math.min(looks, texts.length - 1)];
      looks += 1;
      return one === undefined ? { kind: 'refused', message: 'it is not there' } : { kind: 'text', text: one, owners: [] };
    },
    async onReading(reading) {
      taken.push(reading.kind === 'text' ? reading.text : undefined);
    },
    onWaiting: (waiting) => waits.push(waiting),
    onError: (error) => taken.push(String(error)),
    times: { pollMs: 60_000, restMs: 1 },
  });
  onTestFinished(watch.dispose);
  await watch.start();
  while (looks < texts.length) await watch.look();
  return { taken, waits };
}

test('a text that gives more than the last good one must stay far longer: it may be half of what is being written', async () => {
  // As an author writes it who pauses between two lines, and then writes the conditions.
  expect(await takenOf([LIMITED, 2], [RULE, 24], [TIGHTER, 2])).toEqual({ taken: [LIMITED, TIGHTER], waits: [true, false] });
  expect(await takenOf([LIMITED, 2], [RULE, 26])).toEqual({ taken: [LIMITED, RULE], waits: [true, false] });
});

test('a text that gives less is taken as quickly as ever, and so is the first one', async () => {
  expect(await takenOf([RULE, 2], [LIMITED, 2], [TIGHTER, 2])).toEqual({ taken: [RULE, LIMITED, TIGHTER], waits: [] });
});

test('what has faults stops rules at once, and what mends it waits only where it gives more than the last good text', async () => {
  const broken = LIMITED.replace('maxUses: 2', 'maxUses: none');
  expect(await takenOf([LIMITED, 2], [broken, 2], [LIMITED, 2])).toEqual({ taken: [LIMITED, broken, LIMITED], waits: [] });
  expect((await takenOf([LIMITED, 2], [broken, 2], [RULE, 24], [LIMITED, 2])).taken).toEqual([LIMITED, broken, LIMITED]);
});

test('where the file was not there at the start nobody knows what is in force, so its first text waits as well', async () => {
  expect((await takenOf([undefined, 2], [RULE, 24], [LIMITED, 26])).taken).toEqual([undefined, LIMITED]);
  // No rules at all: those that only hold requests back would be removed.
  expect((await takenOf([undefined, 2], ['version: 1\nrules: []\n', 24], [LIMITED, 26])).taken).toEqual([undefined, LIMITED]);
});

test('an end that only the record knows is never taken for the later one', async () => {
  const until = (end: string) => `${RULE}    expiresAt: ${end}\n`;
  expect((await takenOf([RULE, 2], [until('2026-12-01T00:00:00Z'), 24], [LIMITED, 2])).taken).toEqual([RULE, LIMITED]);
  const reject = RULE.replace('enabled: true', 'enabled: true\n    effect: reject');
  const shorter = `${reject}    expiresAt: 2026-12-01T00:00:00Z\n`;
  expect((await takenOf([reject, 2], [shorter, 24], [reject, 2])).taken).toEqual([reject]);
  // The same text once more lets a rule live no longer.
  expect((await takenOf([RULE, 2], [`# read again\n${RULE}`, 2])).taken).toEqual([RULE, `# read again\n${RULE}`]);
});
