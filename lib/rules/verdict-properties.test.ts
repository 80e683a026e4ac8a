// What must hold of every verdict, whatever the rules, the request and the world: tried on some thousand of each.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NAMED_SCOPES, SCOPES } from '#lib/gateway/scopes.ts';
import { DEVICE } from '#lib/testing/situation.ts';
import { approvable, historyOf, inForce, judgedOrigin, NOW, openWindow } from '#lib/testing/verdict-case.ts';
import type { RuleInForce, VerdictInput, WindowInForce } from './case.ts';
import { readyRule } from './compile.ts';
import { caseInput } from './recorded.ts';
import { decide, traceOf, verdictOf } from './verdict.ts';

type Body = Record<string, unknown>;
type FactName = VerdictInput['judgement']['facts'][number]['name'];

const HOUR = 3_600_000;
const OTHER = 'ee'.repeat(32);
const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const ALWAYS = { days: EVERY_DAY, from: '00:00', to: '00:00', timeZone: 'Europe/Berlin' };
const NIGHTS = { days: ['mon', 'tue'], from: '22:00', to: '06:00', timeZone: 'America/New_York' };
const NAMED: readonly string[] = NAMED_SCOPES;

const some = fc.subarray([...SCOPES], { minLength: 1 });
const many = fc.oneof({ weight: 2, arbitrary: fc.constant([...SCOPES]) }, { weight: 1, arbitrary: some });
/** Mostly absent, so that most rules can match. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const shared = {
  gateway: rarely(fc.constantFrom('local', 'local', 'elsewhere')),
  deviceId: rarely(fc.constantFrom(DEVICE, DEVICE, OTHER)),
  pairedForHours: rarely(fc.constantFrom(1, 24, 100)),
  heldScopes: rarely(fc.constantFrom(['operator.read'], ['operator.write'])),
  authMethods: rarely(fc.constantFrom(['token'], ['token', 'password'], ['password'])),
  hours: rarely(fc.constantFrom(ALWAYS, ALWAYS, NIGHTS)),
  maxPerHour: rarely(fc.integer({ min: 1, max: 6 })),
  coolOffMinutes: rarely(fc.constantFrom(1, 30)),
};
const said = {
  clientIds: rarely(fc.constantFrom(['cli'], ['cli', 'webchat'], ['webchat'])),
  clientModes: rarely(fc.constantFrom(['cli'], ['ui'])),
  platforms: rarely(fc.constantFrom(['linux'], ['darwin'])),
  displayName: rarely(fc.constantFrom('Ann*', '*', 'Bob?')),
};
/** Without the keys that were left out. */
const written = (body: Body): Body => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

const approving: fc.Arbitrary<Body> = fc
  .record({
    ...shared,
    ...said,
    scopes: many,
    confirm: many,
    origin: fc.constantFrom('host-key', 'loopback'),
    assurance: fc.constantFrom('peer', 'peer', 'log'),
    agentsMayUse: fc.boolean(),
    acknowledge: fc.constantFrom(['same-user', 'log-assurance'], ['same-user'], ['log-assurance'], []),
    maxUses: rarely(fc.integer({ min: 1, max: 4 })),
  })
  .map(written);
const refusing: fc.Arbitrary<Body> = fc
  .record({
    ...shared,
    effect: fc.constantFrom('reject', 'leave'),
    origin: fc.constantFrom('any', 'any', 'loopback', 'host-key'),
    scopes: some,
    reasons: fc.subarray(['scope-upgrade', 'new-device', 'role-upgrade'], { minLength: 1 }),
    note: rarely(fc.constant('Ask Ann.')),
  })
  .map(written);
const anyBody = fc.oneof({ weight: 3, arbitrary: approving }, { weight: 1, arbitrary: refusing });

const rulesOf = (bodies: readonly Body[]): RuleInForce[] => bodies.map((body, n) => inForce(body, `rule-${n}`));

