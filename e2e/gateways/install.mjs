// Gets a real OpenClaw gateway from npm into a cache outside the checkout, with the Node that it needs.
// Plain JS, so that it runs before and after the checkout's own dependencies exist.
// Two installs at once are safe: each builds in a folder of its own and renames it into place.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The versions that the product is proven on, newest first, with the Node that runs each. */
export const GATEWAYS = [
  { version: '2026.9.6', node: '24.21.0', overrides: {} },
  // One dependency of 2026.4.14 lives in a git repository that npm cannot always reach; only the WhatsApp channel uses it.
  { version: '2026.4.14', node: '22.23.3', overrides: { libsignal: 'npm:is-number@7.0.0' } },
];

/** The cache folder: `$XDG_CACHE_HOME/gatehouse` or `~/.cache/gatehouse`. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gatehouse');
}

/** Where an installed gateway lives: its launcher and the Node binary to run it with. */
export function gatewayPaths(version) {
  const entry = GATEWAYS.find((g) => g.version === version);
  if (!entry) throw new Error(`no gateway version ${version} in the list of proven ones`);
  const root = join(cacheFolder(), `openclaw-${version}`);
  return {
    version,
    root,
    launcher: join(root, 'node_modules', 'openclaw', 'openclaw.mjs'),
    node: join(root, 'node_modules', '.bin', 'node'),
  };
}

/** Whether a gateway version is installed whole. */
export function isInstalled(version) {
  const paths = gatewayPaths(version);
  return existsSync(paths.launcher) && existsSync(paths.node);
}

function npm(folder, args) {
  return new Promise((resolve, reject) => {
    const path = join(folder, 'node_modules', '.bin') + delimiter + (process.env.PATH ?? '');
    const child = spawn('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      env: { ...process.env, PATH: path, OPENCLAW_SKIP_CHANNELS: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32',
    });
    let stderr = '';
    child.stderr.on('data', (d) => {
      stderr = (stderr + d).slice(-2000);
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`npm ${args[0]} ended with ${code}: ${stderr.trim()}`))));
  });
}

/** Installs one version unless it is there. Answers its paths; throws with npm's last words. */
export async function installGateway(version, say = () => {}) {
  const entry = GATEWAYS.find((g) => g.version === version);
  if (!entry) throw new Error(`no gateway version ${version} in the list of proven ones`);
  const paths = gatewayPaths(version);
  if (isInstalled(version)) return paths;
  if (process.platform !== 'linux') throw new Error('real gateways are installed for tests on Linux only');
  const folder = `${paths.root}.new-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    const cpu = process.arch === 'arm64' ? 'arm64' : 'x64';
    const started = Date.now();
    say(`Installing OpenClaw ${version} from npm into the cache (once; up to 4 minutes) ...`);
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: 'cache', private: true, overrides: entry.overrides })}\n`);
    // Node first: the gateway's install script checks the Node that runs it.
    await npm(folder, ['install', '--save-exact', `node-linux-${cpu}@${entry.node}`]);
    await npm(folder, ['install', '--save-exact', `openclaw@${version}`]);
    try {
      renameSync(folder, paths.root);
    } catch (error) {
      if (!isInstalled(version)) {
        rmSync(paths.root, { recursive: true, force: true });
        renameSync(folder, paths.root);
      } else if (!(error instanceof Error)) throw error;
    }
    say(`OpenClaw ${version} ready in ${Math.round((Date.now() - started) / 1000)} s.`);
    return paths;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const wanted = process.argv.slice(2);
  for (const version of wanted.length ? wanted : GATEWAYS.map((g) => g.version)) await installGateway(version, console.log);
}
