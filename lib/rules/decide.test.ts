// Conditions have three answers, rules compose by order, windows come first: what each of that does to one request.
import { expect, test } from 'vitest';
import { DEVICE } from '#lib/testing/situation.ts';
import { approvable, historyOf, inForce, judgedOrigin, NOW, newCli, openWindow } from '#lib/testing/verdict-case.ts';
import type { RuleInForce, VerdictInput } from './case.ts';
import { firstGuard } from './guards.ts';
import { windowMiss } from './openings.ts';
import { subjectOf } from './subject.ts';
import { decide, traceOf, verdictOf } from './verdict.ts';

const HOUR = 3_600_000;
const ADMIN = { scopes: ['operator.admin'], confirm: ['operator.admin'] };
const with_ = (over: Partial<VerdictInput>, request: Partial<VerdictInput['request']> = {}): VerdictInput => ({
  ...approvable(over),
  request: { ...approvable().request, ...request },
});
const oneRule = (over: Record<string, unknown>, request: Partial<VerdictInput['request']> = {}, rest: Partial<VerdictInput> = {}) =>
  with_({ rules: [inForce(over)], ...rest }, request);
const said = (input: VerdictInput) => {
  const { kind, code, entry } = decide(input);
  return [kind, code, entry?.rule.id].filter((w) => w !== undefined).join(' ');
};
const UNKNOWN = judgedOrigin('host-key', { origin: 'unknown', assurance: undefined });
const PROXIED = judgedOrigin('loopback', { origin: 'proxied', assurance: undefined });

test('each condition by itself: what holds approves, what does not and what is not known never does', () => {
  const paired = (createdAtMs: number | undefined) => ({ paired: { roles: ['operator'], scopes: ['operator.read'], createdAtMs } });
  const DAYS = { from: '00:00', to: '00:00', timeZone: 'UTC' };
  const cases: [string, Record<string, unknown>, Partial<VerdictInput['request']>, boolean | undefined][] = [
    ['gateway', { gateway: 'local' }, {}, true],
    ['gateway', { gateway: 'other' }, {}, false],
    ['device', { deviceId: DEVICE }, {}, true],
    ['device', { deviceId: 'e'.repeat(64) }, {}, false],
    ['client-id', { clientIds: ['webchat', 'cli'] }, {}, true],
    ['client-id', { clientIds: ['webchat'] }, {}, false],
    ['client-id', { clientIds: ['cli'] }, { clientId: undefined }, undefined],
    ['client-mode', { clientModes: ['cli'] }, {}, true],
    ['client-mode', { clientModes: ['ui'] }, {}, false],
    ['client-mode', { clientModes: ['ui'] }, { clientMode: undefined }, undefined],
    ['platform', { platforms: ['Linux'] }, {}, true],
    ['platform', { platforms: ['darwin'] }, {}, false],
    ['platform', { platforms: ['linux'] }, { platform: undefined }, undefined],
    ['display-name', { displayName: 'ANN*' }, {}, true],
    ['display-name', { displayName: 'Bob*' }, {}, false],
    ['display-name', { displayName: '*' }, { displayName: undefined }, undefined],
    ['paired-for', { pairedForHours: 24 }, paired(NOW - 24 * HOUR), true],
    ['paired-for', { pairedForHours: 24 }, paired(NOW - 24 * HOUR + 1), false],
    ['paired-for', { pairedForHours: 24 }, paired(undefined), undefined],
    ['paired-for', { pairedForHours: 24 }, paired(NOW + 1), undefined],
    ['held-scopes', { heldScopes: ['operator.read'] }, {}, true],
    ['held-scopes', { heldScopes: ['operator.talk'] }, { paired: { roles: ['operator'], scopes: ['operator.write'] } }, true],
    ['held-scopes', { heldScopes: ['operator.write'] }, {}, false],
    ['auth', { authMethods: ['token'] }, {}, true],
    ['auth', { authMethods: ['password'] }, {}, false],
    ['hours', { hours: { ...DAYS, days: ['sun'] } }, {}, true],
    ['hours', { hours: { ...DAYS, days: ['mon'] } }, {}, false],
  ];
  for (const [name, over, request, held] of cases) {
    const input = oneRule(over, request);
    const [entry] = input.rules;
    const condition = entry && traceOf(entry, input).conditions.find((c) => c.name === name);
    expect(condition, name).toMatchObject({ name, wanted: expect.stringMatching(/./), value: expect.stringMatching(/./) });
    expect([name, condition?.held]).toEqual([name, held]);
    expect([name, decide(input).kind]).toEqual([name, held ? 'approve' : 'hold']);
    // The same condition on a rule that rejects: not known is never passed over.
    const rejecting = oneRule({ ...over, effect: 'reject', scopes: ['operator.write'] }, request);
    expect([name, said(rejecting)]).toEqual([
      name,
      held ? 'reject matches rule-1' : held === undefined ? 'hold doubt rule-1' : 'hold no-match',
    ]);
  }
});

