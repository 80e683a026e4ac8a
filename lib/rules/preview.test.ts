import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SCOPES } from '../gateway/scopes.ts';
import { DEVICE } from '../testing/situation.ts';
import { approvable, historyOf, inForce, judgedOrigin, NOW } from '../testing/verdict-case.ts';
import type { CaseOutcome, RecordedCase, RuleInForce, VerdictInput } from './case.ts';
import { preview, withDraft } from './preview.ts';
import { caseInput, caseOf } from './recorded.ts';
import { verdictOf } from './verdict.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = NOW - 5 * DAY_MS;
const OTHER = 'b'.repeat(64);

type Over = { request?: Partial<VerdictInput['request']>; judgement?: VerdictInput['judgement']; guards?: Partial<VerdictInput['guards']> };

function recorded(atMs: number, outcome?: CaseOutcome, over: Over = {}): RecordedCase {
  const input = approvable();
  const whole: VerdictInput = {
    ...input,
    request: { ...input.request, ...over.request },
    judgement: over.judgement ?? input.judgement,
    guards: { ...input.guards, ...over.guards },
  };
  return caseOf(whole, { id: `case-${atMs}-${whole.request.deviceId.slice(0, 4)}`, atMs, lastAtMs: atMs, times: 1, outcome });
}

const by = (what: CaseOutcome['what'], who: CaseOutcome['by'], atMs: number): CaseOutcome => ({ what, by: who, atMs });

async function* slices(cases: readonly RecordedCase[], size = 2): AsyncGenerator<readonly RecordedCase[]> {
  for (let at = 0; at < cases.length; at += size) yield cases.slice(at, at + size);
}

const run = (cases: readonly RecordedCase[], draft: RuleInForce, rules: readonly RuleInForce[] = [], days = 7) =>
  preview({
    cases: slices(cases),
    rules,
    draft,
    days,
    nowMs: NOW,
    total: cases.length,
    sinceMs: cases[0]?.atMs,
    onProgress: () => undefined,
  });

const draftOf = (over: Record<string, unknown> = {}) => inForce({ name: 'draft', ...over }, 'draft');

test('it counts what the draft would have approved and left, and says why and what became of it', async () => {
  const cases = [
    recorded(START, by('approved', 'person', START + 1)),
    recorded(START + HOUR_MS, by('unanswered', 'elsewhere', START), { request: { scopes: ['operator.admin'] } }),
    recorded(START + 2 * HOUR_MS, by('approved', 'rule', START), { request: { reason: 'new-device', paired: undefined } }),
    recorded(START + 3 * HOUR_MS),
  ];
  const view = await run(cases, draftOf());
  expect(view).toMatchObject({ looked: 4, approved: 2, rejected: 0, left: 2, personRejected: 0, givesAdmin: 0 });
  expect(view.leftBecause).toEqual([
    { code: 'miss-reason', text: 'Reason: not scope upgrade, or not known.', count: 1 },
    { code: 'miss-scopes', text: expect.stringContaining('no more than'), count: 1 },
  ]);
  expect(view.items.map((i) => [i.would, i.became])).toEqual([
    ['approved', 'waiting'],
    ['left', 'approved-by-rule'],
    ['left', 'unanswered'],
    ['approved', 'approved-by-person'],
  ]);
  expect(view.items.map((i) => i.why)).toEqual([
    'Every condition holds.',
    'It is for scope upgrade; this is new device.',
    expect.stringContaining('It stops at'),
    'Every condition holds.',
  ]);
  expect(view.items[2]).toMatchObject({ heldScopes: ['operator.read'], addedScopes: ['operator.admin'] });
});

