import { describe, expect, test } from 'vitest';
import { isoOf } from '../clock.ts';
import { ruleDecision, START_MS, sampleActivity, sampleDecision } from './test-samples.ts';
import { testStore } from './test-store.ts';

describe('a decision', () => {
  test('is unsettled from its beginning until its answer is written', async () => {
    const { store } = await testStore();
    await store.decisions.begin(sampleDecision());
    expect(await store.decisions.unsettled()).toEqual([sampleDecision()]);
    const whole = await store.decisions.complete('d1', { state: 'approved', outcome: 'Approved.', answeredAt: isoOf(START_MS + 40) });
    expect(whole).toEqual(sampleDecision({ state: 'approved', outcome: 'Approved.', answeredAt: isoOf(START_MS + 40) }));
    expect(await store.decisions.get('d1')).toEqual(whole);
    expect(await store.decisions.unsettled()).toEqual([]);
  });

  test('cannot be begun twice under one id, nor completed when it was never begun', async () => {
    const { store } = await testStore();
    await store.decisions.begin(sampleDecision());
    await expect(store.decisions.begin(sampleDecision())).rejects.toThrow();
    await expect(store.decisions.complete('unknown', { outcome: 'x' })).rejects.toThrow('unknown');
  });

  test('is kept together with its activity entry, or neither is', async () => {
    const { store } = await testStore();
    const both = store.transaction(async (inside) => {
      await inside.decisions.begin(sampleDecision());
      await inside.decisions.complete('d1', { state: 'approved' });
      await inside.activity.append(sampleActivity('a1'));
      throw new Error('stop here');
    });
    await expect(both).rejects.toThrow('stop here');
    expect(await store.decisions.get('d1')).toBeUndefined();
    expect((await store.activity.list({ limit: 10 })).items).toEqual([]);
  });
});

test('decisions are listed newest first, page by page, without loss or repetition while new ones come in', async () => {
  const { store } = await testStore();
  for (let n = 0; n < 7; n += 1) await store.decisions.begin(sampleDecision({ id: `d${n}`, gateway: n === 3 ? 'g2' : 'g1' }));
  const first = await store.decisions.list({ limit: 3 });
  expect(first.items.map((decision) => decision.id)).toEqual(['d6', 'd5', 'd4']);
  await store.decisions.begin(sampleDecision({ id: 'new' }));
  const second = await store.decisions.list({ limit: 3, ...(first.cursor ? { before: first.cursor } : {}) });
  expect(second.items.map((decision) => decision.id)).toEqual(['d3', 'd2', 'd1']);
  const third = await store.decisions.list({ limit: 3, ...(second.cursor ? { before: second.cursor } : {}) });
  expect(third).toEqual({ items: [sampleDecision({ id: 'd0' })] });
  expect((await store.decisions.list({ gateway: 'g2', limit: 9 })).items.map((decision) => decision.id)).toEqual(['d3']);
});

test('a cursor that is none is bad input, named by its field', async () => {
  const { store } = await testStore();
  for (const before of ['', 'x', '-1', '1e3', '9'.repeat(20)]) {
    await expect(store.decisions.list({ before, limit: 3 })).rejects.toMatchObject({ code: 'input-invalid', extra: { field: 'before' } });
  }
});

describe('the limits of rules', () => {
  test('count what a rule began on a gateway since a time, unless it surely did nothing', async () => {
    const { store } = await testStore();
    const states = ['asking', 'approved', 'undone', 'settled-approved', 'settled-unknown', 'failed', 'settled-not-done'] as const;
    for (const [n, state] of states.entries())
      await store.decisions.begin(ruleDecision(`s${n}`, 'rule1', START_MS + n, { state, deviceId: `dev-${state}` }));
    await store.decisions.begin(ruleDecision('early', 'rule1', START_MS - 1, { state: 'approved' }));
    await store.decisions.begin(ruleDecision('elsewhere', 'rule1', START_MS + 1, { state: 'approved', gateway: 'g2' }));
    await store.decisions.begin(ruleDecision('other', 'rule2', START_MS + 1, { state: 'approved' }));
    await store.decisions.begin(sampleDecision({ id: 'person', state: 'approved' }));
    await store.decisions.begin(ruleDecision('no', 'rule3', START_MS + 2, { state: 'rejected', action: 'reject', deviceId: 'dev9' }));
    const counted = await store.decisions.byRulesSince('g1', START_MS);
    expect(counted.get('rule1')).toEqual(states.slice(0, 5).map((state, n) => ({ deviceId: `dev-${state}`, atMs: START_MS + n })));
    expect(counted.get('rule3')).toEqual([{ deviceId: 'dev9', atMs: START_MS + 2 }]);
    expect([...counted.keys()].sort()).toEqual(['rule1', 'rule2', 'rule3']);
    expect(await store.decisions.usesOf(['rule1', 'rule3', 'never'])).toEqual(
      new Map([
        ['rule1', 7],
        ['rule3', 1],
      ]),
    );
    expect(await store.decisions.automaticSince(START_MS)).toBe(7);
    expect(await store.decisions.hitsOf('rule1')).toEqual({ hits: 7, lastAtMs: START_MS + 4 });
    expect(await store.decisions.hitsOf('never')).toEqual({ hits: 0 });
  });
});

test('what a reading of the gateway says is written only while there is no answer', async () => {
  const { store } = await testStore();
  await store.decisions.begin(sampleDecision({ id: 'a' }));
  await store.decisions.begin(sampleDecision({ id: 'b' }));
  await store.decisions.complete('b', { state: 'approved', outcome: 'Approved.' });
  const patch = { state: 'settled-unknown', outcome: 'Nobody knows.' } as const;
  expect(await store.decisions.settle('a', patch)).toMatchObject({ id: 'a', state: 'settled-unknown' });
  expect(await store.decisions.settle('b', patch)).toBeUndefined();
  expect(await store.decisions.get('b')).toMatchObject({ state: 'approved', outcome: 'Approved.' });
  expect(await store.decisions.settle('never', patch)).toBeUndefined();
  expect(await store.decisions.unsettled()).toEqual([]);
});

test('the last decision on a device is found per gateway', async () => {
  const { store } = await testStore();
  await store.decisions.begin(sampleDecision({ id: 'a' }));
  await store.decisions.begin(sampleDecision({ id: 'b' }));
  await store.decisions.begin(sampleDecision({ id: 'c', gateway: 'g2' }));
  expect((await store.decisions.lastFor('g1', 'dev1'))?.id).toBe('b');
  expect(await store.decisions.lastFor('g3', 'dev1')).toBeUndefined();
});

test('the last approval of a device stands behind later rejections and behind what came to nothing', async () => {
  const { store } = await testStore();
  await store.decisions.begin(sampleDecision({ id: 'a', state: 'approved' }));
  await store.decisions.begin(sampleDecision({ id: 'b', state: 'failed' }));
  await store.decisions.begin(ruleDecision('c', 'rule1', START_MS, { state: 'rejected', action: 'reject', deviceId: 'dev1' }));
  expect((await store.decisions.lastApproval('g1', 'dev1'))?.id).toBe('a');
  expect(await store.decisions.lastApproval('g2', 'dev1')).toBeUndefined();
});
