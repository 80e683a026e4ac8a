// What a rule is when its author left something out: always the strictest reading.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NAMED_SCOPES, SCOPES } from '#lib/gateway/scopes.ts';
import { NOW, PERSON, ruleOf } from '#lib/testing/verdict-case.ts';
import { ceilingOf, makeRule, readRule, ruleInput } from './rule.ts';
import { ruleTemplates } from './templates.ts';

const DAY = 86_400_000;
const SMALLEST = { name: 'x', enabled: true, scopes: ['operator.read'] };
const made = (over: Record<string, unknown>) => makeRule(ruleInput.parse({ ...SMALLEST, ...over }), { id: 'r', actor: PERSON, now: NOW });

test('the smallest rule is the strictest', () => {
  expect(ruleInput.parse(SMALLEST)).toEqual({
    ...SMALLEST,
    shadow: false,
    effect: 'approve',
    origin: 'host-key',
    assurance: 'peer',
    agentsMayUse: false,
    reasons: ['scope-upgrade'],
    confirm: [],
    maxPerHour: 10,
    coolOffMinutes: 60,
    acknowledge: [],
  });
  expect(made({})).toMatchObject({
    maxPerDevicePerHour: 5,
    source: 'console',
    expiresAt: new Date(NOW + 30 * DAY).toISOString(),
    unacknowledged: false,
    madeBy: PERSON,
  });
});

const HOURS = { days: ['mon'], from: '08:00', to: '18:00', timeZone: 'Europe/Berlin' };

test.each<[string, Record<string, unknown>, RegExp]>([
  ['no scopes', { scopes: [] }, /^scopes: name at least one scope$/],
  [
    'a scope off the list',
    { scopes: ['operator.everything'] },
    /^scopes\.0: “operator\.everything” is not a scope; there are operator\.read, /,
  ],
  ['a scope with a blank', { scopes: ['operator.admin '] }, /“operator\.admin ” is not a scope/],
  ['a confirmed scope off the list', { confirm: ['operator.everything'] }, /^confirm\.0: .* is not a scope/],
  ['a held scope off the list', { heldScopes: ['read'] }, /^heldScopes\.0: “read” is not a scope/],
  ['an unknown origin', { origin: 'remote' }, /^origin: “remote” is not an origin of a rule; there are host-key, loopback, any$/],
  ['an unknown assurance', { assurance: 'none' }, /^assurance: “none” is not an assurance/],
  ['an unknown effect', { effect: 'allow' }, /^effect: “allow” is not an effect; there are approve, reject, leave$/],
  ['an unknown reason', { reasons: ['anything'] }, /^reasons\.0: “anything” is not a reason/],
  ['no name', { name: '  ' }, /^name: must not be empty$/],
  ['a long name', { name: 'x'.repeat(81) }, /^name: must not be longer than 80 characters$/],
  ['a name that turns the text round', { name: 'a\u202eb' }, /^name: must not hold control or invisible characters$/],
  ['a name with a letter that nobody sees', { name: 'Nightly\u200b report' }, /^name: must not hold control or invisible characters$/],
  ['a name with half a character', { name: 'a\ud800' }, /^name: must not hold control or invisible characters$/],
  ['a note that ends the line', { note: 'a\u2028b' }, /note: must not hold control or invisible characters$/],
  ['a long note', { effect: 'leave', note: 'x'.repeat(301) }, /^note: must not be longer than 300 characters$/],
  ['a limit of none', { maxPerHour: 0 }, /^maxPerHour: must be at least 1$/],
  ['a limit above 60', { maxPerHour: 61 }, /^maxPerHour: must be at most 60$/],
  ['a limit in parts', { maxPerHour: 1.5 }, /^maxPerHour: /],
  ['uses without end', { maxUses: 10_001 }, /^maxUses: must be at most 10000$/],
  ['a rest longer than a day', { coolOffMinutes: 1441 }, /^coolOffMinutes: must be at most 1440$/],
  ['no rest at all', { coolOffMinutes: 0 }, /^coolOffMinutes: must be at least 1$/],
  ['a device id that is none', { deviceId: 'abc' }, /^deviceId: a device id is 64 hexadecimal digits$/],
  ['a device id in capitals', { deviceId: 'A'.repeat(64) }, /^deviceId: /],
  ['an end without a zone', { expiresAt: '2026-12-01T00:00:00' }, /^expiresAt: must be a moment such as/],
  ['an unknown acknowledgement', { acknowledge: ['anything'] }, /^acknowledge\.0: .* is not an acknowledgement/],
  ['a field with a typing error', { agentsMayuse: true }, /^: there is no field “agentsMayuse”$/],
  ['a field that does not exist', { reason: 'role-upgrade' }, /there is no field “reason”/],
  ['truth in words', { enabled: 'true' }, /^enabled: /],
  [
    'a time zone that does not exist',
    { hours: { ...HOURS, timeZone: 'Europe/Berlim' } },
    /^hours\.timeZone: “Europe\/Berlim” is no time zone/,
  ],
  ['a time of day that does not exist', { hours: { ...HOURS, to: '24:00' } }, /^hours\.to: must be a time of day such as 08:30$/],
  ['a time of day without zeros', { hours: { ...HOURS, from: '8:00' } }, /^hours\.from: /],
  ['hours on no day', { hours: { ...HOURS, days: [] } }, /^hours\.days: name at least one day$/],
  ['a day that does not exist', { hours: { ...HOURS, days: ['monday'] } }, /^hours\.days\.0: “monday” is not a day/],
  ['hours with a field too many', { hours: { ...HOURS, until: '1' } }, /^hours: there is no field “until”$/],
  ['a list that matches nothing', { clientIds: [] }, /^clientIds: an empty list would match nothing; leave it out$/],
  ['an approval from anywhere', { origin: 'any' }, /^origin: a rule that approves needs a proven origin/],
  ['an approval of new devices', { reasons: ['scope-upgrade', 'new-device'] }, /^reasons: a rule approves scope upgrades only/],
  ['a note on an approval', { note: 'why' }, /^note: a note is for rules that reject or leave$/],
  ['a rejection that confirms scopes', { effect: 'reject', confirm: ['operator.read'] }, /^confirm: only a rule that approves/],
  ['a rejection for agents', { effect: 'reject', agentsMayUse: true }, /^agentsMayUse: only a rule that approves/],
  ['a rejection with an acknowledgement', { effect: 'reject', acknowledge: ['same-user'] }, /^acknowledge: only a rule that approves/],
  ['a rule that leaves and counts', { effect: 'leave', maxUses: 3 }, /^maxUses: a rule that leaves requests/],
  ['the caller’s name alone', { effect: 'reject', origin: 'any', displayName: 'Ann*' }, /^displayName: this is the caller’s own word/],
  ['the caller’s client alone', { effect: 'leave', origin: 'any', clientIds: ['cli'] }, /^clientIds: this is the caller’s own word/],
])('%s is refused, with the place and what would be right', (_name, over, message) => {
  const parsed = ruleInput.safeParse({ ...SMALLEST, ...over });
  const [issue] = parsed.error?.issues ?? [];
  expect(`${issue?.path.join('.')}: ${issue?.message}`).toMatch(message);
});

