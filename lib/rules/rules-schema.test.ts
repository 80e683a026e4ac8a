// The published schema is the one that the console reads by, and the page for users shows files that it takes.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { NOW } from '#lib/testing/verdict-case.ts';
import { ruleInput } from './rule.ts';
import { rulesFileSchema } from './rules-schema.ts';
import { parseRules } from './rules-text.ts';

const doc = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test('docs/rules.schema.json is the schema of this version', () => {
  expect(JSON.parse(doc('rules.schema.json'))).toEqual(JSON.parse(JSON.stringify(rulesFileSchema())));
});

test('every field is described, and no other is allowed', () => {
  const closed = z.object({ additionalProperties: z.literal(false), properties: z.record(z.string(), z.looseObject({})) });
  const file = closed.parse(rulesFileSchema());
  const rule = closed.parse(z.object({ items: z.unknown() }).parse(file.properties.rules).items);
  expect(Object.keys(rule.properties).sort()).toEqual(Object.keys(ruleInput.shape).sort());
  for (const [field, schema] of Object.entries(rule.properties)) expect(schema.description, field).toMatch(/\w/);
});

test('every example of docs/rules-file.md is a good file', () => {
  const page = doc('rules-file.md');
  const yaml = [...page.matchAll(/```yaml\n(version: 1\n[\s\S]*?)```/g)].map(([, text = '']) => text);
  const json = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect([yaml.length, json.length]).toEqual([1, 1]);
  for (const text of yaml) expect(parseRules(text, 'yaml', NOW)).toMatchObject({ problems: [], rules: [{}, {}, {}] });
  for (const text of json) expect(parseRules(text, 'json', NOW)).toMatchObject({ problems: [], rules: [{}] });
});
