// The figures that a person can tighten: what each counts, what the form may send, and what is wrong with a figure that was typed.
import type { GuardLimits } from '#lib/api/rule-shapes.ts';
import type { AutomationView } from '#lib/api/shapes.ts';
import { STOP_IN_SHORT } from '../frame/automation-words.ts';

export const LIMITS: readonly { key: keyof GuardLimits; label: string; unit: string; meaning: string }[] = [
  {
    key: 'approvalsPerMinute',
    label: 'Automatic approvals',
    unit: 'a minute',
    meaning: 'One more, over all rules and windows together, suspends automation.',
  },
  {
    key: 'devicesPerMinute',
    label: 'Devices that ask',
    unit: 'a minute',
    meaning: 'One more device is a flood and suspends automation.',
  },
  {
    key: 'requestsPerMinute',
    label: 'Requests',
    unit: 'a minute',
    meaning: 'One more new request is a flood and suspends automation.',
  },
];

/** A figure as it was typed: a whole number from 1 to the most that is allowed, or undefined. */
export function limitIn(text: string, most: number): number | undefined {
  if (!/^\d{1,6}$/.test(text.trim())) return undefined;
  const value = Number(text);
  return value >= 1 && value <= most ? value : undefined;
}

/** What is wrong with a figure that was typed, for the line beside its field; undefined where it is good. */
export function limitFault(text: string, most: number): string | undefined {
  if (limitIn(text, most) !== undefined) return undefined;
  const typed = text.trim();
  if (typed === '') return `A figure is missing: 1 to ${most}.`;
  if (!/^\d+$/.test(typed)) return `Not a whole number: 1 to ${most}.`;
  return Number(typed) === 0 ? 'Less than 1: nothing could be let in.' : `More than ${most}: a limit can only be made tighter.`;
}

/** All three figures, when each is good and at least one differs from what is in force. */
export function changedLimits(
  texts: Readonly<Record<keyof GuardLimits, string>>,
  now: GuardLimits,
  most: GuardLimits,
): GuardLimits | undefined {
  const approvalsPerMinute = limitIn(texts.approvalsPerMinute, most.approvalsPerMinute);
  const devicesPerMinute = limitIn(texts.devicesPerMinute, most.devicesPerMinute);
  const requestsPerMinute = limitIn(texts.requestsPerMinute, most.requestsPerMinute);
  if (approvalsPerMinute === undefined || devicesPerMinute === undefined || requestsPerMinute === undefined) return undefined;
  const next = { approvalsPerMinute, devicesPerMinute, requestsPerMinute };
  return LIMITS.some(({ key }) => next[key] !== now[key]) ? next : undefined;
}

/** What a guard holds now, without the words of a stop that stand in the notice at the top of every page already. */
export const nowWords = (now: string, automation: Pick<AutomationView, 'state' | 'text'> | undefined): string =>
  automation?.state === 'suspended' ? now.replace(automation.text, STOP_IN_SHORT) : now;