test('what a caller says counts beside a device or a proven origin', () => {
  const said = { displayName: 'Ann*', clientIds: ['cli'], clientModes: ['cli'], platforms: ['linux'] };
  for (const over of [
    said,
    { ...said, effect: 'reject', origin: 'loopback' },
    { ...said, effect: 'leave', origin: 'any', deviceId: 'a'.repeat(64) },
  ])
    expect(ruleInput.safeParse({ ...SMALLEST, ...over }).error?.issues).toBeUndefined();
});

test('a rule lives 30 days unless said, a year at most, and cannot begin in the past', () => {
  const at = (ms: number) => new Date(NOW + ms).toISOString();
  expect(made({ expiresAt: at(365 * DAY) }).expiresAt).toBe(at(365 * DAY));
  expect(() => made({ expiresAt: at(367 * DAY) })).toThrow(RangeError);
  expect(() => made({ expiresAt: at(0) })).toThrow(RangeError);
  expect(made({ expiresAt: at(-DAY), enabled: false }).enabled).toBe(false);
});

test('a rule of the API token is marked until a person acknowledges it', () => {
  const by = { id: 'r', now: NOW, actor: { kind: 'api-token', name: 'API token' } } as const;
  expect(makeRule(ruleInput.parse(SMALLEST), by).unacknowledged).toBe(true);
});

test('an actor’s further fields do not get into the rule', () => {
  const by = { id: 'r', now: NOW, actor: { kind: 'person', name: 'operator', ruleId: 'x' } } as const;
  expect(makeRule(ruleInput.parse(SMALLEST), by).madeBy).toEqual(PERSON);
});