test('attempts that signed in differently, or not known how, do not fit', () => {
  const auth = (methods: string[]) =>
    decide(oneRule({ authMethods: ['token'] }, {}, { judgement: judgedOrigin('host-key', { auth: methods }) })).kind;
  expect([auth(['token', 'token']), auth(['token', 'device-token']), auth([])]).toEqual(['approve', 'hold', 'hold']);
});

test.each(['leave', 'reject'])('one more attempt that signed in otherwise carries nobody past a rule to %s', (effect) => {
  const rules = [inForce({ effect, authMethods: ['token'], scopes: ['operator.write'] }, 'above'), inForce({}, 'below')];
  const auth = (methods: string[]) => said(with_({ rules, judgement: judgedOrigin('host-key', { auth: methods }) }));
  expect([auth(['token']), auth(['token', 'device-token']), auth(['device-token']), auth([])]).toEqual([
    effect === 'leave' ? 'hold left above' : 'reject matches above',
    'hold doubt above',
    'approve matches below',
    'hold doubt above',
  ]);
});

test('the caller’s words are marked as such', () => {
  const input = oneRule({ clientIds: ['cli'], clientModes: ['cli'], platforms: ['linux'], displayName: 'Ann*' });
  const said = verdictOf(input)
    .trace?.conditions.filter((c) => c.said)
    .map((c) => c.name);
  expect(said).toEqual(['client-id', 'client-mode', 'platform', 'display-name']);
});

test('a rule that rejects names what is asked, with all that it implies', () => {
  const reject = (scopes: string[], asked: string[]) =>
    said(oneRule({ effect: 'reject', origin: 'any', scopes }, { scopes: asked }, { judgement: PROXIED }));
  expect(reject(['operator.admin'], ['operator.admin'])).toBe('reject matches rule-1');
  expect(reject(['operator.pairing'], ['operator.admin'])).toBe('reject matches rule-1');
  expect(reject(['operator.admin'], ['operator.write'])).toBe('hold no-match');
  expect(reject(['operator.admin'], ['operator.everything'])).toBe('hold doubt rule-1');
  expect(reject(['operator.admin'], [])).toBe('hold doubt rule-1');
});

test('rejecting and leaving can name other reasons, and their note reaches the person', () => {
  const asNew = { reason: 'new-device', paired: undefined } as const;
  const over = { effect: 'reject', origin: 'any', reasons: ['new-device'], scopes: ['operator.write'], note: 'Ask Ann first.' };
  expect(verdictOf(oneRule(over, asNew, { judgement: PROXIED }))).toMatchObject({
    kind: 'reject',
    rule: 'rule-1',
    ruleVersion: 1,
    note: 'Ask Ann first.',
  });
  expect(verdictOf(oneRule({ ...over, effect: 'leave' }, asNew, { judgement: PROXIED }))).toMatchObject({
    kind: 'hold',
    rule: 'rule-1',
    note: 'Ask Ann first.',
    reasons: [{ code: 'left' }],
    trace: { outcome: 'matches', effect: 'leave' },
  });
});

