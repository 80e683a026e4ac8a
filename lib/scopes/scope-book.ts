// The scope book of a gateway: what each scope lets a client do there, and what it adds over the one that it contains. Pure.
import type { ScopeBook, ScopeMeaning } from '../api/device-shapes.ts';
import { present } from '../present.ts';
import { type MethodTable, scopesFor, tableFor } from './method-table.ts';
import { ASKS_MORE, GRAVE_METHODS, SCOPE_TEXTS } from './scope-words.ts';

const ADMIN = 'operator.admin';
const GRAVE = new Map(Object.keys(GRAVE_METHODS).map((method, n) => [method, n]));
/** Names are a gateway's word: longer ones are cut, and no more are listed than a page can hold. */
const NAME_LENGTH = 100;
const MOST_NAMES = 5000;
/** What the practice gateway puts behind its version. */
const PRACTICE = '-practice';

/** The scope with which each is compared: the largest that it contains. */
const OVER: Readonly<Record<string, string>> = {
  [ADMIN]: 'operator.write',
  'operator.write': 'operator.read',
  'operator.sessions.write': 'operator.sessions.read',
};

const byWeight = (a: string, b: string) => (GRAVE.get(a) ?? GRAVE.size) - (GRAVE.get(b) ?? GRAVE.size) || (a < b ? -1 : 1);

function textOf(table: MethodTable, listed: ReadonlySet<string>, method: string): string | undefined {
  const said = [
    Object.hasOwn(GRAVE_METHODS, method) ? GRAVE_METHODS[method] : undefined,
    table.version !== '2026.4.14' && Object.hasOwn(ASKS_MORE, method) ? ASKS_MORE[method] : undefined,
    listed.size > 0 && !listed.has(method) ? 'answered although the gateway does not list it' : undefined,
  ].filter((part) => part !== undefined);
  return said.length > 0 ? said.join('; ') : undefined;
}

/**
 * `offered` is the gateway's own list of methods (hello's features.methods), undefined while it is away. `answersMore` is false for a
 * gateway that answers nothing but what it lists. A method of which no scope is known stands in `unknown`, never under a guess.
 */
export function scopeBook(input: {
  gateway: string;
  version: string | undefined;
  offered: readonly string[] | undefined;
  answersMore: boolean;
}): ScopeBook {
  const table = tableFor(input.version);
  // The practice gateway marks its version; it answers as the one that it is named after.
  const isPractice = input.version?.endsWith(PRACTICE) === true;
  const isKnownVersion = (isPractice ? input.version?.slice(0, -PRACTICE.length) : input.version) === table.version;
  // It offers a handful of methods; its book is that of a gateway of its version, lest admin look small.
  const offered = isPractice ? undefined : input.offered;
  const listed = new Set((offered ?? []).filter((name) => name.length <= NAME_LENGTH).slice(0, MOST_NAMES));
  const more = input.answersMore && isKnownVersion ? [...table.unlisted] : [];
  const methods = listed.size > 0 ? [...new Set([...listed, ...more])] : [...table.scopesOf.keys()];
  const isOperators = (method: string) => !table.forNodes.has(method) && method !== 'connect';
  const known = methods.filter(isOperators).flatMap((method) => {
    const scopes = scopesFor(table, method);
    return scopes ? [{ method, scopes }] : [];
  });

  const opens = (scope: string): string[] => {
    const held = new Set([scope, ...(table.contains[scope] ?? [])]);
    return known
      .filter(({ scopes }) => scope === ADMIN || scopes.some((one) => held.has(one)))
      .map(({ method }) => method)
      .sort(byWeight);
  };

  const meaning = (scope: string): ScopeMeaning => {
    const text = SCOPE_TEXTS[scope] ?? { title: scope, sentence: 'Nobody here can say what it gives.' };
    const may = opens(scope);
    const base = OVER[scope];
    const before = new Set(base === undefined ? [] : opens(base));
    return {
      scope,
      ...text,
      methods: may.map((method) => ({ method, ...present({ text: textOf(table, listed, method) }) })),
      ...(base === undefined ? {} : { over: { scope: base, methods: may.filter((method) => !before.has(method)) } }),
    };
  };

  return {
    gateway: input.gateway,
    ...present({ version: input.version }),
    source: listed.size > 0 ? 'gateway' : isKnownVersion ? 'version' : 'unknown',
    table: isKnownVersion ? (input.version ?? table.version) : table.version,
    scopes: table.scopes.map(meaning),
    unknown: methods.filter((method) => isOperators(method) && scopesFor(table, method) === undefined).sort(),
  };
}