test('what a person rejected and what gives admin is red and comes first', async () => {
  const admin = { scopes: ['operator.read', 'operator.write', 'operator.admin'], confirm: ['operator.admin'] };
  const cases = [
    recorded(START, by('rejected', 'person', START + DAY_MS)),
    recorded(START + HOUR_MS, by('approved', 'person', START + HOUR_MS), { request: { scopes: ['operator.admin'] } }),
    recorded(START + 2 * HOUR_MS, by('rejected', 'elsewhere', START + DAY_MS), {
      request: { scopes: ['operator.admin'], deviceId: OTHER },
    }),
    recorded(START + 3 * HOUR_MS, by('rejected', 'rule', START + DAY_MS), { request: { deviceId: OTHER } }),
    recorded(START + 4 * HOUR_MS, by('rejected', 'person', START + DAY_MS), { request: { scopes: ['operator.pairing'] } }),
  ];
  const view = await run(cases, draftOf(admin));
  expect(view).toMatchObject({ approved: 4, left: 1, personRejected: 2, givesAdmin: 2 });
  expect(view.items.map((i) => i.red)).toEqual([['person-rejected', 'gives-admin'], ['gives-admin'], ['person-rejected'], [], []]);
});

test('a device that holds admin already is not given it', async () => {
  const held = {
    paired: { roles: ['operator'], scopes: ['operator.admin'], createdAtMs: 0 },
    scopes: ['operator.write', 'operator.admin'],
  };
  const view = await run([recorded(START, undefined, { request: held })], draftOf({ scopes: [...SCOPES], confirm: [...SCOPES] }));
  expect(view).toMatchObject({ approved: 1, givesAdmin: 0 });
});

test('limits fill up in the time of the requests and empty again', async () => {
  const minutes = [0, 1, 2, 3, 61, 62].map((m) => START + m * 60_000);
  const many = minutes.map((at) => recorded(at, undefined, { request: { deviceId: at.toString(16).padStart(64, '0') } }));
  const limited = await run(many, draftOf({ maxPerHour: 2 }));
  expect(limited).toMatchObject({ approved: 4, left: 2, leftBecause: [{ code: 'limit-rule', count: 2 }] });
  const same = minutes.map((at) => recorded(at));
  expect(await run(same, draftOf({ maxPerHour: 10, maxPerDevicePerHour: 1 }))).toMatchObject({
    approved: 2,
    leftBecause: [{ code: 'limit-device', count: 4 }],
  });
  expect(await run(same, draftOf({ maxUses: 3 }))).toMatchObject({ approved: 3, leftBecause: [{ code: 'limit-uses', count: 3 }] });
});

test('hours and limits count on each gateway by itself, uses over all', async () => {
  const cases = [0, 1].flatMap((n) => ['one', 'two'].map((gateway) => recorded(START + n * 60_000, undefined, { request: { gateway } })));
  expect(await run(cases, draftOf({ maxPerHour: 1 }))).toMatchObject({ approved: 2, left: 2 });
  expect(await run(cases, draftOf({ maxUses: 3 }))).toMatchObject({ approved: 3, left: 1 });
});

test('it rests after a person rejected the device, or what it would have approved, from then on', async () => {
  const at = (minutes: number) => START + minutes * 60_000;
  const cases = [
    recorded(at(0), by('rejected', 'person', at(10))),
    recorded(at(5), undefined, { request: { deviceId: OTHER } }),
    recorded(at(20)),
    recorded(at(30), undefined, { request: { deviceId: OTHER } }),
    recorded(at(75)),
    recorded(at(76), undefined, { request: { gateway: 'elsewhere' } }),
  ];
  const view = await run(cases, draftOf({ coolOffMinutes: 60 }));
  expect(
    view.items
      .slice(1)
      .toReversed()
      .map((i) => i.would),
  ).toEqual(['approved', 'left', 'left', 'approved', 'approved']);
  expect(view.leftBecause).toMatchObject([{ code: 'cooling-off', count: 2 }]);
  // What it would have left anyway says nothing of it; the device rests.
  const beyond = { scopes: ['operator.pairing'] };
  const others = [
    recorded(at(0), by('rejected', 'person', at(1)), { request: { ...beyond, deviceId: OTHER } }),
    recorded(at(2)),
    recorded(at(3), undefined, { request: { deviceId: OTHER } }),
  ];
  expect((await run(others, draftOf())).leftBecause.map((b) => b.code).sort()).toEqual(['cooling-off', 'miss-scopes']);
});