test.each<[string, Partial<VerdictInput>]>([
  ['evidence-pending', { settled: false }],
  ['automation-off', { guards: { ...approvable().guards, automation: { on: false, text: 'off' } } }],
  ['halted', { guards: { ...approvable().guards, halted: 'The record cannot be written.' } }],
  ['console-device', { guards: { ...approvable().guards, consoleDeviceId: DEVICE } }],
  ['unread-rows', { guards: { ...approvable().guards, unreadRows: 1 } }],
  ['limit-uses', { history: historyOf({ uses: new Map([['rule-1', 3]]) }) }],
  [
    'limit-rule',
    {
      history: historyOf({
        byRule: new Map([
          [
            'rule-1',
            [
              { deviceId: 'x', atMs: NOW },
              { deviceId: 'y', atMs: NOW },
            ],
          ],
        ]),
      }),
    },
  ],
  ['limit-device', { history: historyOf({ byRule: new Map([['rule-1', [{ deviceId: DEVICE, atMs: NOW }]]]) }) }],
  ['cooling-off', { history: historyOf({ rejectedAtMs: new Map([['rule-1', NOW - 59 * 60_000]]) }) }],
])('a rejection is held by %s', (code, over) => {
  const rule = { effect: 'reject', origin: 'any', scopes: ['operator.write'], maxPerHour: 2, maxUses: 3 };
  expect(said(oneRule(rule))).toBe('reject matches rule-1');
  expect(said(oneRule(rule, {}, over))).toBe(`hold ${code} rule-1`);
  expect(verdictOf(oneRule(rule, {}, over)).reasons.map((r) => r.code)).toContain(code);
});

test('a rejection asks for less than an approval: a refused key and other roles are rejected again', () => {
  const rule = { effect: 'reject', origin: 'any', scopes: ['operator.write'] };
  expect(said(oneRule(rule, { roles: ['node'] }, { guards: { ...approvable().guards, refusedKey: true } }))).toBe('reject matches rule-1');
});

test('cooling off ends after its time, and a clock that went back does not end it', () => {
  const cooling = (atMs: number) =>
    decide(oneRule({ coolOffMinutes: 10 }, {}, { history: historyOf({ rejectedAtMs: new Map([['rule-1', atMs]]) }) })).code;
  expect([cooling(NOW - 600_000), cooling(NOW - 599_999), cooling(NOW + 1000)]).toEqual(['matches', 'cooling-off', 'cooling-off']);
});

test('uses in all end a rule, and a device’s own share is what was written', () => {
  const uses = (n: number) => decide(oneRule({ maxUses: 3 }, {}, { history: historyOf({ uses: new Map([['rule-1', n]]) }) })).code;
  expect([uses(2), uses(3)]).toEqual(['matches', 'limit-uses']);
  const own = (n: number) => {
    const byRule = new Map([['rule-1', Array.from({ length: n }, () => ({ deviceId: DEVICE, atMs: NOW - 1 }))]]);
    return decide(oneRule({ maxPerDevicePerHour: 1 }, {}, { history: historyOf({ byRule }) })).code;
  };
  expect([own(0), own(1)]).toEqual(['matches', 'limit-device']);
});

test('a rule below acts on its own grounds, but never rejects what a rule above might have approved', () => {
  const approve = inForce({ scopes: ['operator.read', 'operator.write'] }, 'approve');
  const reject = inForce({ effect: 'reject', origin: 'any', scopes: ['operator.write'] }, 'reject');
  const rules = [approve, reject];
  expect(said(with_({ rules }))).toBe('approve matches approve');
  expect(said(with_({ rules, judgement: PROXIED }))).toBe('reject matches reject');
  const doubtful = with_({ rules, judgement: UNKNOWN });
  expect(said(doubtful)).toBe('hold doubt-above reject');
  expect(verdictOf(doubtful).reasons[0]).toMatchObject({ code: 'doubt-above', rule: 'reject' });
  const stopped: RuleInForce = { ...approve, stopped: { code: 'file-broken', text: 'Its file is broken.' } };
  expect(said(with_({ rules: [stopped, reject] }))).toBe('hold doubt-above reject');
});

