// How a scope book is laid out for a person: the gravest methods with their words, the rest by family. Pure.
import type { ScopeBook, ScopeMeaning } from '#lib/api/device-shapes.ts';

export type Opening = {
  /** What this scope itself brings and weighs most. */
  grave: { method: string; text: string }[];
  rest: string[];
  /** What the scope that it contains opens anyway. */
  contained: string[];
};

/** Divides what a scope opens. Order is kept: the book has the gravest first. */
export function openedBy({ methods, over }: ScopeMeaning): Opening {
  const own = over === undefined ? undefined : new Set(over.methods);
  const opening: Opening = { grave: [], rest: [], contained: [] };
  for (const { method, text } of methods) {
    if (own !== undefined && !own.has(method)) opening.contained.push(method);
    else if (text === undefined) opening.rest.push(method);
    else opening.grave.push({ method, text });
  }
  return opening;
}

/** How many of the methods that a scope adds no other scope of the book opens: what somebody loses who narrows it away. */
export function aloneIn({ scopes }: Pick<ScopeBook, 'scopes'>, meaning: ScopeMeaning): number {
  const elsewhere = new Set(
    scopes.flatMap(({ scope, methods }) =>
      scope === meaning.scope || scope === 'operator.admin' ? [] : methods.map(({ method }) => method),
    ),
  );
  return (meaning.over?.methods ?? []).filter((method) => !elsewhere.has(method)).length;
}

/** Names by their part before the first dot, the largest family first. */
export function familiesOf(methods: readonly string[]): { family: string; names: string[] }[] {
  const families = Map.groupBy(methods, (method) => method.split('.', 1)[0] ?? method);
  return [...families]
    .map(([family, names]) => ({ family, names }))
    .sort((a, b) => b.names.length - a.names.length || (a.family < b.family ? -1 : 1));
}

/** What makes a book less than exact; undefined where nothing does. */
export function bookNote({ source, version, table }: ScopeBook): string | undefined {
  const nearest = version !== undefined && version !== table;
  if (source === 'gateway')
    return nearest
      ? `These are the methods that it offers; which scope each needs is taken from ${table}, the nearest version known here.`
      : undefined;
  if (version?.endsWith('-practice') === true)
    return `These are the methods of a real gateway of ${version.slice(0, -'-practice'.length)}. The practice gateway answers few of them.`;
  if (source === 'version') return `The gateway is away: these are the methods of version ${table}, without those of its plugins.`;
  return `${version === undefined ? 'Its version is not known' : `Version ${version} is not known here`}: these are the methods of ${table}, the nearest one.`;
}
