// Which scope each method needs, by version: the generated tables, what plugins that come with a gateway add, and what contains what.
import { METHODS_2026_4_14 } from './methods-2026.4.14.ts';
import { METHODS_2026_9_6 } from './methods-2026.9.6.ts';

export type MethodTable = {
  /** The version that it was made from. */
  version: string;
  /** Each method with the scopes of which one is enough to call it. */
  scopesOf: ReadonlyMap<string, readonly string[]>;
  /** Answered although the gateway's own list does not name them. */
  unlisted: ReadonlySet<string>;
  /** For connections of role node only. */
  forNodes: ReadonlySet<string>;
  scopes: readonly string[];
  /** What a scope contains, directly or not; admin contains all and is left out. */
  contains: Readonly<Record<string, readonly string[]>>;
};

/** Plugins that come with a gateway: asked live, for their scopes stand in no table. */
const PLUGINS_2026_4_14 = { 'operator.write': 'browser.request' };
const PLUGINS_2026_9_6 = {
  'operator.admin': 'browser.request memory.sessionBackfill.apply memory.sessionBackfill.rollback',
  'operator.read': 'github.detail github.image github.preview memory.sessionBackfill.preview',
};

/** Names under these need admin unless the table says otherwise, on both versions. */
const RESERVED = ['exec.approvals.', 'config.', 'wizard.', 'update.'];

const words = (text: string | undefined) => (text ?? '').split(/\s+/).filter((word) => word !== '');

function tableOf(
  version: string,
  methods: Readonly<Record<string, string>>,
  plugins: Readonly<Record<string, string>>,
  scopes: readonly string[],
  contains: MethodTable['contains'],
): MethodTable {
  const scopesOf = new Map<string, string[]>();
  for (const scope of scopes)
    for (const method of [...words(methods[scope]), ...words(plugins[scope])])
      scopesOf.set(method, [...(scopesOf.get(method) ?? []), scope]);
  return { version, scopesOf, unlisted: new Set(words(methods.unlisted)), forNodes: new Set(words(methods.node)), scopes, contains };
}

const OLDER = ['operator.read', 'operator.write', 'operator.approvals', 'operator.pairing', 'operator.talk.secrets', 'operator.admin'];
const SESSIONS = ['operator.sessions.read', 'operator.sessions.write'];
const NEWER = [...SESSIONS, 'operator.read', 'operator.talk', 'operator.write', 'operator.questions', ...OLDER.slice(2)];

/** The tables of the proven versions, the older first. Made anew at each call. */
export function methodTables(): [MethodTable, MethodTable] {
  return [
    tableOf('2026.4.14', METHODS_2026_4_14, PLUGINS_2026_4_14, OLDER, { 'operator.write': ['operator.read'] }),
    tableOf('2026.9.6', METHODS_2026_9_6, PLUGINS_2026_9_6, NEWER, {
      'operator.sessions.write': ['operator.sessions.read'],
      'operator.read': ['operator.sessions.read'],
      'operator.write': ['operator.read', 'operator.talk', ...SESSIONS],
    }),
  ];
}

/** Months since the year 0, for versions like 2026.9.6; undefined for another kind of version. */
function monthOf(version: string): number | undefined {
  const found = /^(\d{4})\.(\d{1,2})\./.exec(version);
  return found ? Number(found[1]) * 12 + Number(found[2]) : undefined;
}

/** The table of a version, or of the nearest known one: by month, and the newer one where nothing can be said. */
export function tableFor(version: string | undefined): MethodTable {
  const [older, newer] = methodTables();
  if (version === older.version) return older;
  const month = version === undefined ? undefined : monthOf(version);
  if (month === undefined) return newer;
  const far = (table: MethodTable) => Math.abs((monthOf(table.version) ?? 0) - month);
  return far(older) < far(newer) ? older : newer;
}

/** The scopes of which one is enough for a method; undefined where none is known. The gateway asks admin for such a method. */
export function scopesFor(table: MethodTable, method: string): readonly string[] | undefined {
  const known = table.scopesOf.get(method);
  if (known) return known;
  return RESERVED.some((prefix) => method.startsWith(prefix)) ? ['operator.admin'] : undefined;
}