test('a rule that was stopped gives nothing, and one that rejects or leaves holds what it would have decided', () => {
  const stopped = (over: Record<string, unknown>): RuleInForce => ({
    ...inForce(over),
    stopped: { code: 'file-broken', text: 'Its file is broken.' },
  });
  const below = inForce({}, 'below');
  expect(said(with_({ rules: [stopped({}), below] }))).toBe('approve matches below');
  expect(verdictOf(with_({ rules: [stopped({})] })).reasons.map((r) => r.code)).toContain('file-broken');
  for (const effect of ['reject', 'leave']) {
    const verdict = verdictOf(with_({ rules: [stopped({ effect, origin: 'any' }), below] }));
    expect(verdict).toMatchObject({ kind: 'hold', rule: 'rule-1', reasons: [{ code: 'file-broken', text: 'Its file is broken.' }] });
  }
});

test('a rule that has ended is as if it were not there', () => {
  const ended = inForce({ effect: 'leave', origin: 'any', expiresAt: new Date(NOW + 1).toISOString() }, 'ended');
  expect(said(with_({ rules: [ended, inForce()], now: NOW + 1 }))).toBe('approve matches rule-1');
});

test('without a match the verdict shows the rule that came nearest', () => {
  const verdict = verdictOf(
    with_({ rules: [inForce({ gateway: 'x', deviceId: 'e'.repeat(64) }, 'far'), inForce({ gateway: 'x' }, 'near')] }),
  );
  expect(verdict.rule).toBeUndefined();
  expect(verdict.trace).toMatchObject({ rule: 'near', outcome: 'no-match' });
});

test('200 rules that do not match make no verdict that nobody can read', () => {
  const rules = Array.from({ length: 200 }, (_, n) => inForce({ gateway: 'x', maxUses: n + 1 }, `r${n}`));
  expect(verdictOf(with_({ rules, judgement: UNKNOWN })).reasons.length).toBeLessThan(80);
});

test('a rule in shadow never decides, and is told with what it would have done at its place', () => {
  const shadow = (over: Record<string, unknown>, id: string) => inForce({ ...over, shadow: true }, id);
  const above = shadow({}, 'above');
  const left = inForce({ effect: 'leave', origin: 'any' }, 'left');
  const below = shadow({}, 'below');
  const verdict = verdictOf(with_({ rules: [above, left, below] }));
  expect(verdict).toMatchObject({
    kind: 'hold',
    rule: 'left',
    shadows: [{ rule: 'above', ruleName: 'Local tools', version: 1, would: 'approve' }],
  });
  expect(verdict.shadows).toHaveLength(1);
  expect(verdictOf(with_({ rules: [shadow({ effect: 'reject', origin: 'any' }, 's')] })).shadows).toMatchObject([{ would: 'reject' }]);
  expect(verdictOf(with_({ rules: [shadow({ effect: 'leave', origin: 'any' }, 's')] })).shadows).toMatchObject([{ would: 'leave' }]);
  expect(verdictOf(with_({ rules: [shadow({}, 's')], settled: false })).shadows).toBeUndefined();
  expect(verdictOf(with_({ rules: [shadow({ enabled: false }, 's')] })).shadows).toBeUndefined();
});

test('a rule in shadow records while automation is off: that is when it is tried out', () => {
  const off = { ...approvable().guards, automation: { on: false, text: 'off' } };
  expect(verdictOf(with_({ rules: [inForce({ shadow: true })], guards: off }))).toMatchObject({
    kind: 'hold',
    shadows: [{ would: 'approve' }],
  });
});

test('a window lets its device in before every rule, and says so', () => {
  const rules = [inForce({ effect: 'leave', origin: 'any' })];
  expect(verdictOf(with_({ rules, windows: [openWindow()] }))).toMatchObject({
    kind: 'approve',
    window: 'window-1',
    reasons: [{ code: 'window' }],
  });
  expect(decide(with_({ rules, windows: [openWindow()] })).entry).toBeUndefined();
});

test.each<[string, Partial<ReturnType<typeof openWindow>>]>([
  ['its end', { endsAtMs: NOW }],
  ['nothing left', { left: 0 }],
  ['another gateway', { gateway: 'other' }],
  ['another device', { target: { kind: 'device', deviceId: 'e'.repeat(64) } }],
  ['the next new CLI, which this is not', { target: { kind: 'next-new-cli' } }],
  ['a lower ceiling', { scopes: ['operator.read'] }],
  ['a grave scope that was not named twice', { scopes: ['operator.admin'] }],
])('a window passes a request over: %s', (_name, over) => {
  expect(decide(with_({ rules: [], windows: [openWindow(over)] }))).toEqual({ kind: 'hold', code: 'no-rule' });
});

