import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEMS, Problem, problemView } from './problem.ts';

const page = readFileSync(new URL('../docs/problems.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n', 1)[0] ?? '', section]),
);

describe('docs/problems.md', () => {
  it.each(Object.entries(PROBLEMS))('explains %s with the words that the console shows', (code, { title, fix }) => {
    const section = sections.get(code);
    expect(section).toContain(`**${title}.**`);
    expect(section).toContain(`_What to do:_ ${fix}`);
    const explained = section?.split(`**${title}.**`)[1]?.split('_What to do:_')[0]?.trim() ?? '';
    expect(explained.length).toBeGreaterThan(20);
  });

  it('explains nothing that cannot happen', () => {
    expect([...sections.keys()].filter((code) => !Object.hasOwn(PROBLEMS, code))).toEqual([]);
  });
});

describe('a problem as it is shown', () => {
  it('carries code, title, what happened and what to do', () => {
    expect(problemView(new Problem('port-in-use', 'Port 7788 is taken.'))).toEqual({
      code: 'port-in-use',
      title: PROBLEMS['port-in-use'].title,
      detail: 'Port 7788 is taken.',
      fix: PROBLEMS['port-in-use'].fix,
    });
  });

  it('keeps the text of an unexpected error to itself', () => {
    const view = problemView(new Error('token=hush-hush'));
    expect(view.code).toBe('internal');
    expect(JSON.stringify(view)).not.toContain('hush');
  });

  it('names a command within a sentence, so that the code that follows is not read as part of it', () => {
    const ends = Object.values(PROBLEMS).filter(({ fix }) => /npm run gatehouse -- [a-z]+( [a-z]+| [A-Z]+)?\.?$/.test(fix));
    expect(ends.map(({ title }) => title)).toEqual([]);
  });

  it('uses an HTTP status that is an error', () => {
    expect(Object.values(PROBLEMS).every(({ status }) => status >= 400 && status < 600)).toBe(true);
  });
});
