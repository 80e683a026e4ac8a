// What is wrong with a place of a rules file, in plain words and with what is allowed there. What is allowed comes from the schema itself.
import type { YAMLError } from 'yaml';
import { z } from 'zod';
import { RULE_FIELDS, UNSAFE } from './rule-input.ts';

const SHOWN = 60;
const quoted = (text: string): string => `“${text.slice(0, SHOWN).replaceAll(new RegExp(UNSAFE, 'gu'), '�')}”`;

/** What an author wrote at a place. */
function described(value: unknown): string {
  if (typeof value === 'string') return `the text ${quoted(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a group of fields';
}

const schemaNode = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  format: z.string().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
type SchemaNode = z.infer<typeof schemaNode>;

/** What a pattern cannot say. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  deviceId: 'text of 64 hexadecimal digits',
  from: 'a time of day such as 08:30',
  to: 'a time of day such as 18:00',
  timeZone: 'a time zone such as Europe/Berlin',
};

const either = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

function allowedBy({ type, enum: words, format, maxLength, minimum, maximum, items, properties }: SchemaNode): string {
  if (words) return either(words);
  if (type === 'boolean') return 'true or false';
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`;
  if (type === 'object') return `a group of the fields ${Object.keys(properties ?? {}).join(', ')}`;
  if (type === 'array') {
    const each = schemaNode.parse(items);
    return each.enum ? `a list of any of ${each.enum.join(', ')}` : `a list, each ${allowedBy(each)}`;
  }
  if (format === 'date-time') return 'a moment such as 2026-12-01T00:00:00Z';
  return maxLength === undefined ? 'text' : `text of at most ${maxLength} characters`;
}

/** What is allowed at a place within a rule, in words; undefined where there is no such place. */
function allowedAt(path: readonly PropertyKey[]): string | undefined {
  const [field, ...rest] = path;
  const [, schema] = Object.entries(RULE_FIELDS).find(([name]) => name === field) ?? [];
  if (!schema) return undefined;
  let node = schemaNode.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  for (const step of rest) {
    const next = typeof step === 'number' ? node.items : node.properties?.[String(step)];
    const found = schemaNode.safeParse(next);
    if (!found.success) return undefined;
    node = found.data;
  }
  return OWN_WORDS[String(path.at(-1))] ?? allowedBy(node);
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((at: unknown, step) => {
    if (typeof at !== 'object' || at === null) return undefined;
    return Object.entries(at).find(([name]) => name === String(step))?.[1];
  }, value);

/** Words for a length that its field has none of its own for; given to the parser, which asks the field first. */
export const boundWords = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return undefined;
  const most = issue.code === 'too_big';
  if (issue.origin === 'array') return most ? `must not hold more than ${issue.maximum} entries` : `must hold at least ${issue.minimum}`;
  return most ? `must not be longer than ${issue.maximum} characters` : 'must not be empty';
};

/**
 * What is wrong at a place of a rule, with what is allowed there. `rule` is the rule as it was written. A field's own words stand, except
 * where something of another kind was written, a number that is out of bounds, or nothing.
 */
export function issueWords(issue: z.core.$ZodIssue, rule: unknown): string {
  if (issue.path.length === 0 && issue.code === 'invalid_type')
    return `a rule is a group of fields such as name, enabled and scopes, not ${described(rule)}`;
  const value = valueAt(rule, issue.path);
  const otherKind = issue.code === 'invalid_type' || (issue.code === 'invalid_value' && typeof value !== 'string');
  const allowed = otherKind || typeof value === 'number' ? allowedAt(issue.path) : undefined;
  if (allowed === undefined) return issue.message;
  const field = String(issue.path.findLast((step) => typeof step === 'string'));
  if (value === undefined) return `${field} is missing; it must be ${allowed}`;
  if (value === null) return `${field} has no value; it must be ${allowed}`;
  const quotes = allowed.startsWith('text') && (typeof value === 'number' || typeof value === 'boolean') ? '; put it in quotes' : '';
  return `must be ${allowed}, not ${described(value)}${quotes}`;
}

