// One preview of many devices: what is said of all stands once, and each failure has a word of its own.
import { expect, test } from 'vitest';
import { type BulkItem, breaksOf, devices, previewOf, returnWords, stepWords } from './bulk-words.ts';

const itemOf = (deviceId: string, over: Partial<BulkItem> = {}): BulkItem => ({
  gateway: 'home',
  gatewayName: 'home',
  deviceId,
  name: deviceId,
  loses: [],
  breaks: [],
  enforcement: 'enforced',
  why: 'It must ask.',
  ...over,
});

test('devices for which the same is to be said stand together: those that cannot first, then those that come back', () => {
  const groups = previewOf([
    itemOf('a'),
    itemOf('b', { enforcement: 'until-next-connect', why: 'It returns.' }),
    itemOf('c', { impossible: 'No such call.' }),
    itemOf('d'),
    itemOf('e', { enforcement: 'needs-new-secret', why: 'It has the secret.' }),
    itemOf('f', { enforcement: 'until-next-connect', why: 'For another reason.' }),
  ]);
  expect(groups.map(({ kind, why, keys }) => [kind, why, keys])).toEqual([
    ['cannot', 'No such call.', ['home/c']],
    ['needs-new-secret', 'It has the secret.', ['home/e']],
    ['until-next-connect', 'It returns.', ['home/b']],
    ['until-next-connect', 'For another reason.', ['home/f']],
    ['enforced', 'It must ask.', ['home/a', 'home/d']],
  ]);
});

test('what breaks is said once with its number, without those to which nothing is done', () => {
  const cut = 'Its connections are closed.';
  expect(
    breaksOf([
      itemOf('a', { breaks: [cut] }),
      itemOf('b', { breaks: [cut, cut, 'It waits in vain.'] }),
      itemOf('c', { breaks: [cut], impossible: 'No.' }),
    ]),
  ).toEqual([
    { text: cut, count: 2 },
    { text: 'It waits in vain.', count: 1 },
  ]);
});

test('those that can come back are counted; an act that keeps nobody out counts none', () => {
  expect(returnWords([itemOf('a'), itemOf('b', { enforcement: undefined })])).toBe('');
  expect(returnWords([itemOf('a', { enforcement: 'needs-new-secret' })])).toMatch(/^One of them can/);
  expect(returnWords(Array.from({ length: 3 }, () => itemOf('a', { enforcement: 'until-next-connect' })))).toMatch(/^3 of them can/);
  expect(devices(1200)).toBe('1,200 devices');
});

test('gone, changed, busy, impossible, no answer: each has its word, and what the console said of it', () => {
  const problem = (code: string) => ({ code, title: 't', detail: 'What happened.', fix: 'What to do.' });
  const words = { asking: 'asking', unknown: 'not known yet' };
  const told = () => ({ kind: 'done', word: 'done', tone: 'good', text: '' }) as const;
  const refused = (code: string) => stepWords({ state: 'refused', problem: problem(code) }, told, words);
  expect(refused('device-unknown')).toEqual({
    kind: 'trouble',
    word: 'gone meanwhile',
    tone: 'red',
    text: 'What happened. What to do.',
  });
  expect(
    ['request-changed', 'request-busy', 'device-act-impossible', 'gateway-limited', 'input-invalid'].map((code) => refused(code).word),
  ).toEqual(['changed meanwhile', 'busy, not asked', 'cannot be done', 'the console holds too little', 'not asked']);
  const doubt = (code: string) => stepWords({ state: 'doubt', problem: problem(code) }, told, words);
  expect(doubt('gateway-down')).toMatchObject({ kind: 'doubt', word: 'no answer, not known yet' });
  expect(doubt('internal')).toMatchObject({ kind: 'doubt', word: 'not known yet' });
});
