import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Env, Settings } from '../settings.ts';
import { type Discovery, discoverGateway } from './discover.ts';

const NO_SETTINGS: Pick<Settings, 'gatewayUrl' | 'gatewayAuth'> = { gatewayAuth: {} };
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gatehouse-discover-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function write(path: string, content: unknown): string {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content));
  return full;
}

const discover = (env: Env = {}, settings = NO_SETTINGS): Discovery => discoverGateway({ env, home, settings });

function found(env: Env = {}, settings = NO_SETTINGS) {
  const result = discover(env, settings);
  if (result.kind !== 'found')
    throw new Error(`expected a gateway, got ${result.kind}: ${result.kind === 'broken' ? result.problem.message : ''}`);
  return result;
}

function brokenText(env: Env = {}): string {
  const result = discover(env);
  expect(result.kind).toBe('broken');
  if (result.kind !== 'broken') return '';
  expect(result.problem.code).toBe('gateway-config-broken');
  return result.problem.message;
}

const withToken = (token: unknown, more: object = {}) => ({ gateway: { auth: { mode: 'token', token } }, ...more });

describe('where a gateway is looked for', () => {
  it('answers none only when nothing at all speaks of a gateway', () => {
    expect(discover({ PATH: '/bin', HOME: home })).toEqual({ kind: 'none' });
    mkdirSync(join(home, '.openclaw'));
    expect(discover()).toEqual({ kind: 'none' });
  });

  it.each(['OPENCLAW_STATE_DIR', 'OPENCLAW_GATEWAY_PORT', 'OPENCLAW_GATEWAY_TOKEN', 'OPENCLAW_SKIP_CHANNELS'])(
    'takes %s alone as a sign of a gateway',
    (name) => {
      expect(found({ [name]: '19000' }).source).toBe('this-host');
    },
  );

  it('takes the state that a gateway left as a sign of it', () => {
    mkdirSync(join(home, '.openclaw', 'identity'), { recursive: true });
    expect(found().url).toBe('ws://127.0.0.1:18789');
  });

  it('reads the file in the home folder, as JSON5', () => {
    const configPath = write(
      '.openclaw/openclaw.json',
      "\uFEFF// mine\n{ gateway: { port: 19999, auth: { mode: 'token', token: 'abc', }, }, }",
    );
    expect(found()).toEqual({
      kind: 'found',
      source: 'this-host',
      url: 'ws://127.0.0.1:19999',
      auth: { token: 'abc' },
      stateDir: join(home, '.openclaw'),
      configPath,
      problems: [],
    });
  });

  it('follows OPENCLAW_HOME, OPENCLAW_STATE_DIR and OPENCLAW_CONFIG_PATH, each before the one it stands in for', () => {
    write('.openclaw/openclaw.json', withToken('default'));
    write('service/.openclaw/openclaw.json', withToken('by-home'));
    write('state/openclaw.json', withToken('by-state'));
    write('elsewhere.json', withToken('by-path'));
    expect(found({ OPENCLAW_HOME: '~/service' }).auth.token).toBe('by-home');
    expect(found({ OPENCLAW_HOME: '~/service', OPENCLAW_STATE_DIR: join(home, 'state') }).auth.token).toBe('by-state');
    const byPath = found({ OPENCLAW_STATE_DIR: join(home, 'state'), OPENCLAW_CONFIG_PATH: '~/elsewhere.json' });
    expect(byPath.auth.token).toBe('by-path');
    expect(byPath.stateDir).toBe(join(home, 'state'));
  });

  it('finds the folder and the file that an older version left', () => {
    write('.clawdbot/clawdbot.json', withToken('old'));
    expect(found()).toMatchObject({ auth: { token: 'old' }, stateDir: join(home, '.clawdbot') });
    write('.openclaw/openclaw.json', withToken('new'));
    expect(found()).toMatchObject({ auth: { token: 'new' }, stateDir: join(home, '.openclaw') });
  });

  it('does not read the home folder when a state folder is named', () => {
    write('.openclaw/openclaw.json', withToken('other'));
    expect(found({ OPENCLAW_STATE_DIR: join(home, 'empty') }).auth).toEqual({});
  });

  it.each([
    ['19001', 19001],
    ['127.0.0.1:19002', 19002],
    ['[::1]:19003', 19003],
    ['nonsense', 20000],
    ['0', 20000],
  ])('reads OPENCLAW_GATEWAY_PORT=%s as port %i', (text, port) => {
    write('.openclaw/openclaw.json', { gateway: { port: 20000, auth: { mode: 'none' } } });
    expect(found({ OPENCLAW_GATEWAY_PORT: text }).url).toBe(`ws://127.0.0.1:${port}`);
  });

  it('dials wss with the certificate of the gateway when it speaks TLS', () => {
    write('.openclaw/openclaw.json', { gateway: { tls: { enabled: true }, auth: { token: 't' } } });
    const certificate = write('.openclaw/gateway/tls/gateway-cert.pem', 'pem');
    expect(found()).toMatchObject({ url: 'wss://127.0.0.1:18789', trustFiles: [certificate] });
  });

  it('dials loopback whatever the gateway binds', () => {
    write('.openclaw/openclaw.json', { gateway: { bind: 'lan', auth: { token: 't' } } });
    expect(found().url).toBe('ws://127.0.0.1:18789');
  });
});

