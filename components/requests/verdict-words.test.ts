// The line on a card says who decides what; nothing that a rule's author wrote can hide in it.
import { expect, test } from 'vitest';
import { headline, reasonWords, shadowWords } from './verdict-words.ts';

const named = { rule: 'r', ruleName: 'Local tools', ruleVersion: 3 };

test('names the rule with its version, and what it does or did', () => {
  expect(headline({ kind: 'approve', ...named, reasons: [] }, false)).toBe('Rule Local tools, version 3, approves this.');
  expect(headline({ kind: 'reject', ...named, reasons: [] }, true)).toBe('Rule Local tools, version 3, rejected this.');
  expect(headline({ kind: 'approve', window: 'w', reasons: [] }, true)).toBe('A permit window approved this.');
});

test('a held request says its first reason, with the rule where it belongs to one', () => {
  expect(headline({ kind: 'hold', reasons: [{ code: 'no-rule', text: 'No rule is switched on.' }] }, false)).toBe(
    'No rule is switched on.',
  );
  expect(headline({ kind: 'hold', reasons: [{ code: 'limit', text: 'It rests.', ruleName: 'Local tools' }] }, false)).toBe(
    'Local tools: It rests.',
  );
});

test('a name that would turn the line around is shown by its characters', () => {
  expect(headline({ kind: 'approve', rule: 'r', ruleName: 'a\u202eb', reasons: [] }, false)).toContain('\\u{202e}');
});

test('a rule in shadow speaks of what it would do while the request waits, and of what it would have done after', () => {
  expect(shadowWords('approve', false)).toBe('would approve this.');
  expect(shadowWords('leave', true)).toBe('would have left this to a person.');
});

test('the words of a stop stand in the notice on top, and a card points there; the switch itself and other reasons are said whole', () => {
  const stop = {
    code: 'automation-off',
    text: 'The record was restored from a backup of yesterday. Rules, operators and tokens are those of then, and everything decided since is missing.',
  };
  expect(headline({ kind: 'hold', reasons: [stop] }, false)).toBe('Automation is suspended; the notice at the top says why.');
  expect(reasonWords(stop, true)).toBe('Automation was suspended.');
  const off = { code: 'automation-off', text: 'Automation is off. Every request waits for a person.' };
  expect(headline({ kind: 'hold', reasons: [off] }, false)).toBe(off.text);
  expect(headline({ kind: 'hold', reasons: [{ ...stop, code: 'no-rule' }] }, false)).toBe(stop.text);
});
