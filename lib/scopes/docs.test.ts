// docs/scopes.md tells of every scope, of what contains what, and of no method that does not exist.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LOCAL_APPROVAL } from '../gateway/local-approval.ts';
import { methodTables } from './method-table.ts';

const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'scopes.md'), 'utf8');
const row = (scope: string) => text.split('\n').find((line) => line.startsWith(`| \`${scope}\``));

test('every scope of both versions has its row, with what it contains', () => {
  for (const { scopes, contains } of methodTables())
    for (const scope of scopes) {
      expect(row(scope), scope).toBeDefined();
      for (const inner of contains[scope] ?? []) {
        const short = inner.replace('operator.', '').replace(/^sessions\.\w+$/, 'sessions.');
        expect(row(scope), `${scope} contains ${inner}`).toContain(short);
      }
    }
});

test('the methods that it names are methods', () => {
  const known = new Set(methodTables().flatMap(({ scopesOf }) => [...scopesOf.keys()]));
  const named = [
    'node.invoke',
    'config.patch',
    'exec.approvals.set',
    'terminal.open',
    'browser.request',
    'chat.inject',
    'device.pair.setupCode',
    'health',
  ];
  for (const method of named) {
    expect(text).toContain(`\`${method}\``);
    expect(known).toContain(method);
  }
});

test('the setting has the name that is sent', () => {
  expect(text).toContain(`\`${LOCAL_APPROVAL.path}\``);
});