test('a rule that stands before the draft decides first, one below does not; what has ended is not there', async () => {
  const cases = [recorded(START)];
  const above = inForce({ name: 'first' }, 'above');
  const view = await run(cases, draftOf(), [above]);
  expect(view).toMatchObject({ approved: 0, left: 1, leftBecause: [{ code: 'other-rule' }] });
  expect(view.items[0]).toMatchObject({ would: 'left', why: 'first comes first.' });
  const ended = { ...above, rule: { ...above.rule, expiresAt: new Date(NOW - 1).toISOString() } };
  expect(await run(cases, draftOf(), [ended])).toMatchObject({ approved: 1 });
  const changed = inForce({ name: 'changed' }, 'above');
  expect(await run(cases, changed, [above, inForce({ name: 'below' }, 'below')])).toMatchObject({ approved: 1 });
});

test('a draft that is switched off or in shadow is tried as if it were in force; its blocks are not', async () => {
  const cases = [recorded(START)];
  expect(await run(cases, draftOf({ enabled: false, shadow: true }))).toMatchObject({ approved: 1 });
  const blocked = await run(cases, draftOf({ assurance: 'log' }));
  expect(blocked).toMatchObject({ approved: 0, left: 1 });
});

test('a rule that rejects or leaves is told as such', async () => {
  const cases = [recorded(START, by('approved', 'person', START))];
  const rejects = draftOf({ effect: 'reject', origin: 'any', scopes: ['operator.write'] });
  expect(await run(cases, rejects)).toMatchObject({ approved: 0, rejected: 1, left: 0 });
  const leaves = draftOf({ effect: 'leave', origin: 'any', scopes: ['operator.write'] });
  expect(await run(cases, leaves)).toMatchObject({ left: 1, leftBecause: [{ code: 'left', text: 'The rule leaves it to you.' }] });
});

test('at most 200 are shown, and some of each kind', async () => {
  const far = (n: number) => START + n * HOUR_MS;
  const cases = Array.from({ length: 500 }, (_, n) =>
    recorded(far(n) - 400 * HOUR_MS, undefined, {
      request: { deviceId: n.toString(16).padStart(64, '0'), scopes: [n % 2 === 0 ? 'operator.write' : 'operator.pairing'] },
    }),
  );
  const view = await run(cases, draftOf(), [], 90);
  expect(view).toMatchObject({ looked: 500, approved: 250, left: 250 });
  expect(view.items).toHaveLength(200);
  expect(view.items.filter((i) => i.would === 'left')).toHaveLength(50);
  const times = view.items.map((i) => i.at);
  expect(times).toEqual([...times].sort().reverse());
});

test('it says when recording began later than the time asked for', async () => {
  const cases = [recorded(START)];
  expect((await run(cases, draftOf())).since).toBe(new Date(START).toISOString());
  expect((await run([recorded(NOW - 7 * DAY_MS)], draftOf())).since).toBeUndefined();
  expect(await run([], draftOf())).toMatchObject({ looked: 0, items: [] });
});

test('progress is told slice by slice, up to the whole', async () => {
  const told: [number, number][] = [];
  const cases = Array.from({ length: 5 }, (_, n) => recorded(START + n));
  await preview({
    cases: slices(cases),
    rules: [],
    draft: draftOf(),
    days: 7,
    nowMs: NOW,
    total: 4,
    onProgress: (done, total) => told.push([done, total]),
  });
  expect(told).toEqual([
    [2, 4],
    [4, 4],
    [5, 5],
  ]);
});

