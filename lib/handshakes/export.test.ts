// Rows as files: what a program reads back, what a spreadsheet makes of it, and what a hostile caller cannot do to either.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HandshakeView } from '../api/shapes.ts';
import { CSV_HEADER, csvCell, csvLine, jsonLine } from './export.ts';

const row = (over: Partial<HandshakeView> = {}): HandshakeView => ({
  id: '2026-11-22:conn-1',
  seq: 7_293_000_000_000_001,
  gateway: 'this-host',
  at: '2026-11-22T16:40:31.218Z',
  outcome: 'refused',
  cause: 'pairing-required/scope-upgrade',
  title: 'Needs more scopes',
  scopesFrom: ['operator.read'],
  scopesTo: ['operator.read', 'operator.admin'],
  durationMs: 16,
  run: { id: 7_293_000_000_000_000, count: 118, firstAt: '2026-11-22T16:38:31.218Z' },
  ...over,
});

/** A reader of RFC 4180, strict: a quote stands only around a field or doubled inside one. */
function readCsv(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const found = field.exec(text);
    if (!found) throw new Error(`no RFC 4180 at ${JSON.stringify(text.slice(at, at + 40))}`);
    line.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('""', '"'));
    if (found[3] === ',') continue;
    lines.push(line);
    line = [];
  }
  return lines;
}

const cellsOf = (item: HandshakeView): Record<string, string> => {
  const [names = [], values = []] = readCsv(CSV_HEADER + csvLine(item));
  expect(values).toHaveLength(names.length);
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
};

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'=+-@;|,"\'\t\r\n \u202e\u2028＝a') }));

describe('CSV', () => {
  test('has a value under each name, our numbers as numbers and scopes in one cell', () => {
    expect(cellsOf(row())).toMatchObject({
      at: '2026-11-22T16:40:31.218Z',
      outcome: 'refused',
      scopesTo: 'operator.read operator.admin',
      durationMs: '16',
      runCount: '118',
      seq: '7293000000000001',
      deviceId: '',
      derived: '',
    });
  });

  test('survives any text of a caller: one line, the same columns, nothing of the neighbours moved', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const hostile = row({ deviceName: text, clientId: text, host: text, browserOrigin: text, scopesTo: [text, text] });
        const read = readCsv(CSV_HEADER + csvLine(hostile) + csvLine(row()));
        expect(read).toHaveLength(3);
        expect(new Set(read.map((line) => line.length)).size).toBe(1);
        expect(csvLine(hostile).slice(0, -2)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });

  test.each([
    ['=HYPERLINK("http://evil.example";"ok")', '\'=HYPERLINK("http://evil.example";"ok")'],
    ['+1', "'+1"],
    ['-1+1|cmd', "'-1+1|cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\\u0009=1"],
    ['\r=1', "'\\u000d=1"],
    ['  =1', "'  =1"],
    ['＝1', "'＝1"],
    ['a;=1', "a;'=1"],
    ['a;"=1', 'a;"\'=1'],
    ['a;""=cmd|x', 'a;""\'=cmd|x'],
    ['a; @x', "a; '@x"],
    ['gateway-client', 'gateway-client'],
    ['https://console.example:7788', 'https://console.example:7788'],
  ])('a cell of %j is read as %j', (text, expected) => {
    expect(readCsv(`${csvCell(text)}\r\n`)).toEqual([[expected]]);
  });

  test('no cell can be a formula, whichever of comma, semicolon and bar a spreadsheet splits at', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cell = csvCell(text);
        for (const part of [...readCsv(`${cell}\r\n`).flat(), ...cell.split(/[;|]/)]) {
          expect(part.replaceAll('"', '').trimStart()).not.toMatch(/^[=+\-@＝＋－＠]/);
        }
      }),
    );
  });

  test('what disguises is visible', () => {
    expect(cellsOf(row({ deviceName: 'cli\u202egpj.exe\u0007' })).deviceName).toBe('cli\\u202egpj.exe\\u0007');
  });
});

describe('JSON lines', () => {
  test('give the row back as the API has it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const item = row({ deviceName: text, scopesFrom: [text] });
        expect(JSON.parse(jsonLine(item))).toEqual(JSON.parse(JSON.stringify(item)));
      }),
    );
  });

  test('are one line each for every reader, with nothing invisible in it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = jsonLine(row({ deviceName: text }));
        expect(line.endsWith('\n')).toBe(true);
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });
});
