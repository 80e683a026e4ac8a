// Where in a rules file something stands, so that a message can point at it. JSON is read with the same positions, as it is YAML too.
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, visit } from 'yaml';

export type Step = string | number;
export type Place = { line?: number; column?: number };

/** A path as a person reads it: `rules[2].scopes[0]`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${String(step).slice(0, 60)}`))
    .join('')
    .slice(0, 200);

/** Finds the line and column of a path, or of the innermost part of it that is there. `key` asks for the field's name, not its value. */
export function createPlaces(document: Document, lines: LineCounter) {
  const at = (offset: number | undefined): Place => {
    if (offset === undefined) return {};
    const { line, col } = lines.linePos(offset);
    return line === 0 ? {} : { line, column: col };
  };
  const startOf = (node: unknown): number | undefined => (isNode(node) ? (node.range?.[0] ?? undefined) : undefined);

  return {
    at,
    of(path: readonly PropertyKey[], key?: string): Place {
      let node: unknown = document.contents;
      let start = startOf(node);
      for (const step of key === undefined ? path : [...path, key]) {
        if (isAlias(node)) node = node.resolve(document);
        let next: unknown;
        let name: unknown;
        if (isMap(node)) {
          const pair = node.items.find((item) => (isScalar(item.key) ? item.key.value : item.key) === step);
          next = pair?.value;
          name = pair?.key;
        } else if (isSeq(node) && typeof step === 'number') next = node.items[step];
        const found = (key !== undefined && step === key ? startOf(name) : startOf(next)) ?? startOf(name);
        if (found === undefined) break;
        start = found;
        node = next;
      }
      return at(start);
    },
  };
}

export type Places = ReturnType<typeof createPlaces>;

/**
 * Where the names of fields stand that their group has already. The parser would compare each with every other, which takes seconds for
 * thousands of them, and everything else in this process would wait.
 */
export function fieldsTwice(document: Document): number[] {
  const found: number[] = [];
  visit(document, {
    Map(_key, map) {
      const names = new Set<unknown>();
      for (const { key } of map.items) {
        const name: unknown = isScalar(key) ? key.value : key;
        if (names.has(name) && isNode(key) && key.range) found.push(key.range[0]);
        names.add(name);
      }
    },
  });
  return found;
}
