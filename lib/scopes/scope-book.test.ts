// What a scope opens, from the lists of methods that real gateways sent.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { recordedJson } from '../testing/recorded.ts';
import { methodTables, tableFor } from './method-table.ts';
import { scopeBook } from './scope-book.ts';
import { ASKS_MORE, GRAVE_METHODS, SCOPE_TEXTS } from './scope-words.ts';

const offeredBy = (recording: '2026.4.14' | '2026.9.6-manual') => z.array(z.string()).parse(recordedJson(recording, 'methods.json'));
const older = () => scopeBook({ gateway: 'g', version: '2026.4.14', offered: offeredBy('2026.4.14'), answersMore: true });
const newer = () => scopeBook({ gateway: 'g', version: '2026.9.6', offered: offeredBy('2026.9.6-manual'), answersMore: true });
const namesOf = (book: ReturnType<typeof older>, scope: string) => {
  const found = book.scopes.find((s) => s.scope === scope);
  if (!found) throw new Error(`no ${scope}`);
  return found.methods.map(({ method }) => method);
};
const overOf = (book: ReturnType<typeof older>, scope: string) => book.scopes.find((s) => s.scope === scope)?.over;

test('every method that a real gateway offers has its place: under a scope, or for nodes only', () => {
  expect(older().unknown).toEqual([]);
  expect(newer().unknown).toEqual([]);
  expect(older().source).toBe('gateway');
  expect(namesOf(newer(), 'operator.admin').length).toBeGreaterThan(400);
});

test('admin opens all, and says first what it adds over write', () => {
  for (const book of [older(), newer()]) {
    const added = overOf(book, 'operator.admin');
    expect(added?.scope).toBe('operator.write');
    expect(added?.methods[0]).toBe('config.patch');
    expect(added?.methods).toContain('exec.approvals.set');
    expect(added?.methods).toContain('device.pair.approve');
    expect(added?.methods).not.toContain('chat.send');
    const all = new Set(namesOf(book, 'operator.admin'));
    for (const { methods } of book.scopes) for (const { method } of methods) expect(all).toContain(method);
  }
});

test('write opens what read opens, and node.invoke without admin', () => {
  for (const book of [older(), newer()]) {
    expect(namesOf(book, 'operator.write')).toEqual(expect.arrayContaining(namesOf(book, 'operator.read')));
    expect(overOf(book, 'operator.write')?.methods).toContain('node.invoke');
    expect(namesOf(book, 'operator.read')).not.toContain('node.invoke');
  }
});

test('the versions differ where the gateways do', () => {
  expect(namesOf(older(), 'operator.write')).toContain('browser.request');
  expect(namesOf(newer(), 'operator.write')).not.toContain('browser.request');
  expect(namesOf(newer(), 'operator.pairing')).toContain('device.pair.rename');
  expect(older().scopes.map(({ scope }) => scope)).not.toContain('operator.questions');
  expect(namesOf(newer(), 'operator.sessions.write')).toEqual(expect.arrayContaining(['chat.send', 'chat.history']));
  expect(namesOf(older(), 'operator.talk.secrets')).toEqual([]);
});

test('methods for nodes are no operator’s', () => {
  for (const book of [older(), newer()]) {
    expect(namesOf(book, 'operator.admin')).not.toContain('node.invoke.result');
    expect(book.unknown).not.toContain('node.invoke.result');
  }
});

test('what the gateway answers without naming it is said so, and only where it is known to', () => {
  const injecting = newer()
    .scopes.find(({ scope }) => scope === 'operator.admin')
    ?.methods.find(({ method }) => method === 'chat.inject');
  expect(injecting?.text).toMatch(/although the gateway does not list it/);
  const small = scopeBook({ gateway: 'g', version: '2026.4.14', offered: ['config.get'], answersMore: false });
  expect(namesOf(small, 'operator.admin')).toEqual(['config.get']);
});

test('a method of which no scope is known stands apart, under no scope', () => {
  const book = scopeBook({
    gateway: 'g',
    version: '2026.9.6',
    offered: ['config.get', 'wiki.apply', 'toString', 'config.somethingNew'],
    answersMore: false,
  });
  expect(book.unknown).toEqual(['toString', 'wiki.apply']);
  expect(namesOf(book, 'operator.admin')).toEqual(['config.get', 'config.somethingNew']);
  expect(book.scopes.flatMap(({ methods }) => methods.map(({ method }) => method))).not.toContain('wiki.apply');
});

test('a gateway that is away shows the table of its version; another version names the nearest', () => {
  const away = scopeBook({ gateway: 'g', version: '2026.4.14', offered: undefined, answersMore: true });
  expect(away).toMatchObject({ source: 'version', table: '2026.4.14' });
  expect(namesOf(away, 'operator.admin')).toContain('config.patch');
  expect(scopeBook({ gateway: 'g', version: '2027.1.0', offered: undefined, answersMore: true })).toMatchObject({
    source: 'unknown',
    version: '2027.1.0',
    table: '2026.9.6',
  });
  for (const [version, table] of [
    ['2026.5.1', '2026.4.14'],
    ['2025.12.0', '2026.4.14'],
    ['2026.8.2', '2026.9.6'],
    ['nightly', '2026.9.6'],
    [undefined, '2026.9.6'],
  ] as const)
    expect(tableFor(version).version).toBe(table);
});

test('every scope has words, and every word is about a method that exists', () => {
  const tables = methodTables();
  const known = new Set(tables.flatMap(({ scopesOf }) => [...scopesOf.keys()]));
  for (const { scopes } of tables) for (const scope of scopes) expect(Object.keys(SCOPE_TEXTS)).toContain(scope);
  for (const method of [...Object.keys(GRAVE_METHODS), ...Object.keys(ASKS_MORE)]) expect(known).toContain(method);
});

test('a list of endless or overlong names is cut', () => {
  const offered = [...Array.from({ length: 9000 }, (_, n) => `m${n}`), 'x'.repeat(500)];
  expect(scopeBook({ gateway: 'g', version: '2026.9.6', offered, answersMore: false }).unknown.length).toBe(5000);
});