const anyScopes = fc.subarray([...SCOPES], { minLength: 1 });
const anyCase = fc
  .record({
    scopes: anyScopes,
    held: fc.subarray([...SCOPES]),
    kind: fc.constantFrom('host-key' as const, 'loopback' as const),
    missing: fc.option(fc.constantFrom('peer', 'canary', 'records', 'statement', 'provenance')),
    device: fc.constantFrom(DEVICE, OTHER),
    reason: fc.constantFrom('scope-upgrade' as const, 'scope-upgrade' as const, 'new-device' as const),
    refusedKey: fc.boolean(),
    agents: fc.constantFrom('gateway-process' as const, 'other-process' as const, undefined),
    sameUser: fc.boolean(),
    statement: fc.boolean(),
    gap: fc.integer({ min: 1, max: 90 }),
  })
  .map((c) => {
    const base = judgedOrigin(c.kind, { askedBy: c.agents });
    const facts = base.facts.map((f) => (f.name === c.missing ? { name: f.name, text: 'missing' } : f));
    const input = approvable({ judgement: { ...base, facts }, sameUser: c.sameUser, statement: c.statement });
    return {
      gap: c.gap,
      input: {
        ...input,
        request: {
          ...input.request,
          scopes: c.scopes,
          deviceId: c.device,
          reason: c.reason,
          paired: c.reason === 'new-device' ? undefined : { roles: ['operator'], scopes: c.held },
        },
        guards: { ...input.guards, refusedKey: c.refusedKey },
      },
    };
  });
const anyRule = fc.record({
  scopes: anyScopes,
  confirm: fc.subarray([...SCOPES]),
  origin: fc.constantFrom('host-key', 'loopback'),
  agentsMayUse: fc.boolean(),
  maxPerHour: fc.integer({ min: 1, max: 3 }),
  maxUses: fc.integer({ min: 1, max: 4 }),
  acknowledge: fc.subarray(['same-user', 'log-assurance']),
});

test('a preview says what the same rules said live of the same requests', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyCase, { minLength: 1, maxLength: 12 }),
      fc.array(anyRule, { minLength: 1, maxLength: 4 }),
      async (asked, bodies) => {
        const rules = bodies.map((body, n) => inForce({ name: `rule ${n}`, ...body }, `rule-${n}`));
        const last = rules.at(-1);
        if (!last) return;
        // Live: one after the other, each approval counted as the store would.
        const uses = new Map<string, number>();
        const byRule = new Map<string, { deviceId: string; atMs: number }[]>();
        const cases: RecordedCase[] = [];
        let now = START;
        let approved = 0;
        for (const { input, gap } of asked) {
          now += gap * 60_000;
          const live = verdictOf({ ...input, rules, now, history: historyOf({ uses, byRule }) });
          cases.push(JSON.parse(JSON.stringify(caseOf({ ...input, now }, { id: `c${now}`, atMs: now, lastAtMs: now, times: 1 }))));
          if (live.kind !== 'approve' || live.rule === undefined) continue;
          if (live.rule === last.rule.id) approved += 1;
          uses.set(live.rule, (uses.get(live.rule) ?? 0) + 1);
          byRule.set(live.rule, [...(byRule.get(live.rule) ?? []), { deviceId: input.request.deviceId, atMs: now }]);
        }
        expect((await run(cases, last, rules)).approved).toBe(approved);
      },
    ),
    { numRuns: 150 },
  );
});

test('a recorded request leads to the verdict that it had', () => {
  fc.assert(
    fc.property(anyCase, anyRule, ({ input }, body) => {
      const rules = [inForce(body)];
      const kept: RecordedCase = JSON.parse(JSON.stringify(caseOf(input, { id: 'c', atMs: NOW, lastAtMs: NOW, times: 1 })));
      const again = verdictOf(caseInput(kept, { rules, windows: [], history: input.history, now: NOW }));
      const live = verdictOf({ ...input, rules });
      expect([again.kind, again.rule, again.reasons.map((r) => r.code)]).toEqual([live.kind, live.rule, live.reasons.map((r) => r.code)]);
    }),
    { numRuns: 200 },
  );
});

test('the draft takes the place of the rule that it changes, a new one comes last', () => {
  const rules = [inForce({}, 'a'), inForce({}, 'b')];
  expect(withDraft(rules, draftOf()).rules.map((r) => r.rule.id)).toEqual(['a', 'b', 'draft']);
  const changed = withDraft(rules, inForce({ name: 'changed', enabled: false }, 'a'));
  expect(changed.rules.map((r) => r.rule.name)).toEqual(['changed', 'Local tools']);
  expect(changed.rules[0]).toBe(changed.draft);
  expect(changed.draft.rule.enabled).toBe(true);
});
