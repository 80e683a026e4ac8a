// Finds or gets a Chromium for the browser tests, in the order: named, installed, Playwright's cache, download, Debian.
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
const IN_CACHE = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-linux/headless_shell',
  'chrome-headless-shell-linux64/chrome-headless-shell',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-headless-shell-mac-arm64/chrome-headless-shell',
];

/** The arguments that every browser of ours gets: root in a container needs no sandbox, and nothing may phone home. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const DOWNLOAD_LIMIT_MS = 20_000;

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function inCache(env) {
  const home = homedir();
  const folder =
    env.PLAYWRIGHT_BROWSERS_PATH ||
    (process.platform === 'darwin'
      ? join(home, 'Library/Caches/ms-playwright')
      : join(env.XDG_CACHE_HOME || join(home, '.cache'), 'ms-playwright'));
  let entries = [];
  try {
    entries = readdirSync(folder).filter((name) => /^chromium/.test(name));
  } catch {
    return undefined; // No cache yet.
  }
  // Whole browsers before headless shells, newest first.
  const order = (name) => (name.startsWith('chromium-') ? 1e9 : 0) + Number(name.split('-').at(-1));
  entries.sort((a, b) => order(b) - order(a));
  return entries.flatMap((name) => IN_CACHE.map((path) => join(folder, name, path))).find(isProgram);
}

/**
 * The path of a Chromium on this machine, or undefined. Throws when CHROMIUM_PATH names something that is no program.
 * @param {Record<string, string | undefined>} [env]
 */
export function findChromium(env = process.env) {
  if (env.CHROMIUM_PATH) {
    if (isProgram(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH;
    throw new Error(`CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which is not a program.`);
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const installed = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
  return installed ?? (process.platform === 'darwin' ? MAC_APPS.find(isProgram) : undefined) ?? inCache(env);
}

/**
 * Finds a Chromium or gets one: Playwright's download within 20 s, and in CI Debian's package. Answers its path; throws
 * with what to do. `children.run` runs a command to its end, `root` is the folder of package.json.
 */
export async function getChromium({ root, node, env, children, say }) {
  const found = findChromium(env);
  if (found) return found;
  const starts = async (path) => path && (await children.run(path, ['--version'], { env, quiet: true })).code === 0;
  say('No Chromium found; asking Playwright for one (20 s at most) ...');
  await children.run(node, [join(root, 'node_modules/@playwright/test/cli.js'), 'install', '--only-shell', 'chromium'], {
    env,
    quiet: true,
    limitMs: DOWNLOAD_LIMIT_MS,
  });
  const downloaded = inCache(env);
  if (await starts(downloaded)) return downloaded;
  if (env.CI && process.platform === 'linux') {
    say("Installing Debian's chromium ...");
    const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, quiet: true, capture: true };
    await children.run('apt-get', ['update', '-qq'], quiet);
    const { code, stderr } = await children.run(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'],
      quiet,
    );
    if (code !== 0) throw new Error(`apt-get could not install chromium: ${stderr.trim().split('\n').at(-1) ?? code}`);
    const packaged = findChromium(env);
    if (packaged) return packaged;
  }
  throw new Error('No Chromium for the browser tests. Install one (apt install chromium), or set CHROMIUM_PATH to its program.');
}
