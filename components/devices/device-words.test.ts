// A device in a line: what stands there says no less than what it holds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effectiveScopes, SCOPES } from '#lib/gateway/scopes.ts';
import { deviceOf } from '../live/fixtures.ts';
import { deviceMarks, fittingMarks, topScopes } from './device-words.ts';

test('the scopes of a row give all that the device holds: only what comes along with another one is left out', () => {
  fc.assert(
    fc.property(fc.subarray([...SCOPES, 'operator.strange']), (scopes) => {
      expect(effectiveScopes(topScopes(scopes))).toEqual(effectiveScopes(scopes));
    }),
  );
  expect(topScopes(['operator.read', 'operator.write', 'operator.admin'])).toEqual(['operator.admin']);
  expect(topScopes(['operator.pairing', 'operator.read', 'operator.write'])).toEqual(['operator.write', 'operator.pairing']);
});

test('a device that came back is marked once, whoever found it out', () => {
  const words = (device: Parameters<typeof deviceMarks>[0], returned: boolean) => deviceMarks(device, returned).map(({ word }) => word);
  expect(words(deviceOf('a'), true)).toEqual(['came back by itself']);
  expect(words({ ...deviceOf('a'), findings: ['came-back'] }, true)).toEqual(['came back by itself']);
  expect(words(deviceOf('a'), false)).toEqual([]);
});

test('the gravest mark of a device stands first, and what has no room is counted with its words', () => {
  const device = { ...deviceOf('a'), findings: ['never-used', 'many-keys', 'silent-grant'] as const, vouched: true };
  const marks = deviceMarks({ ...device, findings: [...device.findings] });
  expect(marks.map(({ tone }) => tone)).toEqual(['red', 'amber', 'good', 'plain']);
  expect(fittingMarks(marks, 4)).toEqual({ shown: marks, others: [] });
  expect(fittingMarks(marks, 2)).toEqual({ shown: marks.slice(0, 1), others: ['several keys', 'vouched for', 'never used'] });
  expect(fittingMarks(marks.slice(0, 1), 1).others).toEqual([]);
});
