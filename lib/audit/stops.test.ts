// What a tampered record does to a whole console: automation stops, a person lifts what they have read, and nothing else goes with it.
import { expect, test, vi } from 'vitest';
import { Problem } from '../problem.ts';
import { wholeConsole } from '../testing/whole-console.ts';
import { behindItsBack, chainedAnew, filledRecord } from './test-record.ts';

const PERSON = { kind: 'person', name: 'operator' } as const;
const WAIT = { timeout: 10_000, interval: 20 };

async function running(rows: number) {
  const made = await filledRecord(rows);
  const { console, said } = await wholeConsole({ env: {}, store: made.store });
  await console.audit.walk();
  expect(await console.audit.view()).toMatchObject({ state: 'holds' });
  const { automation, audit } = console;
  const stopped = () => vi.waitUntil(() => automation.view().state === 'suspended', WAIT);
  const lift = async () => {
    const saved = vi.spyOn(made.store.notes, 'set');
    expect(await console.setAutomation(true, PERSON)).toMatchObject({ state: 'on' });
    await vi.waitUntil(() => saved.mock.calls.some(([, key]) => key === 'audit-seen'), WAIT);
    await Promise.all(saved.mock.results.map(({ value }) => value));
    saved.mockRestore();
  };
  return { ...made, console, automation, audit, said, stopped, lift };
}

test('each change of a row that a person has seen stops automation anew, and so does a chain that is written anew', async () => {
  const { file, automation, audit, stopped, lift } = await running(5);
  behindItsBack(
    file,
    "update activity set body = replace(body, 'Row 2.', 'Row X.') where seq = 3; update activity set body = '{}' where seq = 2",
  );
  await audit.walk();
  await stopped();
  expect(automation.view()).toMatchObject({ cause: 'record-broken', text: expect.stringContaining('Row 2 was changed') });
  expect(automation.view().text).toContain('one of 2 breaks that nobody has seen');
  await lift();
  await audit.walk();
  expect(automation.view().state).toBe('on');
  behindItsBack(file, "update activity set body = '[]' where seq = 2");
  await audit.walk();
  await stopped();
  expect(automation.view().text).not.toContain('one of');
  await lift();
  chainedAnew(file, 'select 1');
  await audit.walk();
  await stopped();
  expect(automation.view()).toMatchObject({ cause: 'record-broken', text: expect.stringContaining('not what this console walked') });
  await lift();
  await audit.walk();
  expect(automation.view().state).toBe('on');
});

test.each([
  ['fails', 'record-broken', 1, new Error('a defect that names hidden-thing')],
  ['finds a damaged file', 'store', 2, new Problem('store-unwritable', 'The record cannot be written: the database file is damaged.')],
] as const)('a walk that %s stops automation with the cause %s', async (_, cause, walks, error) => {
  const { store, console, automation, audit, said } = await running(3);
  store.activity.rowsAfter = () => Promise.reject(error);
  for (let at = 0; at < walks; at += 1) {
    expect(automation.view().state).toBe('on');
    await audit.walk();
  }
  await vi.waitUntil(() => automation.view().state === 'suspended', WAIT);
  expect(automation.view()).toMatchObject({ cause, text: expect.stringContaining('could not be read to its end') });
  expect(automation.view().text + said.join()).not.toContain('hidden-thing');
  await console.setAutomation(true, PERSON);
  expect(automation.view().state).toBe('on');
  await audit.walk();
  await vi.waitUntil(() => automation.view().state === 'suspended', WAIT);
});
