// How what a scope opens is divided for a person: nothing is lost, the gravest stand first, the nearest version says so.
import { expect, test } from 'vitest';
import { scopeBook } from '#lib/scopes/scope-book.ts';
import { bookNote, familiesOf, openedBy } from './scope-book-words.ts';

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