const FACTS: readonly FactName[] = ['key', 'attempts', 'records', 'source', 'canary', 'peer', 'configuration', 'statement', 'provenance'];
const JUDGED = { 'host-key': judgedOrigin('host-key'), loopback: judgedOrigin('loopback') };
const HONEST = approvable();
const GUARDED: readonly ((input: VerdictInput) => VerdictInput)[] = [
  (i) => ({ ...i, settled: false }),
  (i) => ({ ...i, guards: { ...i.guards, automation: { on: false, text: 'off' } } }),
  (i) => ({ ...i, guards: { ...i.guards, halted: 'The record cannot be written.' } }),
  (i) => ({ ...i, guards: { ...i.guards, refusedKey: true } }),
  (i) => ({ ...i, guards: { ...i.guards, tokenDrift: true } }),
  (i) => ({ ...i, guards: { ...i.guards, unreadRows: 1 } }),
  (i) => ({ ...i, guards: { ...i.guards, consoleDeviceId: DEVICE } }),
  (i) => ({ ...i, guards: { ...i.guards, consoleScopes: [] } }),
  (i) => ({ ...i, request: { ...i.request, silent: true } }),
  (i) => ({ ...i, request: { ...i.request, reason: 'new-device', paired: undefined } }),
  (i) => ({ ...i, request: { ...i.request, roles: ['operator', 'node'] } }),
  (i) => ({ ...i, request: { ...i.request, scopes: [...i.request.scopes, 'operator.everything'] } }),
  (i) => ({ ...i, judgement: { ...i.judgement, alarm: 'Used from elsewhere.' } }),
];

const anyInput: fc.Arbitrary<VerdictInput> = fc
  .record({
    kind: fc.constantFrom('host-key' as const, 'loopback' as const),
    lost: rarely(fc.constantFrom('proxied' as const, 'remote' as const, 'unknown' as const)),
    askedBy: fc.constantFrom('gateway-process' as const, 'other-process' as const, 'other-process' as const, undefined),
    assurance: fc.constantFrom('peer' as const, 'peer' as const, 'log' as const),
    auth: fc.constantFrom(['token'], ['token'], ['token', 'password'], []),
    scopes: fc.oneof(fc.constant(['operator.write']), some),
    held: fc.oneof(fc.constant(['operator.read']), fc.subarray([...SCOPES])),
    pairedHours: fc.constantFrom(0, 30, 200, undefined, -1),
    clientId: fc.constantFrom('cli', 'webchat', undefined),
    displayName: fc.constantFrom('Ann’s laptop', 'Bobo', undefined),
    sameUser: fc.boolean(),
    statement: fc.boolean(),
    uses: fc.integer({ min: 0, max: 5 }),
    rejectedMinutes: rarely(fc.constantFrom(0, 20, 45)),
    guarded: rarely(fc.constantFrom(...GUARDED)),
  })
  .map((c) => {
    const uses = Array.from({ length: 6 }, (_, n) => `rule-${n}`);
    const input: VerdictInput = {
      ...HONEST,
      request: {
        ...HONEST.request,
        scopes: c.scopes,
        clientId: c.clientId,
        displayName: c.displayName,
        paired: {
          roles: ['operator'],
          scopes: c.held,
          ...(c.pairedHours === undefined ? {} : { createdAtMs: NOW - c.pairedHours * HOUR }),
        },
      },
      judgement: {
        ...JUDGED[c.kind],
        askedBy: c.askedBy,
        auth: c.auth,
        assurance: c.lost ? undefined : c.assurance,
        origin: c.lost ?? JUDGED[c.kind].origin,
      },
      history: historyOf({
        byRule: new Map(
          uses.map((id) => [id, Array.from({ length: c.uses }, (_, n) => ({ deviceId: n % 2 ? DEVICE : OTHER, atMs: NOW - n }))]),
        ),
        uses: new Map(uses.map((id) => [id, c.uses])),
        rejectedAtMs: new Map(c.rejectedMinutes === undefined ? [] : uses.map((id) => [id, NOW - (c.rejectedMinutes ?? 0) * 60_000])),
      }),
      sameUser: c.sameUser,
      statement: c.statement,
    };
    return c.guarded ? c.guarded(input) : input;
  });

const anyWindow: fc.Arbitrary<WindowInForce> = fc
  .record({
    target: fc.constantFrom(
      { kind: 'device' as const, deviceId: DEVICE },
      { kind: 'device' as const, deviceId: OTHER },
      { kind: 'next-new-cli' as const },
    ),
    scopes: many,
    confirm: many,
    assurance: fc.constantFrom('peer' as const, 'log' as const),
    agentsMayUse: fc.boolean(),
    left: fc.constantFrom(0, 1, 5),
    endsAtMs: fc.constantFrom(NOW, NOW + 1, NOW + 60_000),
  })
  .map((over) => openWindow(over));