describe('a gateway named by a variable', () => {
  it('wins over the one of this host, and is not sent the secret of another', () => {
    write('.openclaw/openclaw.json', withToken('local'));
    const settings = { gatewayUrl: 'wss://far.example', gatewayAuth: {} };
    expect(found({ OPENCLAW_GATEWAY_TOKEN: 'local' }, settings)).toEqual({
      kind: 'found',
      source: 'environment',
      url: 'wss://far.example',
      auth: {},
      problems: [],
    });
  });

  it('keeps the state folder in mind when the address is loopback', () => {
    write('.openclaw/openclaw.json', withToken('local'));
    const result = found({}, { gatewayUrl: 'ws://localhost:5', gatewayAuth: { password: 'p' } });
    expect(result).toMatchObject({ auth: { password: 'p' }, stateDir: join(home, '.openclaw') });
  });

  it('takes OPENCLAW_GATEWAY_URL with the secret that stands beside it', () => {
    expect(found({ OPENCLAW_GATEWAY_URL: 'wss://far.example', OPENCLAW_GATEWAY_TOKEN: 't' })).toMatchObject({
      source: 'environment',
      url: 'wss://far.example',
      auth: { token: 't' },
    });
    expect(brokenText({ OPENCLAW_GATEWAY_URL: 'far.example' })).toContain('OPENCLAW_GATEWAY_URL');
  });
});

describe('the secret of a gateway on this host', () => {
  const config = (value: unknown) => write('.openclaw/openclaw.json', value);

  it('is what GATEHOUSE_GATEWAY_TOKEN says, before all else', () => {
    config(withToken('configured'));
    expect(found({}, { gatewayAuth: { token: 'given' } }).auth).toEqual({ token: 'given' });
  });

  it('is the configured one, and the environment only where none is configured, as for the gateway itself', () => {
    config(withToken('configured'));
    expect(found({ OPENCLAW_GATEWAY_TOKEN: 'env' }).auth).toEqual({ token: 'configured' });
    config({ gateway: { auth: { mode: 'token' } } });
    expect(found({ OPENCLAW_GATEWAY_TOKEN: 'env' }).auth).toEqual({ token: 'env' });
  });

  it('is the password when that is the mode, or when there is no mode and there is a password', () => {
    config({ gateway: { auth: { mode: 'password', password: 'p', token: 't' } } });
    expect(found().auth).toEqual({ password: 'p' });
    config({ gateway: { auth: { password: 'p', token: 't' } } });
    expect(found().auth).toEqual({ password: 'p' });
  });

  it('may stand in a variable: of the process, of the .env file or of the configuration', () => {
    config(withToken('${TOKEN_VAR}'));
    expect(found({ TOKEN_VAR: 'process' }).auth.token).toBe('process');
    write('.openclaw/.env', '# mine\nexport TOKEN_VAR="from file" # note\n');
    expect(found().auth.token).toBe('from file');
    expect(found({ TOKEN_VAR: 'process' }).auth.token).toBe('process');
    rmSync(join(home, '.openclaw/.env'));
    config(withToken('a-${TOKEN_VAR}-$${KEPT}', { env: { vars: { TOKEN_VAR: 'block' } } }));
    expect(found().auth.token).toBe('a-block-${KEPT}');
    config(withToken({ source: 'env', provider: 'default', id: 'TOKEN_VAR' }));
    expect(found({ TOKEN_VAR: 'referred' }).auth.token).toBe('referred');
  });

  it('names a variable that the console does not see, and the way out', () => {
    config(withToken('${ABSENT_VAR}'));
    const result = found();
    expect(result.auth).toEqual({});
    expect(result.problems[0]?.message).toMatch(/ABSENT_VAR.*GATEHOUSE_GATEWAY_TOKEN/);
  });

  it('is read from a file reference, by pointer or whole', () => {
    write('secrets.json', { 'a/b': { token: ' deep ' } });
    const secrets = { providers: { mine: { source: 'file', path: '~/secrets.json' } }, defaults: { file: 'mine' } };
    config(withToken({ source: 'file', provider: 'mine', id: '/a~1b/token' }, { secrets }));
    expect(found().auth.token).toBe('deep');
    config(withToken({ source: 'file', id: '/a~1b/token' }, { secrets }));
    expect(found().auth.token).toBe('deep');
    const path = write('whole', 'plain\n');
    config(
      withToken(
        { source: 'file', provider: 'w', id: 'value' },
        { secrets: { providers: { w: { source: 'file', path, mode: 'singleValue' } } } },
      ),
    );
    expect(found().auth.token).toBe('plain');
  });

  it.each([
    ['a link', (path: string) => symlinkSync(write('real', 'x'), path)],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['nothing', () => undefined],
  ])('is not read from %s', (_what, make) => {
    const path = join(home, 'secret');
    make(path);
    config(
      withToken(
        { source: 'file', provider: 'w', id: 'value' },
        { secrets: { providers: { w: { source: 'file', path, mode: 'singleValue' } } } },
      ),
    );
    const result = found();
    expect(result.auth).toEqual({});
    expect(result.problems[0]?.message).toContain('GATEHOUSE_GATEWAY_TOKEN');
  });

  it('is never fetched by running a program', () => {
    const marker = join(home, 'ran');
    const command = write('resolver', `#!/bin/sh\ntouch ${marker}\n`);
    execFileSync('chmod', ['+x', command]);
    config(withToken({ source: 'exec', provider: 'vault', id: 'x' }, { secrets: { providers: { vault: { source: 'exec', command } } } }));
    const result = found();
    expect(result.problems[0]?.message).toMatch(/program.*GATEHOUSE_GATEWAY_TOKEN/);
    expect(() => execFileSync('test', ['-e', marker], { stdio: 'ignore' })).toThrow();
    expect(found({ OPENCLAW_GATEWAY_TOKEN: 'env' })).toMatchObject({ auth: { token: 'env' }, problems: [] });
  });

  it('is none for a gateway without one, and a named problem for other ways of signing in', () => {
    config({ gateway: { auth: { mode: 'none' } } });
    expect(found()).toMatchObject({ auth: {}, problems: [] });
    config({ gateway: { auth: { mode: 'trusted-proxy' } } });
    expect(found().problems[0]?.message).toContain('trusted-proxy');
    config({ gateway: {} });
    expect(found().problems[0]?.message).toContain('gateway.auth.token');
  });
});

