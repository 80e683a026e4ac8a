// Finds the route for a method and a path below /api/v1.
import type { Route } from './route.ts';

export type Match =
  | { kind: 'found'; route: Route; params: ReadonlyMap<string, string> }
  | { kind: 'wrong-method'; allow: string }
  | { kind: 'unknown' };

function decoded(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function paramsOf(pattern: readonly string[], path: readonly string[]): Map<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, part] of pattern.entries()) {
    const value = path[index];
    if (value === undefined) return undefined;
    if (part.startsWith(':')) {
      if (value === '') return undefined;
      params.set(part.slice(1), value);
    } else if (part !== value) return undefined;
  }
  return params;
}

/** Compiles a table of routes. A fixed path wins over one with parts: `/rules/templates` over `/rules/:id`. HEAD finds GET. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const table = routes
    .map((route) => ({ route, pattern: route.path.split('/') }))
    .sort((a, b) => a.pattern.filter((part) => part.startsWith(':')).length - b.pattern.filter((part) => part.startsWith(':')).length);
  return (method, path) => {
    const segments = decoded(path.split('/'));
    if (!segments) return { kind: 'unknown' };
    const wanted = method === 'HEAD' ? 'GET' : method;
    const allow = new Set<string>();
    for (const { route, pattern } of table) {
      const params = paramsOf(pattern, segments);
      if (!params) continue;
      if (route.method === wanted) return { kind: 'found', route, params };
      allow.add(route.method);
      if (route.method === 'GET') allow.add('HEAD');
    }
    return allow.size > 0 ? { kind: 'wrong-method', allow: [...allow].sort().join(', ') } : { kind: 'unknown' };
  };
}
