import { expect, test } from 'vitest';
import type { RuleView } from '../api/rule-shapes.ts';
import { Problem } from '../problem.ts';
import { testStore } from '../store/test-store.ts';
import { createRuleFigures } from './figures.ts';
import { ruleInput } from './rule.ts';
import { createRulebook } from './rulebook.ts';

const PERSON = { kind: 'person', name: 'ann' } as const;

/** Figures over a real rulebook, whose readings are held until the test lets them go. */
async function scene() {
  const { store, clock } = await testStore();
  let ids = 0;
  const book = await createRulebook({
    store,
    clock,
    newId: () => `id-${++ids}`,
    sameUser: () => false,
    statement: () => false,
    grantsOf: () => ({ devices: 0 }),
    onFile: () => undefined,
    onChange: (change) => {
      if ('set' in change) figures.overtaken(change.set.id);
      if ('gone' in change) figures.overtaken(change.gone);
    },
    onError: () => undefined,
  });
  const shown: RuleView[] = [];
  const errors: unknown[] = [];
  const held: (() => void)[] = [];
  let reads = 0;
  let fails: Error | undefined;
  const figures = createRuleFigures({
    async view(id) {
      reads += 1;
      const view = await book.view(id);
      await new Promise<void>((go) => held.push(go));
      if (fails) throw fails;
      return view;
    },
    show: (view) => void shown.push(view),
    onError: (error) => void errors.push(error),
  });
  const { id } = await book.create(ruleInput.parse({ name: 'Local tools', enabled: true, scopes: ['operator.read'] }), PERSON);
  const letGo = async () => {
    await expect.poll(() => held.length).toBeGreaterThan(0);
    held.shift()?.();
  };
  return { book, figures, shown, errors, id, letGo, reads: () => reads, fail: (error: Error) => (fails = error) };
}

test('many changes of a rule’s figures while it is read lead to one more reading, whose answer is the last', async () => {
  const { figures, shown, id, letGo, reads } = await scene();
  for (let n = 0; n < 50; n += 1) figures.due(id);
  await letGo();
  await letGo();
  await expect.poll(() => shown.length).toBe(2);
  expect(reads()).toBe(2);
});

test('a view that was begun before the rule was changed is not shown over the change', async () => {
  const { book, figures, shown, id, letGo, reads } = await scene();
  figures.due(id);
  await expect.poll(reads).toBe(1);
  await book.replace(id, ruleInput.parse({ name: 'Renamed', enabled: true, scopes: ['operator.read'] }), PERSON);
  await letGo();
  await letGo();
  await expect.poll(() => shown.map((view) => view.name)).toEqual(['Renamed']);
});

test('a rule that is removed while it is read is not shown again', async () => {
  const { book, figures, shown, errors, id, letGo, reads } = await scene();
  figures.due(id);
  await expect.poll(reads).toBe(1);
  await book.remove(id, PERSON);
  await letGo();
  await expect.poll(reads).toBe(2);
  await expect(book.view(id)).rejects.toMatchObject({ code: 'rule-unknown' });
  expect([shown, errors]).toEqual([[], []]);
});

test('a reading that fails is told, and the next change is read again', async () => {
  const { figures, shown, errors, id, letGo, fail } = await scene();
  const problem = new Problem('store-unwritable', 'The disk is full.');
  fail(problem);
  figures.due(id);
  await letGo();
  await expect.poll(() => errors).toEqual([problem]);
  figures.due(id);
  await letGo();
  await expect.poll(() => errors).toEqual([problem, problem]);
  expect(shown).toEqual([]);
});

test('when it is disposed the reading under way ends first, and nothing is read after it', async () => {
  const { figures, shown, id, letGo, reads } = await scene();
  figures.due(id);
  figures.due(id);
  await expect.poll(reads).toBe(1);
  const disposed = figures.dispose().then(() => shown.length);
  await letGo();
  expect(await disposed).toBe(1);
  figures.due(id);
  expect(reads()).toBe(1);
});
