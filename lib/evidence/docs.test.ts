// docs/evidence.md names the live test of every attack; a name that no test bears would be a promise that nobody keeps.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const live = join(root, 'e2e', 'live');
const tests = readdirSync(live)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(live, name), 'utf8'))
  .join('\n');

test('every attack in the table is a live test of that name', () => {
  const text = readFileSync(join(root, 'docs', 'evidence.md'), 'utf8');
  const section = text.slice(text.indexOf('## Attacks, and what answers them'), text.indexOf('## A new device'));
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && line.includes('_'));
  const names = rows.flatMap((line) => [...line.matchAll(/(?<![\w])_([^_]+)_(?![\w])/g)].map(([, name]) => name ?? ''));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !tests.includes(name))).toEqual([]);
});
