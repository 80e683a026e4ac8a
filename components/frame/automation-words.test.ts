// Away from the causes of a stop nothing can be pressed that lifts it.
import { expect, test } from 'vitest';
import { automationCommands, SWITCH_PLACE, stopCauses } from './automation-words.ts';

test('a stop can be looked at or made firmer from anywhere, and is lifted only where its causes stand', () => {
  const commands = automationCommands({ state: 'suspended' });
  expect(commands.some((command) => 'set' in command && command.set)).toBe(false);
  expect(commands).toContainEqual(expect.objectContaining({ leadsTo: SWITCH_PLACE }));
  expect(commands).toContainEqual(expect.objectContaining({ set: false }));
});

test('without a stop the command is the other position of the switch', () => {
  expect(automationCommands({ state: 'on' })).toEqual([expect.objectContaining({ set: false })]);
  expect(automationCommands({ state: 'off' })).toEqual([expect.objectContaining({ set: true })]);
});

test('every cause that stands is named, also by a console that sends only the first', () => {
  expect(stopCauses({ cause: 'record-restored', causes: ['record-restored', 'record-broken'] })).toEqual([
    'record-restored',
    'record-broken',
  ]);
  expect(stopCauses({ cause: 'clock' })).toEqual(['clock']);
  expect(stopCauses({})).toEqual([]);
});
