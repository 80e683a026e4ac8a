// Keeps package-lock.json usable everywhere. npm drops optional platform packages that its registry does not hold, and
// `npm ci` then refuses the lock; and npm writes the registry's address beside each package, which is nobody else's business.
// Run by `npm run lock` after every change of the dependencies.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const SYSTEMS = new Map(
  ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openbsd', 'netbsd', 'openharmony', 'sunos', 'aix'].map((os) => [os, os]),
)
  .set('windows', 'win32')
  .set('win', 'win32');
const PROCESSORS = new Map(['arm64', 'arm', 'x64', 'ia32', 'riscv64', 'ppc64', 's390x', 'loong64', 'wasm32'].map((cpu) => [cpu, cpu])).set(
  'aarch64',
  'arm64',
);

/** The lock entry of a platform package that npm left out, read from its name; undefined when the name tells no platform. */
export function platformEntry(name, range, dev) {
  const parts = name.split(/[-/]/);
  const find = (table) => parts.map((part) => table.get(part)).find(Boolean);
  const os = find(SYSTEMS);
  const cpu = find(PROCESSORS);
  if (!os && !cpu) return undefined;
  // Without `libc` the musl twin of a package would be fetched on glibc machines too.
  const libc = parts.includes('musl') ? 'musl' : os === 'linux' && parts.includes('gnu') ? 'glibc' : undefined;
  return {
    version: range.replace(/^[\^~=v]+/, ''),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(dev ? { dev: true } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    os: [os ?? 'none'],
  };
}

/** Answers the filled lock, what was added, and which missing optional packages tell no platform. The input stays as it is. */
export function fillLock(lock) {
  const packages = {};
  for (const [key, entry] of Object.entries(lock.packages)) {
    const { resolved: _address, ...rest } = entry;
    packages[key] = entry.link ? entry : rest;
  }
  const added = [];
  const unknown = [];
  for (const [key, entry] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const top = `node_modules/${name}`;
      if (packages[top] || packages[key ? `${key}/${top}` : top]) continue;
      const filled = platformEntry(name, range, entry.dev === true);
      if (filled) packages[top] = filled;
      (filled ? added : unknown).push(`${name}@${range}`);
    }
  }
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { lock: { ...lock, packages: sorted }, added, unknown };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = process.argv[2] ?? 'package-lock.json';
  const before = readFileSync(file, 'utf8');
  const { lock, added, unknown } = fillLock(JSON.parse(before));
  const after = `${JSON.stringify(lock, null, 2)}\n`;
  if (after !== before) writeFileSync(file, after);
  console.log(added.length ? `Added ${added.length} platform packages: ${added.join(' ')}` : 'No platform package was missing.');
  if (unknown.length) {
    console.error(`Optional packages without a platform in their name, left alone: ${unknown.join(' ')}`);
    process.exitCode = 1;
  }
}
