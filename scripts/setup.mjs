// Gets the tree ready to run: dependencies as the lock names them, and a Node that is new enough.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Type stripping without a flag, node:sqlite without a warning and crypto.argon2 together come with this version. */
const OLDEST_NODE = [24, 7];

/** Whether a Node version (`24.7.0`) can run the server. */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/**
 * The Node that the lock brings along for this machine, or undefined.
 * @param {string} root
 * @param {string} [platform]
 * @param {string} [arch]
 */
export function bundledNode(root, platform = process.platform, arch = process.arch) {
  const os = platform === 'win32' ? 'win' : platform;
  const binary = platform === 'win32' ? 'node.exe' : 'node';
  // The package for Apple silicon goes by another name than its siblings.
  const names = [`node-${os}-${arch}`, `node-bin-${os}-${arch}`];
  return names.map((name) => join(root, 'node_modules', name, 'bin', binary)).find((path) => existsSync(path));
}

/** The Node to run everything under: this one when it is new enough, else the bundled one. Throws with what to do. */
export function pickNode(root) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const bundled = bundledNode(root);
  if (bundled) return bundled;
  throw new Error(
    `Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.version} and npm has none for ${process.platform}-${process.arch}. Install one from nodejs.org.`,
  );
}

/**
 * Whether node_modules holds what the lock names. `installed` is npm's own note of what it put there, so an install by
 * hand counts too. An optional package may be absent: it is for another platform.
 */
export function matchesLock(lock, installed) {
  return Object.entries(lock.packages).every(([key, wanted]) => {
    if (key === '') return true;
    const found = installed.packages[key];
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

function isInstalled(root) {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  try {
    const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
    return (
      matchesLock(read(join(root, 'package-lock.json')), read(note)) &&
      (isNewEnough(process.versions.node) || bundledNode(root) !== undefined)
    );
  } catch {
    return false; // A note that cannot be read is from an install that was cut short: install again.
  }
}

/** One line that says why npm failed and what to do, from its last words. */
export function explainInstallFailure(code, stderr) {
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/.test(stderr)) {
    return "The npm registry cannot be reached. Check the network and npm's registry and proxy settings, then run this again.";
  }
  if (/ENOSPC/.test(stderr)) return 'The disk is full. Free about 1 GB and run this again.';
  if (/EACCES|EPERM|EROFS/.test(stderr)) return 'This folder cannot be written. Mend its permissions and run this again.';
  if (/EUSAGE/.test(stderr)) return 'package.json and package-lock.json disagree. Run npm install, then npm run lock.';
  if (/ENOENT/.test(stderr) && code === 127) return 'npm was not found. Install Node with npm and run this again.';
  if (/E40[0-9]|EINTEGRITY/.test(stderr)) return 'The npm registry does not give a package that the lock names. Run npm ci to see which.';
  return `npm ci ended with exit code ${code}. Run npm ci to see its whole log.`;
}

/** Shows that a long step is still alive: a counting line on a terminal, a line every 15 s elsewhere. Answers a stop function. */
function showProgress(text, say) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const tty = process.stdout.isTTY;
  say(`${text} ...`);
  const timer = setInterval(
    () => (tty ? process.stdout.write(`\r[gatehouse] ${text} ... ${seconds()} s`) : say(`still at it, ${seconds()} s`)),
    tty ? 1000 : 15_000,
  );
  return () => {
    clearInterval(timer);
    if (tty) process.stdout.write('\r\x1b[K');
    return seconds();
  };
}

/** The environment without the secrets that only the console itself may see: installing and building run other people's code. */
export function withoutSecrets(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:GATEHOUSE|OPENCLAW)_.*(?:TOKEN|PASSWORD)$/.test(name)));
}

/** Installs the dependencies unless they are there. Answers whether it installed; throws with one clear line. */
export async function install({ root, children, say }) {
  if (isInstalled(root)) return false;
  // Under the Node and npm of the machine: the bundled Node lies inside the folder that npm is about to replace.
  const own = join(root, 'node_modules', '.bin');
  const env = {
    ...withoutSecrets(process.env),
    PATH: (process.env.PATH ?? '')
      .split(delimiter)
      .filter((folder) => folder !== own)
      .join(delimiter),
  };
  const cli = process.env.npm_execpath;
  const npm = cli && /npm-cli\.c?js$/.test(cli) ? [process.env.npm_node_execpath ?? process.execPath, cli] : ['npm'];
  const [command = 'npm', ...before] = npm;
  const flags = [
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retry-mintimeout=2000',
    '--fetch-retry-maxtimeout=10000',
  ];
  const stop = showProgress('Installing the dependencies from npm (once, about half a minute)', say);
  // Asked to stop, npm would roll back for half a minute; what a killed one leaves is installed anew next time.
  const { code, stderr } = await children.run(command, [...before, 'ci', ...flags], {
    cwd: root,
    env,
    capture: true,
    quiet: true,
    hard: true,
  });
  const seconds = stop();
  if (children.stopped()) return false;
  if (code !== 0) throw new Error(explainInstallFailure(code, stderr));
  say(`Dependencies ready in ${seconds} s.`);
  return true;
}