describe('a configuration that cannot be read', () => {
  it('is named with file, line and column, never taken for none', () => {
    const path = write('.openclaw/openclaw.json', '{\n  gateway: { port: 18789,, }\n}');
    expect(brokenText()).toBe(`${path}, line 2, column 26: this is not JSON5.`);
  });

  it('is named with the place that is wrong, without the value', () => {
    write('.openclaw/openclaw.json', { gateway: { auth: { token: ['hush-hush'] } } });
    expect(brokenText()).toContain('gateway.auth.token');
    expect(brokenText()).not.toContain('hush');
    write('.openclaw/openclaw.json', { gateway: { port: '18789' } });
    expect(brokenText()).toContain('gateway.port');
    write('.openclaw/openclaw.json', '[]');
    expect(brokenText()).toContain('the whole file');
  });

  it('is named when the variable points at nothing or at a folder', () => {
    expect(brokenText({ OPENCLAW_CONFIG_PATH: join(home, 'absent.json') })).toContain('does not exist');
    expect(brokenText({ OPENCLAW_CONFIG_PATH: home })).toContain('not a regular file');
  });

  it('is named when this host only talks to a gateway elsewhere', () => {
    write('.openclaw/openclaw.json', { gateway: { mode: 'remote', remote: { url: 'wss://far.example' } } });
    expect(brokenText()).toContain('GATEHOUSE_GATEWAY_URL');
  });

  it('is named when it is nested beyond measure', () => {
    const path = write('.openclaw/openclaw.json', `{ a: ${'['.repeat(200_000)}${']'.repeat(200_000)} }`);
    expect(brokenText()).toContain(path);
  });

  it('never crashes the console, whatever the file holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{ gateway: ${json}, secrets: ${json}, env: ${json} }`),
        ),
        (text) => {
          write('.openclaw/openclaw.json', text);
          expect(['found', 'broken']).toContain(discover().kind);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('included files', () => {
  it('are merged as the gateway merges them', () => {
    write('.openclaw/openclaw.json', { $include: ['./a.json5', './sub/b.json5'], gateway: { port: 3 } });
    write('.openclaw/a.json5', "{ gateway: { port: 1, auth: { mode: 'token' } } }");
    write('.openclaw/sub/b.json5', "{ gateway: { port: 2, auth: { $include: './auth.json5' } } }");
    write('.openclaw/sub/auth.json5', "{ token: 'included' }");
    expect(found()).toMatchObject({ url: 'ws://127.0.0.1:3', auth: { token: 'included' } });
  });

  it('are refused outside the folder, by path or by link, and in circles', () => {
    write('outside.json', { gateway: { auth: { token: 'x' } } });
    write('.openclaw/openclaw.json', { $include: '../outside.json' });
    expect(brokenText()).toContain('outside the folder');
    expect(found({ OPENCLAW_INCLUDE_ROOTS: home }).auth.token).toBe('x');
    symlinkSync(join(home, 'outside.json'), join(home, '.openclaw', 'link.json'));
    write('.openclaw/openclaw.json', { $include: 'link.json' });
    expect(brokenText()).toContain('outside the folder');
    write('.openclaw/openclaw.json', { $include: './openclaw.json' });
    expect(brokenText()).toContain('circle');
    write('.openclaw/openclaw.json', { $include: 'absent.json' });
    expect(brokenText()).toContain('does not exist');
  });
});