/** How many characters lie between two words, at most `most + 1`. */
function apart(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Says that there is no such field, and which is meant, or which there are. */
export function unknownFieldWords(key: string, path: readonly PropertyKey[]): string {
  const fields = path.length === 0 ? Object.keys(RULE_FIELDS) : hoursFields();
  return unknownAmong(key, fields);
}

const hoursFields = (): string[] =>
  Object.keys(schemaNode.parse(z.toJSONSchema(RULE_FIELDS.hours, { io: 'input', unrepresentable: 'any' })).properties ?? {});

/** The same for a place that is not within a rule. */
export function unknownAmong(key: string, fields: readonly string[]): string {
  const written = key.slice(0, SHOWN).toLowerCase();
  const near = fields.find((field) => apart(written, field.toLowerCase(), 2) <= Math.min(2, field.length - 2));
  return `there is no field ${quoted(key)}; ${near === undefined ? `there are ${fields.join(', ')}` : `perhaps ${near} is meant`}`;
}

/** What the YAML parser stumbles over, by its own codes: a new one of them does not compile. */
const SYNTAX: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias (*name) stands alone, without an anchor or a tag',
  BAD_ALIAS: 'an anchor (&name) or an alias (*name) needs a name, and no colon at its end',
  BAD_COLLECTION_TYPE: 'there are no tags in a rules file; a value that begins with an exclamation mark needs quotes',
  BAD_DIRECTIVE: 'a line must not begin with a percent sign',
  BAD_DQ_ESCAPE: 'after a backslash in double quotes this character has no meaning; write two backslashes for one, or use single quotes',
  BAD_INDENT: 'this does not begin at the column of the other fields or entries of its group; mind the spaces before it',
  BAD_PROP_ORDER: 'an anchor (&name) stands right before its value',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'there is a second colon in this line; a value with a colon and a space in it needs quotes',
  BLOCK_IN_FLOW: 'within brackets, fields and entries are separated by commas, not written on lines of their own',
  DUPLICATE_KEY: 'this field is there twice',
  IMPOSSIBLE: 'this cannot be read as YAML',
  KEY_OVER_1024_CHARS: 'the name of a field is too long, or its colon is missing',
  MISSING_CHAR: 'a character is missing before this',
  MULTILINE_IMPLICIT_KEY: 'the name of a field and its colon stand on one line; the colon, or a closing quote, is missing',
  MULTIPLE_ANCHORS: 'a value has at most one anchor (&name)',
  MULTIPLE_DOCS: 'a rules file is one document; there is a second one',
  MULTIPLE_TAGS: 'there are no tags in a rules file; a value that begins with an exclamation mark needs quotes',
  NON_STRING_KEY: 'the name of a field must be text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  TAB_AS_INDENT: 'lines are indented with spaces, not with tabs',
  TAG_RESOLVE_FAILED: 'there are no tags in a rules file; a value that begins with an exclamation mark needs quotes',
  UNEXPECTED_TOKEN: 'this does not belong here; a bracket, a quote, a comma or a line break may be missing before it',
};

/** What of the parser's own sentences tells more than its code does. */
const MORE: readonly [said: RegExp, words: string][] = [
  [/Missing closing "quote/, 'a double quote is not closed'],
  [/Missing closing 'quote/, 'a single quote is not closed'],
  [/end with a \]/, 'a list is not closed: ] is missing, or stands too far left'],
  [/end with a \}/, 'a group is not closed: } is missing, or stands too far left'],
  [/^Missing , /, 'a comma is missing before this'],
  [/^Missing space after :/, 'a space is missing after the colon'],
  [/need to be followed by map values/, 'a field is written as name: value; its colon is missing'],
  [/^Sequence item without -/, 'each entry of this list begins with a hyphen and a space'],
  [/^Comments must be separated/, 'a comment needs a space before its #; a value with a # in it needs quotes'],
];

/** What is wrong with the text itself, in plain words. */
export const syntaxWords = ({ code, message }: Pick<YAMLError, 'code' | 'message'>): string =>
  MORE.find(([said]) => said.test(message))?.[1] ?? SYNTAX[code];
