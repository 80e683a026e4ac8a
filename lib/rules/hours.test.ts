// A rule is awake by the wall clock of its own time zone, through midnight and the changes of summer time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RuleHours } from '../api/rule-shapes.ts';
import { createHours, isTimeZone, WEEKDAYS } from './hours.ts';

const at = (iso: string) => Date.parse(iso);
const hours = (over: Partial<RuleHours>): RuleHours => ({ days: ['mon'], from: '08:00', to: '18:00', timeZone: 'UTC', ...over });

test('it wakes with the first minute and sleeps with the last', () => {
  const awake = createHours(hours({}));
  // 23 November 2026 is a Monday.
  expect(awake(at('2026-11-23T07:59:59.999Z'))).toBe(false);
  expect(awake(at('2026-11-23T08:00:00Z'))).toBe(true);
  expect(awake(at('2026-11-23T17:59:59.999Z'))).toBe(true);
  expect(awake(at('2026-11-23T18:00:00Z'))).toBe(false);
  expect(awake(at('2026-11-24T09:00:00Z'))).toBe(false);
});

test('through midnight it belongs to the day on which it began', () => {
  const awake = createHours(hours({ from: '22:00', to: '06:00' }));
  expect(awake(at('2026-11-23T23:30:00Z'))).toBe(true);
  expect(awake(at('2026-11-24T05:59:00Z'))).toBe(true);
  expect(awake(at('2026-11-24T06:00:00Z'))).toBe(false);
  expect(awake(at('2026-11-23T05:00:00Z'))).toBe(false);
  expect(awake(at('2026-11-24T22:30:00Z'))).toBe(false);
  // Sunday's night runs into Monday's morning.
  expect(createHours(hours({ days: ['sun'], from: '22:00', to: '06:00' }))(at('2026-11-23T05:00:00Z'))).toBe(true);
});

test('to at from is the whole day, and midnight as an end is the end of the day', () => {
  const whole = createHours(hours({ from: '09:00', to: '09:00' }));
  expect([whole(at('2026-11-23T09:00:00Z')), whole(at('2026-11-24T08:59:00Z')), whole(at('2026-11-24T09:00:00Z'))]).toEqual([
    true,
    true,
    false,
  ]);
  const late = createHours(hours({ from: '20:00', to: '00:00' }));
  expect([late(at('2026-11-23T23:59:00Z')), late(at('2026-11-24T00:00:00Z'))]).toEqual([true, false]);
});

test('the clock is that of the zone, in winter, in summer and while it changes', () => {
  const berlin = createHours(hours({ days: [...WEEKDAYS], from: '02:00', to: '03:00', timeZone: 'Europe/Berlin' }));
  expect(berlin(at('2026-11-23T01:30:00Z'))).toBe(true);
  expect(berlin(at('2026-07-06T00:30:00Z'))).toBe(true);
  // The night of 29 March has no hour from two to three, that of 25 October has two of them.
  expect([berlin(at('2026-03-29T00:59:00Z')), berlin(at('2026-03-29T01:00:00Z'))]).toEqual([false, false]);
  expect([berlin(at('2026-10-25T00:30:00Z')), berlin(at('2026-10-25T01:30:00Z')), berlin(at('2026-10-25T02:00:00Z'))]).toEqual([
    true,
    true,
    false,
  ]);
  const kathmandu = createHours(hours({ from: '00:00', to: '01:00', timeZone: 'Asia/Kathmandu' }));
  expect([kathmandu(at('2026-11-22T18:14:59Z')), kathmandu(at('2026-11-22T18:15:00Z'))]).toEqual([false, true]);
});

test('what is remembered never changes the answer', () => {
  const ZONES = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu'] as const;
  const moment = fc.integer({ min: at('2026-03-01T00:00:00Z'), max: at('2026-11-30T00:00:00Z') });
  const time = fc.constantFrom('00:00', '01:30', '08:00', '17:45', '23:59');
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.subarray([...WEEKDAYS], { minLength: 1 }),
      time,
      time,
      fc.array(moment, { maxLength: 6 }),
      moment,
      (timeZone, days, from, to, before, now) => {
        const one = createHours({ days, from, to, timeZone });
        for (const earlier of [...before, now - 60_000, now - 900_000]) one(earlier);
        expect(one(now)).toBe(createHours({ days, from, to, timeZone })(now));
        const parts = Object.fromEntries(
          new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
            .formatToParts(now)
            .map((p) => [p.type, p.value]),
        );
        const clock = `${parts.hour}:${parts.minute}`;
        if (from < to) expect(one(now)).toBe(days.some((d) => d === parts.weekday?.toLowerCase()) && clock >= from && clock < to);
      },
    ),
    { numRuns: 300 },
  );
});

test('a zone that does not exist is none', () => {
  expect(['Europe/Berlin', 'UTC', 'America/New_York'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['Europe/Berlim', '', 'Mars/Base', 'Europe/Berlin; x'].map(isTimeZone)).toEqual([false, false, false, false]);
});
