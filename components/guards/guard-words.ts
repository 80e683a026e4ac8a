// The figures that a person can tighten: what each counts, and what the form may send.
import type { GuardLimits } from '#lib/api/rule-shapes.ts';

export const LIMITS: readonly { key: keyof GuardLimits; label: string; unit: string; meaning: string }[] = [
  {
    key: 'approvalsPerMinute',
    label: 'Automatic approvals',
    unit: 'a minute',
    meaning: 'More than this over all rules and windows suspends automation.',
  },
  {
    key: 'devicesPerMinute',
    label: 'Devices that ask',
    unit: 'a minute',
    meaning: 'More different keys than this is a flood and suspends automation.',
  },
  {
    key: 'requestsPerMinute',
    label: 'Requests',
    unit: 'a minute',
    meaning: 'More new requests than this is a flood and suspends automation.',
  },
];

/** A figure as it was typed: a whole number from 1 to the most that is allowed, or undefined. */
export function limitIn(text: string, most: number): number | undefined {
  if (!/^\d{1,6}$/.test(text.trim())) return undefined;
  const value = Number(text);
  return value >= 1 && value <= most ? value : undefined;
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
