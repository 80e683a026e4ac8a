// The pages under docs/handshakes/ and the catalogue say the same, entry by entry.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENTRIES } from './catalogue/all.ts';
import { explain } from './explain.ts';
import { docsPage, place } from './test-samples.ts';

const FOLDER = join(import.meta.dirname, '../../docs/handshakes');
const pages = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -3));

/** Sections of a page by their heading, which is their anchor: lower case, digits, `-` and `_` only. */
function sections(page: string): Map<string, string> {
  const parts = docsPage(page).split(/^## (.+)$/m);
  return new Map(parts.flatMap((heading, i) => (i % 2 === 1 ? [[heading, parts[i + 1] ?? ''] as const] : [])));
}

const sectionOf = (docs: string): string | undefined => {
  const [page = '', anchor = ''] = docs.split('#');
  return pages.includes(page) ? sections(page).get(anchor) : undefined;
};

describe.each(ENTRIES.map((entry) => [entry.key, entry] as const))('%s', (key, entry) => {
  const section = sectionOf(entry.docs) ?? '';

  test('has a section with its title, key and codes', () => {
    expect(section).toContain(`**${entry.title}**`);
    expect(section).toContain(`\`${key}\``);
    for (const code of entry.codes) expect(section).toContain(`\`${code}\``);
    expect(section).toContain(entry.stops);
  });

  test('says there how it is known, and no more than that', () => {
    const known = /^\| known +\| (.+?) +\|$/m.exec(section)?.[1];
    const said = Object.entries(entry.seen).map(([version, how]) => `${version}: ${how}`);
    expect(known?.split('; ').toSorted()).toEqual(said.toSorted());
  });
});

test('every section of a page of causes belongs to an entry, under an anchor that a link can name', () => {
  const named = new Set(ENTRIES.map(({ docs }) => docs));
  for (const page of pages.filter((name) => name !== 'README')) {
    for (const anchor of sections(page).keys()) {
      expect(anchor).toMatch(/^[a-z0-9_-]+$/);
      expect(named, `${page}#${anchor}`).toContain(`${page}#${anchor}`);
    }
  }
});

test('the index leads to every entry, and to what is said of unknown causes', () => {
  const index = docsPage('README');
  for (const { docs } of ENTRIES) expect(index).toContain(`(${docs.replace('#', '.md#')})`);
  expect(sectionOf(explain({ cause: 'quantum-mismatch' }, place()).docs)).toMatch(/report it/);
});