test('a window proves nothing: another path, an unseen socket and an agent keep it shut, and the verdict says why', () => {
  const shut = (
    over: Partial<VerdictInput>,
    window: Partial<ReturnType<typeof openWindow>> = {},
    request: Partial<VerdictInput['request']> = {},
  ) => verdictOf(with_({ rules: [], windows: [openWindow(window)], ...over }, request)).reasons.map((r) => r.code);
  expect(shut({ judgement: PROXIED })).toContain('window-origin');
  expect(shut({ judgement: UNKNOWN })).toContain('window-origin');
  const log = judgedOrigin('host-key', { assurance: 'log' });
  expect(shut({ judgement: log })).toContain('window-assurance');
  expect(shut({ judgement: log, statement: false }, { assurance: 'log' })).toContain('window-statement');
  expect(decide(with_({ rules: [], judgement: log, windows: [openWindow({ assurance: 'log' })] })).kind).toBe('approve');
  expect(shut({ judgement: log }, { ...ADMIN, assurance: 'log' })).toContain('window-log-ceiling');
  const agent = judgedOrigin('host-key', { askedBy: 'gateway-process' });
  expect(shut({ judgement: agent }, ADMIN, { scopes: ['operator.admin'] })).toContain('window-agents');
  expect(shut({}, {}, { roles: ['operator', 'node'] })).toContain('window-role');
});

test('a process of the gateway gets no admin where agents are not let in, whatever key it shows', () => {
  const asked = (askedBy: 'gateway-process' | 'other-process' | undefined, agentsMayUse = false) => {
    const judgement = judgedOrigin('loopback', { askedBy });
    const fresh = { origin: 'unknown', assurance: undefined, auth: [], newcomer: { proven: true, text: '' } } as const;
    const window = { ...ADMIN, agentsMayUse };
    const admin = { scopes: ['operator.admin'] };
    return [
      oneRule({ origin: 'loopback', ...ADMIN, scopes: ['operator.read', 'operator.admin'], agentsMayUse }, admin, { judgement }),
      with_({ rules: [], judgement, windows: [openWindow(window)] }, admin),
      with_(
        { rules: [], judgement: { ...judgement, ...fresh }, windows: [openWindow({ ...window, target: { kind: 'next-new-cli' } })] },
        { ...admin, reason: 'new-device', paired: undefined },
      ),
    ].map((input) => decide(input).kind);
  };
  expect(asked('gateway-process')).toEqual(['hold', 'hold', 'hold']);
  expect(asked('gateway-process', true)).toEqual(['approve', 'approve', 'approve']);
  expect(asked('other-process')).toEqual(['approve', 'approve', 'approve']);
  expect(asked(undefined)).toEqual(['approve', 'approve', 'approve']);
});

test('guards hold what a window would let in', () => {
  const held = (guards: Partial<VerdictInput['guards']>) =>
    decide(with_({ windows: [openWindow()], guards: { ...approvable().guards, ...guards } }));
  for (const [code, guards] of [
    ['automation-off', { automation: { on: false, text: 'off' } }],
    ['refused-before', { refusedKey: true }],
    ['token-drift', { tokenDrift: true }],
    ['beyond-console', { consoleScopes: ['operator.read'] }],
    ['console-device', { consoleDeviceId: DEVICE }],
  ] as const)
    expect(held(guards)).toMatchObject({ kind: 'hold', code, window: { id: 'window-1' } });
});