/** The test must have met what it is about: a property of approvals that saw none says nothing. */
function often<T>(check: (count: () => void) => T, least: number): T {
  let seen = 0;
  const result = check(() => {
    seen += 1;
  });
  expect(seen).toBeGreaterThan(least);
  return result;
}

test('a rule added below never changes what a rule above decided', () => {
  often(
    (count) =>
      fc.assert(
        fc.property(anyInput, fc.array(anyBody, { minLength: 2, maxLength: 5 }), (input, bodies) => {
          const rules = rulesOf(bodies);
          const above = verdictOf({ ...input, rules: rules.slice(0, -1) });
          if (above.rule === undefined) return;
          count();
          expect(verdictOf({ ...input, rules })).toEqual(above);
        }),
        { numRuns: 500 },
      ),
    60,
  );
});

test('a rule that is off, has ended or is in shadow changes no decision, wherever it stands', () => {
  const idle = fc.constantFrom<Body>({ enabled: false }, { shadow: true }, { expiresAt: new Date(NOW + 1).toISOString() });
  fc.assert(
    fc.property(anyInput, fc.array(anyBody, { maxLength: 4 }), anyBody, idle, fc.nat(4), (input, bodies, body, over, at) => {
      const now = { ...input, now: NOW + 1 };
      const rules = rulesOf(bodies);
      const more = [...rules.slice(0, at), inForce({ ...body, ...over }, 'idle'), ...rules.slice(at)];
      const [before, after] = [decide({ ...now, rules }), decide({ ...now, rules: more })];
      expect([after.kind, after.entry?.rule.id]).toEqual([before.kind, before.entry?.rule.id]);
    }),
    { numRuns: 500 },
  );
});

const without = (body: Body, key: string): Body => Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));
/** A condition more, where it has none of that kind. */
const added = (body: Body, condition: Body): Body => ({ ...condition, ...body });
const givesRead = ({ scopes, confirm }: Body): boolean =>
  Array.isArray(scopes) &&
  (['operator.read', 'operator.write'].some((s) => scopes.includes(s)) ||
    (scopes.includes('operator.admin') && Array.isArray(confirm) && confirm.includes('operator.admin')));
const TIGHTER: readonly [string, (body: Body) => Body][] = [
  ['confirming nothing', (b) => ({ ...b, confirm: [] })],
  // Only where the rule gives read: one for talk alone would get something else by it.
  ['read alone', (b) => (givesRead(b) ? { ...b, scopes: ['operator.read'], confirm: [] } : b)],
  ['one scope less', (b) => ({ ...b, scopes: Array.isArray(b.scopes) && b.scopes.length > 1 ? b.scopes.slice(1) : b.scopes })],
  ['agents may not', (b) => ({ ...b, agentsMayUse: false })],
  ['the peer must be seen', (b) => ({ ...b, assurance: 'peer' })],
  ['no acknowledgement', (b) => ({ ...b, acknowledge: [] })],
  ['a lower limit', (b) => ({ ...without(b, 'maxPerDevicePerHour'), maxPerHour: 1 })],
  ['a lower limit for one device', (b) => ({ ...b, maxPerDevicePerHour: 1 })],
  ['one use in all', (b) => ({ ...b, maxUses: 1 })],
  ['a longer rest', (b) => ({ ...b, coolOffMinutes: 1440 })],
  ['an earlier end', (b) => ({ ...b, expiresAt: new Date(NOW + 1).toISOString() })],
  ['another gateway only', (b) => ({ ...b, gateway: 'elsewhere' })],
  ['one gateway', (b) => added(b, { gateway: 'local' })],
  ['one device', (b) => added(b, { deviceId: DEVICE })],
  ['one client', (b) => added(b, { clientIds: ['cli'] })],
  ['one mode', (b) => added(b, { clientModes: ['cli'] })],
  ['one platform', (b) => added(b, { platforms: ['linux'] })],
  ['one name', (b) => added(b, { displayName: 'Ann*' })],
  ['one way to sign in', (b) => added(b, { authMethods: ['token'] })],
  ['some hours', (b) => added(b, { hours: { ...ALWAYS, days: ['sun'], from: '11:00', to: '12:00' } })],
  ['paired for longer', (b) => ({ ...b, pairedForHours: 150 })],
  ['holding more already', (b) => ({ ...b, heldScopes: [...(Array.isArray(b.heldScopes) ? b.heldScopes : []), 'operator.questions'] })],
  ['in shadow', (b) => ({ ...b, shadow: true })],
  ['switched off', (b) => ({ ...b, enabled: false })],
  [
    'leaving instead',
    (b) => ({ ...written({ ...b, maxUses: undefined }), effect: 'leave', confirm: [], agentsMayUse: false, acknowledge: [] }),
  ],
];