test('named scopes count only when they are named twice', () => {
  const scopes = [...SCOPES];
  expect(ceilingOf({ scopes, confirm: [] })).toEqual(['operator.read', 'operator.write', 'operator.talk', 'operator.questions']);
  expect(ceilingOf({ scopes: ['operator.admin'], confirm: [] })).toEqual([]);
  expect(ceilingOf({ scopes: ['operator.admin'], confirm: ['operator.admin'] })).toEqual(['operator.admin']);
  expect(ceilingOf({ scopes: ['operator.read'], confirm: ['operator.admin'] })).toEqual(['operator.read']);
});

test('a ceiling never holds what was not written, nor a named scope that was not confirmed', () => {
  const some = fc.subarray([...SCOPES]);
  fc.assert(
    fc.property(some, some, (scopes, confirm) => {
      for (const scope of ceilingOf({ scopes, confirm })) {
        expect(scopes.map(String)).toContain(scope);
        if (NAMED_SCOPES.map(String).includes(scope)) expect(confirm.map(String)).toContain(scope);
      }
    }),
  );
});

test('a stored rule reads back equal, and anything else reads as none', () => {
  const rule = ruleOf({ confirm: ['operator.admin'], gateway: 'local', deviceId: 'a'.repeat(64) });
  expect(readRule(JSON.parse(JSON.stringify(rule)))).toEqual(rule);
  for (const broken of [
    undefined,
    null,
    {},
    { ...rule, scopes: ['x'] },
    { ...rule, expiresAt: 'never' },
    { ...rule, more: 1 },
    { ...rule, unacknowledged: undefined },
  ])
    expect(readRule(broken)).toBeUndefined();
});

test('a rule of before these fields existed reads back with their strictest reading', () => {
  const old = {
    ...SMALLEST,
    origin: 'host-key',
    assurance: 'peer',
    confirm: ['operator.admin'],
    agentsMayUse: false,
    maxPerHour: 7,
    acknowledge: [],
    id: 'r',
    expiresAt: '2026-12-22T10:45:26.250Z',
    createdAt: '2026-11-22T10:45:26.250Z',
    updatedAt: '2026-11-22T10:45:26.250Z',
    madeBy: PERSON,
    unacknowledged: false,
  };
  expect(readRule(JSON.parse(JSON.stringify(old)))).toEqual({
    ...old,
    shadow: false,
    effect: 'approve',
    reasons: ['scope-upgrade'],
    coolOffMinutes: 60,
    maxPerDevicePerHour: 4,
    source: 'console',
  });
});

test('a stored rule that no author could have written never fires', () => {
  const rule = ruleOf();
  for (const over of [{ origin: 'any' }, { reasons: ['new-device'] }, { effect: 'reject', agentsMayUse: true }])
    expect(readRule(JSON.parse(JSON.stringify({ ...rule, ...over })))).toBeUndefined();
});

test('the templates are switched off, go from strict to wide, and read as rules', () => {
  const templates = ruleTemplates();
  expect(templates.every((t) => !t.body.enabled)).toBe(true);
  expect(templates.map((t) => t.key)).toEqual([
    'admin-to-a-person',
    'read-over-loopback',
    'local-tools',
    'cli-on-this-host',
    'this-host-agents-included',
  ]);
  const wide = (n: number) => ceilingOf(ruleInput.parse(templates[n]?.body)).length;
  expect([1, 2, 3].map(wide)).toEqual([1, 2, 6]);
  for (const { body, gives, sentence, name } of templates) {
    expect(ruleInput.parse(body)).toMatchObject({ assurance: 'peer' });
    expect(body.name).toBe(name);
    expect(gives.length).toBeGreaterThan(20);
    expect(sentence).toMatch(/^When .*, for 30 days\./);
  }
});

test('the two ready-made rules for the host key differ in what agents may do', () => {
  const [cli, host] = ruleTemplates().slice(-2);
  expect([cli?.body.agentsMayUse, host?.body.agentsMayUse]).toEqual([false, true]);
  for (const template of [cli, host]) {
    const parsed = ruleInput.parse(template?.body);
    expect(parsed).toMatchObject({ origin: 'host-key', effect: 'approve' });
    expect(ceilingOf(parsed)).toContain('operator.admin');
    expect(`${template?.gives} ${template?.sentence}`).toMatch(/admin/);
  }
});
