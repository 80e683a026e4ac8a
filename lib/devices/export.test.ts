// A list of devices as a file: inert in a spreadsheet, whole in a program, and never whole when it was cut.
import { expect, test } from 'vitest';
import type { DeviceView } from '../api/shapes.ts';
import { DEVICE_FORMATS } from './export.ts';

const DEVICE: DeviceView = {
  gateway: 'home',
  deviceId: 'ab'.repeat(32),
  publicKey: 'key',
  displayName: 'Desk',
  roles: ['operator'],
  scopes: ['operator.read', 'operator.write'],
  tokens: [
    { role: 'operator', scopes: ['operator.read'], revoked: false },
    { role: 'node', scopes: [], revoked: true },
  ],
  risk: 'write',
  approvedHow: 'operator',
  isConsole: false,
  isHostKey: false,
  vouched: false,
  inLedger: true,
  refused: false,
  unclicked: 0,
  findings: ['token-narrower'],
};
const cellsOf = (device: DeviceView) => {
  const names = DEVICE_FORMATS.csv.head('').trim().split(',');
  return Object.fromEntries(
    DEVICE_FORMATS.csv
      .row(device, true)
      .trim()
      .split(',')
      .map((cell, n) => [names[n], cell]),
  );
};

test('CSV has a column for all that the list shows, tokens as what they carry', () => {
  expect(cellsOf(DEVICE)).toMatchObject({
    name: 'Desk',
    scopes: 'operator.read operator.write',
    tokens: 'operator:operator.read node:revoked',
    findings: 'token-narrower',
    connected: '',
  });
});

test('a name that a spreadsheet would run is text, and what is invisible is visible', () => {
  expect(cellsOf({ ...DEVICE, displayName: '=1+1' }).name).toBe("'=1+1");
  expect(cellsOf({ ...DEVICE, displayName: 'a\u202Eb' }).name).toBe('a\\u202eb');
  expect(DEVICE_FORMATS.json.row({ ...DEVICE, displayName: 'a\u202Eb' }, true)).toContain('a\\u202eb');
});

test('JSON is one document with its count at the end; cut anywhere, it is none', () => {
  const { head, row, tail } = DEVICE_FORMATS.json;
  const whole = `${head('2026-11-22T12:00:00.000Z')}${row(DEVICE, true)}${row(DEVICE, false)}${tail(2)}`;
  expect(JSON.parse(whole)).toEqual({ at: '2026-11-22T12:00:00.000Z', devices: [DEVICE, DEVICE], count: 2 });
  for (let end = 1; end < whole.trimEnd().length; end += 7) expect(() => JSON.parse(whole.slice(0, end))).toThrow();
});