test.each(TIGHTER)('a tightened rule never grants more: %s', (_name, tighten) => {
  fc.assert(
    fc.property(anyInput, approving, (input, body) => {
      const before = verdictOf({ ...input, rules: rulesOf([body]) });
      // A rule that asks for a word of its author which is missing gives nothing yet; asking for less mends it, which is no tightening.
      if (before.reasons.some((r) => r.code.startsWith('log-') || r.code === 'same-user')) return;
      const after = verdictOf({ ...input, rules: rulesOf([tighten(body)]) });
      if (before.kind !== 'approve') expect(after.kind).not.toBe('approve');
    }),
    { numRuns: 100 },
  );
});

test('the quick decision and the explained one say the same, and every word is there', () => {
  fc.assert(
    fc.property(
      anyInput,
      fc.array(anyBody, { maxLength: 5 }),
      fc.array(anyWindow, { maxLength: 2 }),
      fc.boolean(),
      (input, bodies, windows, ready) => {
        const rules = ready ? rulesOf(bodies).map(readyRule) : rulesOf(bodies);
        const all = { ...input, rules, windows };
        const decided = decide(all);
        const verdict = verdictOf(all);
        expect([verdict.kind, verdict.rule, verdict.window]).toEqual([decided.kind, decided.entry?.rule.id, decided.window?.id]);
        expect(verdict.reasons.length).toBeGreaterThan(0);
        expect(verdict.reasons.every((r) => r.text.length > 0)).toBe(true);
        if (verdict.kind === 'hold' || verdict.window) expect(verdict.reasons.some((r) => r.code === decided.code)).toBe(true);
        if (verdict.kind !== 'hold' && decided.entry) {
          expect(verdict.trace).toEqual(traceOf(decided.entry, all));
          expect(verdict.trace?.outcome).toBe('matches');
          expect(verdict.trace?.conditions.every((c) => c.held === true)).toBe(true);
        }
      },
    ),
    { numRuns: 600 },
  );
});

/** Every piece of evidence that an approval by this rule stands on. */
function standsOn(rule: RuleInForce['rule'], { judgement }: VerdictInput): FactName[] {
  const loopback = rule.origin === 'loopback';
  const peer = rule.assurance === 'peer' || (loopback && judgement.origin === 'host-key');
  return FACTS.filter((name) => {
    if (name === 'key') return judgement.origin === 'host-key';
    if (name === 'statement' || name === 'provenance') return loopback;
    return name !== 'peer' || peer;
  });
}

test('no verdict is approve when any one piece of evidence is removed, unknown or turned', () => {
  often(
    (count) =>
      fc.assert(
        fc.property(anyInput, approving, (input, body) => {
          const rules = rulesOf([body]);
          const [entry] = rules;
          const all = { ...input, rules };
          if (!entry || decide(all).kind !== 'approve') return;
          count();
          const { judgement } = all;
          const judged = (over: Partial<VerdictInput['judgement']>) => decide({ ...all, judgement: { ...judgement, ...over } }).kind;
          for (const name of standsOn(entry.rule, all)) {
            const rest = judgement.facts.filter((f) => f.name !== name);
            expect([name, judged({ facts: rest })]).toEqual([name, 'hold']);
            expect([name, judged({ facts: [...rest, { name, text: '' }] })]).toEqual([name, 'hold']);
            expect([name, judged({ facts: [...rest, { name, text: '', held: false }] })]).toEqual([name, 'hold']);
            // Said twice, once against it.
            expect([name, judged({ facts: [...judgement.facts, { name, text: '', held: false }] })]).toEqual([name, 'hold']);
          }
          for (const origin of ['proxied', 'remote', 'unknown'] as const) expect(judged({ origin })).toBe('hold');
          expect(judged({ assurance: undefined })).toBe('hold');
          expect(judged({ facts: [] })).toBe('hold');
          expect(judged({ alarm: 'Used from elsewhere.' })).toBe('hold');
          if (entry.rule.assurance === 'peer') expect(judged({ assurance: 'log' })).toBe('hold');
          if (entry.rule.authMethods) expect(judged({ auth: [] })).toBe('hold');
          if (judgement.origin === 'host-key') expect(judged({ isHostKey: false })).toBe('hold');
          for (const guard of GUARDED) expect(decide(guard(all)).kind).toBe('hold');
        }),
        { numRuns: 4000 },
      ),
    30,
  );
});

