// docs/devices.md has a section for each finding, with the title that the page shows, and none for anything else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FINDING_TITLES } from './findings-words.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/devices.md'), 'utf8');
const findings = page.slice(page.indexOf('## Findings'), page.indexOf('## Story'));
const sections = new Map(
  findings
    .split(/^### /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('\n')), part] as const),
);

test.each(Object.entries(FINDING_TITLES))('%s has a section that begins with its title', (code, { title }) => {
  expect(sections.get(code)).toContain(`**${title}.**`);
});

test('every section is of a finding', () => {
  expect([...sections.keys()].toSorted()).toEqual(Object.keys(FINDING_TITLES).toSorted());
});
