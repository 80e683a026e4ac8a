// Reads the text of a rules file, YAML or JSON. It is taken as a whole or not at all, and every fault is told with its place.
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { RulesFileProblem } from '../api/rule-shapes.ts';
import { NAMED_SCOPES } from '../gateway/scopes.ts';
import { type RuleBody, ruleInput } from './rule.ts';
import { beyondBounds } from './rules-text-bounds.ts';
import { createPlaces, fieldsTwice, type Place, pathText, type Step } from './rules-text-place.ts';
import { boundWords, issueWords, syntaxWords, unknownAmong, unknownFieldWords } from './rules-text-words.ts';

export type RulesFormat = 'yaml' | 'json';

/** The format that a file's name tells. */
export const formatOf = (path: string): RulesFormat => (/\.json$/i.test(path) ? 'json' : 'yaml');

/** The largest rules file, in bytes. */
export const MAX_FILE_BYTES = 256 * 1024;
/** As many rules as a console keeps. */
export const MAX_RULES = 200;
/** What an author may reuse by `&name` and `*name`; more would let a small file become a huge one. */
const MAX_ALIASES = 50;
const MAX_PROBLEMS = 50;
const MAX_LIFE_MS = 366 * 86_400_000;

/** A file that was read. `rules` is empty whenever there are problems. */
export type ParsedRules = { rules: RuleBody[]; problems: RulesFileProblem[] };

const SHAPE = z.strictObject(
  {
    $schema: z.string().optional(),
    version: z.literal(1, { error: 'must be 1: this console knows no other version of rules files' }),
    rules: z.array(z.unknown(), { error: 'must be a list of rules' }).max(MAX_RULES, `holds more than ${MAX_RULES} rules`),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'a rules file has the fields version and rules' : undefined) },
);

/** How names are compared: two rules that read alike are one. */
export const nameKey = (name: string): string => name.trim().normalize('NFKC').toLowerCase();

/** In the order of the file, and first what concerns it as a whole. */
const byPlace = (a: RulesFileProblem, b: RulesFileProblem): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);

const named = z.object({ name: z.string() });
const nameOf = (rule: unknown): string | undefined => {
  const parsed = named.safeParse(rule);
  return parsed.success ? parsed.data.name.slice(0, 80) : undefined;
};

/** The text as a document with positions. Whatever the parser stumbles over is a problem, never a throw. */
function documentOf(text: string, lines: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      version: '1.2',
      schema: 'core',
      resolveKnownTags: false,
      stringKeys: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: lines,
    });
  } catch {
    return undefined;
  }
}

function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** What the JSON parser says, with the place that it names. */
function jsonProblem(text: string): RulesFileProblem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    const offset = Number(/at position (\d+)/.exec(said)?.[1] ?? Number.NaN);
    return {
      ...(Number.isNaN(offset) ? {} : placeIn(text, offset)),
      path: '',
      message: 'this is not JSON; a file that ends in .yaml may hold YAML',
    };
  }
}

/** The plain value of a document. Aliases that are too many or go in a circle are a problem. */
function plainOf(document: Document.Parsed): { value: unknown } | { message: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    // An alias inside of what it names makes a circle, which JSON refuses.
    return { value: JSON.parse(JSON.stringify(value) ?? 'null') };
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    if (said.startsWith('Unresolved alias')) return { message: 'an alias (*name) stands before its anchor (&name), or has none' };
    return { message: 'its aliases (*name) are too many or go in a circle' };
  }
}

/**
 * Reads the text of a rules file. Never throws. A fault names its rule where one can be told, so that exactly this rule can be stopped.
 * `nowMs` bounds how far ahead a rule may end.
 */