test('a rule in shadow is told with exactly what it would have done in force', () => {
  often(
    (count) =>
      fc.assert(
        fc.property(anyInput, fc.array(anyBody, { minLength: 1, maxLength: 4 }), fc.nat(3), (input, bodies, nth) => {
          const at = nth % bodies.length;
          const id = `rule-${at}`;
          // Rules are tried out while automation is off too; what they would have done is what they do when it is on.
          const on = { ...input, guards: { ...input.guards, automation: { on: true, text: 'on' } } };
          const live = decide({ ...on, rules: rulesOf(bodies) });
          const shadowed = verdictOf({ ...on, rules: rulesOf(bodies.map((body, n) => (n === at ? { ...body, shadow: true } : body))) });
          const would = shadowed.shadows?.find((s) => s.rule === id)?.would;
          const did =
            live.entry?.rule.id !== id ? undefined : live.kind !== 'hold' ? live.kind : live.code === 'left' ? 'leave' : undefined;
          if (did) count();
          expect(would).toBe(did);
        }),
        { numRuns: 600 },
      ),
    15,
  );
});

test('a recorded request comes back from JSON to the same verdict', () => {
  fc.assert(
    fc.property(anyInput, fc.array(anyBody, { maxLength: 4 }), (input, bodies) => {
      const live = { ...input, settled: true, guards: { ...input.guards, automation: HONEST.guards.automation, halted: undefined } };
      const { automation: _automation, halted: _halted, ...guards } = live.guards;
      const { request, judgement, statement, sameUser } = live;
      const recorded = { id: 'c', atMs: NOW, lastAtMs: NOW, times: 1, request, judgement, guards, statement, sameUser, outcome: undefined };
      const back: typeof recorded = JSON.parse(JSON.stringify(recorded));
      const rules = rulesOf(bodies);
      const again = caseInput({ ...back, outcome: undefined }, { rules, windows: [], history: live.history, now: NOW });
      expect(verdictOf(again)).toEqual(verdictOf({ ...live, rules }));
    }),
    { numRuns: 500 },
  );
});

test('a window never gives more than its ceiling, nor after its end, nor to another', () => {
  often(
    (count) =>
      fc.assert(
        fc.property(anyInput, anyWindow, fc.boolean(), (input, window, isNew) => {
          const fresh: VerdictInput = {
            ...input,
            request: { ...input.request, reason: 'new-device', paired: undefined },
            judgement: { ...input.judgement, isHostKey: false, newcomer: { proven: true, text: '' } },
          };
          const all = { ...(isNew ? fresh : input), rules: [], windows: [window] };
          const decided = decide(all);
          if (decided.kind !== 'approve') return;
          count();
          expect(decided.window).toBe(window);
          expect(window.left > 0 && all.now < window.endsAtMs).toBe(true);
          if (window.target.kind === 'device') expect(window.target.deviceId).toBe(all.request.deviceId);
          else expect(all.request).toMatchObject({ reason: 'new-device', clientId: 'cli', paired: undefined });
          for (const scope of [...all.request.scopes, ...(all.request.paired?.scopes ?? [])].filter((s) => NAMED.includes(s))) {
            expect(window.scopes).toContain(scope);
            expect(window.confirm).toContain(scope);
          }
          expect(decide({ ...all, now: window.endsAtMs }).kind).toBe('hold');
          expect(decide({ ...all, windows: [{ ...window, left: 0 }] }).kind).toBe('hold');
          expect(decide({ ...all, judgement: { ...all.judgement, origin: 'unknown', newcomer: undefined } }).kind).toBe('hold');
        }),
        { numRuns: 4000 },
      ),
    30,
  );
});

test('no rule ever leaves a device with more than its ceiling', () => {
  often(
    (count) =>
      fc.assert(
        fc.property(anyInput, approving, (input, body) => {
          const rules = rulesOf([body]);
          if (decide({ ...input, rules }).kind !== 'approve') return;
          count();
          for (const scope of [...input.request.scopes, ...(input.request.paired?.scopes ?? [])].filter((s) => NAMED.includes(s))) {
            expect(body.scopes).toContain(scope);
            expect(body.confirm).toContain(scope);
          }
        }),
        { numRuns: 4000 },
      ),
    30,
  );
});
