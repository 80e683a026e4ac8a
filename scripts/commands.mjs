// What each npm script does. Every one of them first makes the tree ready, so that a fresh clone needs a single command.
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { createChildren } from './children.mjs';
import { SERVER_FLAGS } from './server-flags.mjs';
import { install, pickNode } from './setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const say = (text) => console.log(`[gatehouse] ${text}`);

/** The environment of everything that we start: our tools first, nothing phoned home. */
function environment(node) {
  return {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: '1',
    // Compiled code is kept between starts: about a third of the time to ready.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node'),
    PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
  };
}

/**
 * Hands the terminal over to a program for good. Where Node can, it takes the place of this process: one process less, and
 * signals and exit code are its own.
 */
async function become(node, args, env, children) {
  if (children.stopped()) return 1;
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    children.dispose();
    process.execve(node, [node, ...args], env);
  }
  return (await children.run(node, args, { cwd: root, env })).code;
}

/** Runs one command of package.json. Answers its exit code; throws with one clear line. */
export async function runCommand(command, args, usage) {
  process.chdir(root);
  const children = createChildren();
  if (!usage.split(' | ').includes(command)) {
    console.error(`[gatehouse] Unknown command ${JSON.stringify(command)}. There are: ${usage}`);
    return 2;
  }
  await install({ root, children, say });
  if (children.stopped()) return 1;
  const node = pickNode(root);
  const env = environment(node);
  const context = { root, node, env, children, say, args };
  const needsBuild = ['start', 'build', 'bench', 'e2e'].includes(command);
  if (needsBuild) {
    const code = await build(context);
    if (children.stopped()) return 1;
    if (code !== 0) {
      console.error('[gatehouse] The pages could not be built, see above.');
      return code;
    }
  }
  switch (command) {
    case 'build':
      say('The pages are built. Nothing was started.');
      return 0;
    case 'start':
      return become(node, [...SERVER_FLAGS, 'server.ts', ...args], { ...env, NODE_ENV: 'production' }, children);
    case 'dev':
      return become(node, ['server.ts', ...args], { ...env, NODE_ENV: 'development' }, children);
    case 'gatehouse':
      return become(node, ['scripts/gatehouse.ts', ...args], env, children);
    case 'bench':
      return become(node, ['bench/run.ts', ...args], env, children);
    default: {
      const { runTests } = await import('./test.mjs');
      return runTests(command, context);
    }
  }
}
