// How what a scope opens is divided for a person: nothing is lost, the gravest stand first, the nearest version says so.
import { expect, test } from 'vitest';
import { scopeBook } from '#lib/scopes/scope-book.ts';
import { aloneIn, bookNote, familiesOf, openedBy } from './scope-book-words.ts';

const book = (version: string, offered?: string[]) => scopeBook({ gateway: 'g', version, offered, answersMore: true });

test('every method of a scope stands in one place, and admin begins with the configuration', () => {
  for (const meaning of [...book('2026.4.14').scopes, ...book('2026.9.6').scopes]) {
    const { grave, rest, contained } = openedBy(meaning);
    const placed = [...grave.map(({ method }) => method), ...rest, ...contained].sort();
    expect(placed).toEqual(meaning.methods.map(({ method }) => method).sort());
    if (meaning.scope === 'operator.admin') {
      expect(grave[0]?.method).toBe('config.patch');
      expect(contained).toContain('chat.send');
    }
  }
});

test('families hold all names, the largest first', () => {
  expect(familiesOf(['a.x', 'b.y', 'b.z', 'send'])).toEqual([
    { family: 'b', names: ['b.y', 'b.z'] },
    { family: 'a', names: ['a.x'] },
    { family: 'send', names: ['send'] },
  ]);
});

test('a book that is less than exact says why', () => {
  expect(bookNote(book('2026.9.6', ['config.get']))).toBeUndefined();
  expect(bookNote(book('2026.8.1', ['config.get']))).toMatch(/taken from 2026\.9\.6, the nearest/);
  expect(bookNote(book('2026.4.14'))).toMatch(/away/);
  expect(bookNote(book('2031.1.1'))).toMatch(/2031\.1\.1 is not known/);
});

test('what no other scope opens is counted, and that of admin is the most of what it adds', () => {
  const admin = book('2026.9.6').scopes.find(({ scope }) => scope === 'operator.admin');
  const alone = admin === undefined ? 0 : aloneIn(book('2026.9.6'), admin);
  expect(alone).toBeGreaterThan((admin?.over?.methods.length ?? 0) / 2);
  expect(alone).toBeLessThan(admin?.over?.methods.length ?? 0);
});

test('on the practice gateway admin is as large as on a real one, and the book says that few of it is answered there', () => {
  const practice = book('2026.4.14-practice', ['device.pair.approve']);
  const admin = practice.scopes.find(({ scope }) => scope === 'operator.admin');
  expect(
    admin &&
      openedBy(admin)
        .grave.slice(0, 2)
        .map(({ method }) => method),
  ).toEqual(['config.patch', 'config.set']);
  expect(bookNote(practice)).toMatch(/of a real gateway of 2026\.4\.14/);
});