test('a window lets in a new device only where all of its path is proven, and a rule never does', () => {
  const asNew = { reason: 'new-device', paired: undefined } as const;
  const proven = judgedOrigin('loopback', { origin: 'unknown', assurance: undefined, newcomer: { proven: true, text: '' } });
  const windows = [openWindow({ target: { kind: 'next-new-cli' } })];
  const ask = (judgement: VerdictInput['judgement'], request: Partial<VerdictInput['request']> = {}) =>
    decide(with_({ windows, judgement }, { ...asNew, ...request }));
  expect(ask(proven)).toMatchObject({ kind: 'approve', window: { id: 'window-1' } });
  expect(ask({ ...proven, newcomer: { proven: false, text: 'No.' } }).kind).toBe('hold');
  expect(ask({ ...proven, newcomer: undefined }).kind).toBe('hold');
  expect(ask(proven, { clientId: 'webchat' }).kind).toBe('hold');
  expect(ask(proven, { clientId: undefined }).kind).toBe('hold');
  expect(ask(proven, { scopes: ['operator.admin'] }).kind).toBe('hold');
  expect(ask(proven, { roles: ['node'] }).kind).toBe('hold');
  expect(decide(with_({ judgement: proven }, asNew)).kind).toBe('hold');
});

test('the next new CLI is one that came after the opening, and no other that may be meant came with it', () => {
  const judgement = judgedOrigin('loopback', { origin: 'unknown', assurance: undefined, newcomer: { proven: true, text: '' } });
  const ask = (newClis: VerdictInput['newClis'], window: Partial<ReturnType<typeof openWindow>> = {}) => {
    const next = openWindow({ target: { kind: 'next-new-cli' }, openedAtMs: NOW - 1000, ...window });
    const input = with_({ rules: [], judgement, windows: [next], newClis }, { reason: 'new-device', paired: undefined });
    const { kind, reasons } = verdictOf(input);
    return kind === 'approve' ? kind : reasons.map((r) => r.code).find((code) => code.startsWith('window'));
  };
  const own = newCli({ atMs: NOW - 999 });
  const other = (over: Partial<ReturnType<typeof newCli>> = {}) => newCli({ deviceId: 'e'.repeat(64), atMs: NOW, ...over });
  expect(ask([own])).toBe('approve');
  expect(ask([newCli({ atMs: NOW - 1000 })])).toBe('window-waited');
  expect(ask([newCli({ watched: false })])).toBe('window-waited');
  expect(ask([other()])).toBe('window-waited');
  expect(ask([own, other()])).toBe('window-doubt');
  expect(ask([own, other({ proven: undefined, watched: false })])).toBe('window-doubt');
  expect(ask([own, other(), other({ deviceId: 'f'.repeat(64) })], { uses: 2, left: 2 })).toBe('window-doubt');
  expect(ask([own, other()], { uses: 2, left: 1 })).toBe('approve');
  // Those that the window is not for put nobody in doubt.
  for (const over of [
    { atMs: NOW - 1000 },
    { proven: false },
    { scopes: ['operator.admin'] },
    { scopes: ['operator.odd'] },
    { roles: ['node'] },
  ])
    expect(ask([own, other(over)])).toBe('approve');
});

test('the guard and the window each keep an unproven new device out by themselves', () => {
  const asNew = { reason: 'new-device', paired: undefined } as const;
  const known = (proven: boolean) =>
    with_({ judgement: { ...UNKNOWN, isHostKey: false, newcomer: { proven, text: 'Not proven.' } } }, asNew);
  expect([firstGuard(known(true), 'window'), firstGuard(known(false), 'window'), firstGuard(known(true), 'approve')]).toEqual([
    undefined,
    'new-device',
    'new-device',
  ]);
  const miss = (proven: boolean) => windowMiss(openWindow(), subjectOf(known(proven)))?.code;
  expect([miss(true), miss(false)]).toEqual([undefined, 'window-origin']);
});

test('the gateway’s own key counts as a loopback device only where its socket was seen', () => {
  const facts = judgedOrigin('host-key').facts.map((f) => (f.name === 'peer' ? { name: f.name, text: f.text } : f));
  const judgement = judgedOrigin('host-key', { assurance: 'log', facts });
  const rule = (origin: string) => oneRule({ origin, assurance: 'log', acknowledge: ['log-assurance'] }, {}, { judgement });
  expect([decide(rule('host-key')).kind, decide(rule('loopback')).kind]).toEqual(['approve', 'hold']);
});
