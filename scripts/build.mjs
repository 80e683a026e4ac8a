// Builds the pages only when something that goes into them changed, and finds that out in a few milliseconds.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutSecrets } from './setup.mjs';

const INPUTS = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
const NOTE = '.next/gatehouse-build.json';

function listFiles(root, path, into) {
  const full = join(root, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (!stat) return into;
  if (!stat.isDirectory()) {
    if (!/\.test\.tsx?$/.test(path)) into.push({ path, full, stamp: `${path} ${stat.size} ${stat.mtimeMs}` });
    return into;
  }
  for (const name of readdirSync(full).sort()) listFiles(root, `${path}/${name}`, into);
  return into;
}

/** Two fingerprints of all that goes into the build: sizes and times (cheap), and contents (survives a checkout). */
export function fingerprint(root) {
  const files = INPUTS.flatMap((input) => listFiles(root, input, []));
  const hash = (parts) => parts.reduce((sum, part) => sum.update(part).update('\0'), createHash('sha256')).digest('hex');
  return {
    times: hash(files.map((file) => file.stamp)),
    contents: () => hash(files.flatMap((file) => [file.path, readFileSync(file.full)])),
  };
}

function readNote(root) {
  try {
    return existsSync(join(root, '.next', 'BUILD_ID')) ? JSON.parse(readFileSync(join(root, NOTE), 'utf8')) : {};
  } catch {
    return {}; // No note, or half of one: build again.
  }
}

/** Builds if needed. Answers the exit code of `next build`, 0 when there was nothing to do. */
export async function build({ root, node, env, children, say }) {
  const now = fingerprint(root);
  const last = readNote(root);
  if (last.times === now.times) return 0;
  const contents = now.contents();
  const note = JSON.stringify({ times: now.times, contents });
  if (last.contents !== contents) {
    say('Building the pages (about 10 s) ...');
    rmSync(join(root, NOTE), { force: true });
    const started = Date.now();
    const { code, stderr } = await children.run(node, [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
      cwd: root,
      env: { ...withoutSecrets(env), NODE_ENV: 'production' },
      quiet: !env.CI,
      capture: !env.CI,
    });
    if (code !== 0) {
      if (stderr) console.error(stderr.trim());
      return code;
    }
    say(`Pages built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  }
  writeFileSync(join(root, NOTE), note);
  return 0;
}
