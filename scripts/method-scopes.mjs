// Writes lib/scopes/methods-<version>.ts from an installed gateway of that version: which scope each of its methods needs.
// The gateway's own resolver is asked, so nothing is copied but names. Run: node scripts/method-scopes.mjs 2026.9.6
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gatewayPaths } from '../e2e/gateways/install.mjs';

const RESOLVER = 'resolveLeastPrivilegeOperatorScopesForMethod';
const NAMES = 'listCoreGatewayMethodNames';
const WIDTH = 130;

/** The published files of a gateway that hold a text, with that text. */
function filesWith(dist, text) {
  return readdirSync(dist)
    .filter((name) => /\.m?js$/.test(name))
    .map((name) => ({ path: join(dist, name), source: readFileSync(join(dist, name), 'utf8') }))
    .filter(({ source }) => source.includes(text));
}

/** What a bundled file exports under a name of its source. */
function exported(module, source, name) {
  const as = new RegExp(`\\b${name} as (\\w+)`).exec(source.slice(source.lastIndexOf('export {')))?.[1];
  return module[as ?? name];
}

/** The names between the brackets of a list of the source. */
function listed(source, name) {
  const from = source.indexOf(`const ${name} = [`);
  return from < 0 ? [] : [...source.slice(from, source.indexOf(']', from)).matchAll(/"([\w.-]+)"/g)].map(([, method]) => method);
}

/** The text of the data file for an installed version. Throws where the gateway is built in another way than the known ones. */
export async function methodScopesFile(version) {
  const dist = join(dirname(gatewayPaths(version).launcher), 'dist');
  const [table] = filesWith(dist, `function ${RESOLVER}(`);
  if (!table) throw new Error(`${dist} holds no ${RESOLVER}`);
  const module = await import(pathToFileURL(table.path).href);
  const scopesOf = exported(module, table.source, RESOLVER);
  const isNodes = exported(module, table.source, 'isNodeRoleMethod');
  // 2026.9.6: scopes that open methods of sessions in place of read and write.
  const sessionScopeOf = exported(module, table.source, 'resolveSessionMethodScope') ?? (() => undefined);
  const advertised = new Set(
    exported(module, table.source, 'listCoreAdvertisedGatewayMethodNames')?.() ??
      filesWith(dist, 'const BASE_METHODS = [').flatMap(({ source }) => listed(source, 'BASE_METHODS')),
  );
  // 2026.4.14 has no list of names to ask: those of its table, and those that it offers.
  const names =
    exported(module, table.source, NAMES)?.() ??
    [...table.source.matchAll(/"([a-z][\w-]*(?:\.[\w-]+)*)"/g)].map(([, name]) => name).concat([...advertised]);
  const byScope = new Map();
  for (const method of [...new Set(names)].sort()) {
    const scope = isNodes(method) ? 'node' : scopesOf(method, {})[0];
    if (scope === undefined || method === 'connect') continue;
    const also = scope === 'node' ? undefined : sessionScopeOf(method, {});
    const under = [scope, also, advertised.has(method) || scope === 'node' ? undefined : 'unlisted'];
    for (const key of new Set(under)) if (key !== undefined) byScope.set(key, [...(byScope.get(key) ?? []), method]);
  }
  const entries = [...byScope].sort(([a], [b]) => (a < b ? -1 : 1)).map(([scope, methods]) => entry(scope, methods));
  const key = version.replaceAll('.', '_');
  return `// Which scope each method of openclaw@${version} needs, asked of its own resolver. Made by: node scripts/method-scopes.mjs ${version}\n\n/** By scope, names apart by white space; \`node\` is for role node, \`unlisted\` is answered but not in its list of methods. */\nexport const METHODS_${key}: Readonly<Record<string, string>> = {\n${entries.join('')}};\n`;
}

function entry(scope, methods) {
  const lines = [''];
  for (const method of methods) {
    const last = lines.at(-1);
    if (last !== '' && last.length + 1 + method.length > WIDTH) lines.push(method);
    else lines[lines.length - 1] = last === '' ? method : `${last} ${method}`;
  }
  return `  ${/^\w+$/.test(scope) ? scope : `'${scope}'`}: \`\n${lines.map((line) => `    ${line}\n`).join('')}  \`,\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const version of process.argv.slice(2)) {
    const path = join(dirname(fileURLToPath(import.meta.url)), '..', 'lib', 'scopes', `methods-${version}.ts`);
    writeFileSync(path, await methodScopesFile(version));
    process.stdout.write(`${path}\n`);
  }
}