export function parseRules(text: string, format: RulesFormat, nowMs: number): ParsedRules {
  const problems: RulesFileProblem[] = [];
  const failed = (): ParsedRules => ({ rules: [], problems: problems.sort(byPlace).slice(0, MAX_PROBLEMS) });
  if (Buffer.byteLength(text) > MAX_FILE_BYTES) {
    problems.push({ path: '', message: `it is larger than ${MAX_FILE_BYTES / 1024} KiB` });
    return failed();
  }
  const unlikeJson = format === 'json' ? jsonProblem(text) : undefined;
  const outside = beyondBounds(text);
  if (outside) {
    problems.push({ ...placeIn(text, outside.offset), path: '', message: outside.message });
    return failed();
  }
  const lines = new LineCounter();
  const document = documentOf(text, lines);
  if (!document) {
    problems.push(unlikeJson ?? { path: '', message: 'it cannot be read as YAML: it is nested too deeply' });
    return failed();
  }
  const places = createPlaces(document, lines);
  const plain = plainOf(document);
  const written = 'value' in plain ? z.object({ rules: z.array(z.unknown()) }).safeParse(plain.value) : undefined;
  const items: readonly unknown[] = written?.success ? written.data.rules : [];
  const starts = items.map((_, index) => places.of(['rules', index]));

  /** The name of the rule that the last place before this one begins. */
  const ruleAt = ({ line = 0, column = 0 }: Place): { rule?: string } => {
    const before = (start: Place) =>
      start.line !== undefined && (start.line < line || (start.line === line && (start.column ?? 0) <= column));
    const index = starts.findLastIndex(before);
    const rule = nameOf(items[index]);
    return rule === undefined ? {} : { rule };
  };

  // JSON is read as YAML too, for the places; of its faults only JSON's own is told, in the words of the format that was meant.
  if (unlikeJson) problems.push({ ...unlikeJson, ...ruleAt(unlikeJson) });
  const faults = unlikeJson
    ? []
    : [
        ...[...document.errors, ...document.warnings].map((fault) => ({ at: fault.pos[0], message: syntaxWords(fault) })),
        ...fieldsTwice(document).map((at) => ({ at, message: syntaxWords({ code: 'DUPLICATE_KEY', message: '' }) })),
      ];
  for (const { at, message } of faults) {
    // Each is compared with those before: without a bound a text of faults would stop everything else for minutes.
    if (problems.length >= MAX_PROBLEMS) break;
    const place = places.at(at);
    if (!problems.some((p) => p.line === place.line && p.message === message))
      problems.push({ ...place, path: '', message, ...ruleAt(place) });
  }
  if ('message' in plain) problems.push({ path: '', message: plain.message });
  if (!('value' in plain)) return failed();
  const unreadable = problems.length > 0;
  const stopped = new Set(problems.flatMap(({ rule }) => rule ?? []));

  const told = (path: readonly PropertyKey[], message: string, rule?: string, key?: string) =>
    problems.push({
      ...places.of(path, key),
      path: pathText(key === undefined ? path : [...path, key]),
      // A rule that has no name is known by its number.
      message: rule === undefined && typeof path[1] === 'number' ? `rule ${path[1] + 1}: ${message}` : message,
      ...(rule === undefined ? {} : { rule }),
    });

  // Beside a fault of the text the rules are still looked at, so that one which is wrong by itself is stopped as well.
  const file = unreadable ? undefined : SHAPE.safeParse(plain.value);
  for (const issue of file?.error?.issues ?? []) {
    if (issue.code !== 'unrecognized_keys') told(issue.path, issue.message);
    else for (const key of issue.keys.slice(0, MAX_PROBLEMS)) told(issue.path, unknownAmong(key, Object.keys(SHAPE.shape)), undefined, key);
  }
  const rules: RuleBody[] = [];
  const names = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const base = ['rules', index];
    const name = nameOf(item);
    // A rule in whose lines the text is broken is stopped already; what else seems wrong with it may come of that.
    if (name !== undefined && stopped.has(name)) continue;
    if (problems.length >= MAX_PROBLEMS) break;
    const parsed = ruleInput.safeParse(item, { error: boundWords });
    if (!parsed.success) {
      const seen = new Set<string>();
      for (const issue of parsed.error.issues) {
        const path = [...base, ...issue.path];
        if (issue.code === 'unrecognized_keys')
          for (const key of issue.keys.slice(0, MAX_PROBLEMS)) told(path, unknownFieldWords(key, issue.path), name, key);
        // What else is wrong with a value follows from the first.
        else if (!seen.has(pathText(path))) {
          seen.add(pathText(path));
          told(path, issueWords(issue, item), name);
        }
      }
    } else {
      for (const { path, message } of misfits(parsed.data, nowMs)) told([...base, ...path], message, name);
      rules.push(parsed.data);
    }
    if (name === undefined) continue;
    const first = names.get(nameKey(name));
    if (first === undefined) names.set(nameKey(name), index);
    else {
      const { line } = places.of(['rules', first, 'name']);
      told([...base, 'name'], `another rule has this name already${line === undefined ? '' : `, in line ${line}`}`, name);
    }
  }
  return problems.length > 0 ? failed() : { rules, problems };
}

/** What a rule of a file may not leave unsaid, though each field is good alone: nobody is there to be asked. */
function misfits(rule: RuleBody, nowMs: number): { path: Step[]; message: string }[] {
  const out: { path: Step[]; message: string }[] = [];
  if (rule.effect === 'approve')
    for (const [index, scope] of rule.scopes.entries())
      if (NAMED_SCOPES.includes(scope) && !rule.confirm.includes(scope))
        out.push({ path: ['scopes', index], message: `${scope} is given only when it is named once more, under confirm` });
  for (const [index, scope] of rule.confirm.entries())
    if (!rule.scopes.includes(scope)) out.push({ path: ['confirm', index], message: `${scope} is not among the scopes of this rule` });
  if (rule.expiresAt !== undefined && Date.parse(rule.expiresAt) > nowMs + MAX_LIFE_MS)
    out.push({ path: ['expiresAt'], message: 'lies more than a year ahead; a rule for ever does not exist' });
  return out;
}
