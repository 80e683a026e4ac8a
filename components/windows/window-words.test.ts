// What a listener hears of a countdown, and what a window that is being written would send.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceOf, requestOf, windowOf } from '../live/fixtures.ts';
import { canHaveWindow, draftOf, inputOfDraft, leftByWindow, startOfDevice, startOfRequest } from './window-draft.ts';
import { outcomeWords, shareLeft, spokenLeft, targetWords } from './window-words.ts';

describe('the countdown', () => {
  test('ten minutes are told in six steps, each before it is true no more', () => {
    const said = new Set(Array.from({ length: 600 }, (_, second) => spokenLeft(600_000, second * 1_000)));
    expect([...said]).toEqual([
      'no more than 10 minutes left',
      'no more than 5 minutes left',
      'no more than 2 minutes left',
      'no more than 1 minute left',
      'no more than 30 seconds left',
      'no more than 10 seconds left',
    ]);
    expect(spokenLeft(1_000, 1_000)).toBe('');
  });

  test('what is left is never less than none nor more than all', () => {
    const window = windowOf('w');
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), (awayMs) => {
        const share = shareLeft(window, Date.parse(window.openedAt) + awayMs);
        return share >= 0 && share <= 1;
      }),
    );
    expect(shareLeft(window, Date.parse(window.openedAt) + 60_000)).toBe(0.5);
  });
});

describe('what is sent', () => {
  test('from a request: its device, exactly what it would hold, one request, two minutes, seen by its socket', () => {
    const request = requestOf('a', 'home', { resultScopes: ['operator.admin', 'operator.read'] });
    expect(inputOfDraft(draftOf(startOfRequest(request)))).toEqual({
      gateway: 'home',
      target: { kind: 'device', deviceId: 'device-a' },
      scopes: ['operator.read', 'operator.admin'],
      confirm: ['operator.admin'],
      seconds: 120,
      uses: 1,
      assurance: 'peer',
      agentsMayUse: false,
    });
  });

  test('a yes to agents is not sent once no grave scope is left in it', () => {
    const draft = { ...draftOf(startOfDevice(deviceOf('a'))), agentsMayUse: true };
    expect(inputOfDraft(draft).agentsMayUse).toBe(false);
    expect(inputOfDraft({ ...draft, scopes: ['operator.pairing'] }).agentsMayUse).toBe(true);
  });
});

test('what waits says before the window is opened whether it would cover it', () => {
  const wide = requestOf('a', 'home', { resultScopes: ['operator.admin'] });
  const draft = draftOf(startOfRequest(wide));
  expect(leftByWindow(draft, wide)).toBeUndefined();
  expect(leftByWindow({ ...draft, scopes: ['operator.write'] }, wide)).toBe(
    'would hold admin as well, which is more than this window gives',
  );
  expect(leftByWindow(draft, requestOf('b'))).toBe('is another device');
  expect(leftByWindow({ ...draft, target: { kind: 'next-new-cli' } }, wide)).toBe('is no new device');
  const node = requestOf('a', 'home', { roles: ['node'] });
  expect(leftByWindow(draft, node)).toBe('needs a person, whatever the window');
});

test('no window is offered for a request over which the console raises an alarm', () => {
  const request = requestOf('a');
  expect(canHaveWindow(request)).toBe(true);
  const alarm = 'The gateway’s own key may have been used from elsewhere.';
  expect(canHaveWindow({ ...request, origin: { ...request.origin, origin: 'unknown', alarm } })).toBe(false);
});

test('a window names whom it lets in, and what it did when nobody else says so', () => {
  expect(targetWords(windowOf('w', { deviceName: 'Nightly report' }))).toBe('Nightly report device-a');
  expect(targetWords(windowOf('w', { target: { kind: 'next-new-cli' } }))).toBe('the next new CLI');
  expect(outcomeWords(windowOf('w', { state: 'ended' }))).toBe('It approved nothing.');
});
