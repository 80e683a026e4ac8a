import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from './problem.ts';
import { type Env, isLoopbackHost, readSettings, takeSecrets } from './settings.ts';

const TOKEN = 'a'.repeat(32);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-settings-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The lines of the problem that these variables lead to. */
const SECRET = 'a-secret-of-the-proxy-with-more-than-32-characters';

function refusal(env: Env): string[] {
  try {
    readSettings(env, '/home/ann');
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.code).toBe('settings-invalid');
    return error.message.split('\n');
  }
  return [];
}

function tokenFile(text: string, mode = 0o600): string {
  const path = join(folder, 'token');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('settings', () => {
  it('has a default for everything', () => {
    expect(readSettings({}, '/home/ann')).toEqual({
      host: '127.0.0.1',
      port: 7788,
      dataDir: '/home/ann/.gatehouse',
      logLevel: 'info',
      gatewayAuth: {},
      origins: [],
      practice: false,
      key: { kind: 'file', file: '/home/ann/.gatehouse.key', named: false },
      behindProxy: false,
      warnings: [],
    });
  });

  it('counts an empty variable as unset', () => {
    expect(readSettings({ GATEHOUSE_PORT: '', GATEHOUSE_API_TOKEN: '  ' }, '/home/ann').port).toBe(7788);
  });

  it('reads every variable', () => {
    const settings = readSettings(
      {
        GATEHOUSE_HOST: '[::1]',
        GATEHOUSE_PORT: '8080',
        GATEHOUSE_DATA_DIR: '~/gate',
        GATEHOUSE_LOG_LEVEL: 'debug',
        GATEHOUSE_GATEWAY_URL: 'wss://gateway.example:443/path',
        GATEHOUSE_GATEWAY_PASSWORD: 'a pass phrase',
        GATEHOUSE_ORIGINS: 'https://gatehouse.example, http://host:81',
        GATEHOUSE_API_TOKEN: TOKEN,
        GATEHOUSE_RULES_FILE: '/etc/gatehouse/rules.yaml',
        GATEHOUSE_KEY_FILE: '/etc/gatehouse/key',
        GATEHOUSE_TLS_CERT: '/etc/tls/cert.pem',
        GATEHOUSE_TLS_KEY: '/etc/tls/key.pem',
        GATEHOUSE_BEHIND_PROXY: '1',
        GATEHOUSE_PROXY_HEADER: 'Remote-User',
        GATEHOUSE_TRUSTED_PROXIES: '10.0.0.7, ::ffff:127.0.0.1',
        GATEHOUSE_PROXY_SECRET: SECRET,
        GATEHOUSE_GATEWAY_FINGERPRINT: Array.from({ length: 32 }, () => 'AB').join(':'),
      },
      '/home/ann',
    );
    expect(settings).toEqual({
      host: '::1',
      port: 8080,
      dataDir: '/home/ann/gate',
      logLevel: 'debug',
      gatewayUrl: 'wss://gateway.example:443/path',
      gatewayAuth: { password: 'a pass phrase' },
      origins: ['https://gatehouse.example', 'http://host:81'],
      apiToken: TOKEN,
      rulesFile: '/etc/gatehouse/rules.yaml',
      practice: false,
      key: { kind: 'file', file: '/etc/gatehouse/key', named: true },
      tls: { certFile: '/etc/tls/cert.pem', keyFile: '/etc/tls/key.pem' },
      behindProxy: true,
      proxy: { header: 'remote-user', trusted: ['10.0.0.7', '127.0.0.1'], secret: SECRET },
      gatewayFingerprint: 'ab'.repeat(32),
      warnings: [],
    });
  });

  it('trusts a proxy on this host only with a secret, elsewhere by its exact address', () => {
    const header = { GATEHOUSE_PROXY_HEADER: 'Remote-User' };
    for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', '10.0.0.7,127.0.0.1'])
      expect(refusal({ ...header, GATEHOUSE_TRUSTED_PROXIES: address }).join()).toContain('GATEHOUSE_PROXY_SECRET');
    for (const address of ['10.0.0.0/8', 'localhost', '0.0.0.0', '::', 'proxy.example'])
      expect(refusal({ ...header, GATEHOUSE_TRUSTED_PROXIES: address, GATEHOUSE_PROXY_SECRET: SECRET }).join()).toContain(
        'exact IP address',
      );
    expect(readSettings({ ...header, GATEHOUSE_TRUSTED_PROXIES: '10.0.0.7' }).proxy).toEqual({
      header: 'remote-user',
      trusted: ['10.0.0.7'],
    });
    const trusted = { GATEHOUSE_TRUSTED_PROXIES: '10.0.0.7' };
    // Where it signs nobody in, it is believed where callers come from and nothing else.
    expect(readSettings({ GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1' }).proxy).toEqual({ trusted: ['127.0.0.1'] });
    expect(refusal(header).join()).toContain('needs GATEHOUSE_TRUSTED_PROXIES');
    expect(refusal({ GATEHOUSE_PROXY_SECRET: SECRET }).join()).toContain('names no proxy');
    expect(refusal({ ...header, ...trusted, GATEHOUSE_PROXY_SECRET: 'short-and-secret' }).join()).not.toContain('short-and-secret');
    for (const name of ['Cookie', 'X-Forwarded-For', 'Authorization', 'X-Gatehouse-Key', 'a b'])
      expect(refusal({ ...trusted, GATEHOUSE_PROXY_HEADER: name }).join()).toContain('header');
    const file = { ...header, GATEHOUSE_TRUSTED_PROXIES: '::1', GATEHOUSE_PROXY_SECRET_FILE: tokenFile(`${SECRET}\n`) };
    expect(readSettings(file).proxy).toMatchObject({ secret: SECRET });
  });

  it('names every wrong value in a line of its own', () => {
    const lines = refusal({
      GATEHOUSE_PORT: '80a',
      GATEHOUSE_LOG_LEVEL: 'loud',
      GATEHOUSE_GATEWAY_URL: 'http://x',
      GATEHOUSE_DATA_DIR: 'here',
    });
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'GATEHOUSE_PORT',
      'GATEHOUSE_DATA_DIR',
      'GATEHOUSE_LOG_LEVEL',
      'GATEHOUSE_GATEWAY_URL',
    ]);
    expect(lines[0]).toBe('GATEHOUSE_PORT: "80a" is not a port from 1 to 65535.');
  });

  it.each(['0', '65536', '-1', '1e3', '0x50', '7788 7789'])('refuses the port %s', (port) => {
    expect(refusal({ GATEHOUSE_PORT: port })).toHaveLength(1);
  });

  it.each([
    'https://x.example/',
    'https://x.example/path',
    'x.example',
    'https://X.example',
    'ftp://x.example',
    'https://x.example:443',
    'null',
    '*',
  ])('refuses %s as an origin and shows which one it was', (origin) => {
    expect(refusal({ GATEHOUSE_ORIGINS: `https://good.example,${origin}` })[0]).toContain(JSON.stringify(origin));
  });

  it.each(['http://127.0.0.1:18789', 'ws://user:pass@127.0.0.1:1', 'ws://127.0.0.1:1#token', '127.0.0.1:18789', 'ws://'])(
    'refuses %s as a gateway address',
    (url) => {
      expect(refusal({ GATEHOUSE_GATEWAY_URL: url })).toHaveLength(1);
    },
  );

  it.each(['rules.yaml', './rules.yaml', '/etc/rules.toml', '/etc/rules', '/etc/.yaml/'])('refuses %s as a rules file', (path) => {
    expect(refusal({ GATEHOUSE_RULES_FILE: path })[0]).toMatch(/^GATEHOUSE_RULES_FILE: /);
  });

  it('takes a rules file that is not there yet, and forgets detours in its path', () => {
    expect(readSettings({ GATEHOUSE_RULES_FILE: '/etc/x/../absent.JSON' }).rulesFile).toBe('/etc/absent.JSON');
  });

  it('takes the API token from a file without its line break', () => {
    expect(readSettings({ GATEHOUSE_API_TOKEN_FILE: tokenFile(`${TOKEN}\n`) }).apiToken).toBe(TOKEN);
  });

  it('warns of a token file that others may read', () => {
    expect(readSettings({ GATEHOUSE_API_TOKEN_FILE: tokenFile(TOKEN, 0o644) }).warnings.join()).toContain('0600');
  });

  it('refuses a token file that is short, missing or no file', () => {
    expect(refusal({ GATEHOUSE_API_TOKEN_FILE: tokenFile('short') })[0]).toContain('shorter than 32');
    expect(refusal({ GATEHOUSE_API_TOKEN_FILE: join(folder, 'absent') })[0]).toContain('does not exist');
    mkdirSync(join(folder, 'dir'));
    expect(refusal({ GATEHOUSE_API_TOKEN_FILE: join(folder, 'dir') })[0]).toContain('regular file');
  });

  it('refuses two answers to one question', () => {
    expect(refusal({ GATEHOUSE_GATEWAY_TOKEN: 't', GATEHOUSE_GATEWAY_PASSWORD: 'p' })).toHaveLength(1);
    expect(refusal({ GATEHOUSE_API_TOKEN: TOKEN, GATEHOUSE_API_TOKEN_FILE: tokenFile(TOKEN) })).toHaveLength(1);
    expect(refusal({ GATEHOUSE_PRACTICE: '1', GATEHOUSE_GATEWAY_URL: 'ws://127.0.0.1:1' })).toHaveLength(1);
    expect(refusal({ GATEHOUSE_KEY: Buffer.alloc(32).toString('base64'), GATEHOUSE_KEY_FILE: '/etc/key' })).toHaveLength(1);
  });

  it('refuses half a TLS pair, a short key and a fingerprint of nothing', () => {
    expect(refusal({ GATEHOUSE_TLS_CERT: '/etc/cert.pem' })).toHaveLength(1);
    expect(refusal({ GATEHOUSE_TLS_KEY: '/etc/key.pem' })).toHaveLength(1);
    expect(refusal({ GATEHOUSE_KEY: 'correct horse battery staple' })).toEqual([
      'GATEHOUSE_KEY: the value is not a key: 32 random bytes as base64 or hex.',
    ]);
    expect(refusal({ GATEHOUSE_GATEWAY_FINGERPRINT: 'AB:CD' })).toHaveLength(1);
    expect(refusal({ GATEHOUSE_GATEWAY_FINGERPRINT: 'ab'.repeat(32), GATEHOUSE_GATEWAY_URL: 'ws://127.0.0.1:1' })).toHaveLength(1);
  });

  it('takes the key out of the environment, as every secret', () => {
    const env = { GATEHOUSE_KEY: Buffer.alloc(32, 7).toString('hex') };
    const kept = { ...env };
    expect(readSettings(takeSecrets(env)).key).toEqual({ kind: 'text', text: kept.GATEHOUSE_KEY });
    expect(env).toEqual({});
  });

  it('names an unknown variable and the one that was probably meant', () => {
    expect(refusal({ GATEHOUSE_PRACTISE: '1' })[0]).toContain('did you mean GATEHOUSE_PRACTICE?');
    expect(refusal({ GATEHOUSE_SOMETHING_ELSE: '1' })[0]).toContain('README.md');
    expect(refusal({ GATEHOUSE_TEST_GATEWAYS: '2026.9.6' })).toEqual([]);
  });

  it('warns when a secret would cross the network in clear', () => {
    expect(readSettings({ GATEHOUSE_GATEWAY_URL: 'ws://10.0.0.5:18789' }).warnings).toHaveLength(1);
    expect(readSettings({ GATEHOUSE_GATEWAY_URL: 'ws://[::1]:18789' }).warnings).toEqual([]);
  });

  it('knows which hosts are this machine', () => {
    expect(['127.0.0.1', '127.8.9.1', 'localhost', '::1', '[::1]'].every(isLoopbackHost)).toBe(true);
    expect(['0.0.0.0', '::', '127.0.0.1.example', '10.0.0.1', 'localhost.example'].some(isLoopbackHost)).toBe(false);
  });

  it('never shows the value of a secret, whatever is wrong with it', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 31 }).filter((text) => text.trim().length >= 6),
        (text) => {
          const shown = refusal({ GATEHOUSE_API_TOKEN: text, GATEHOUSE_GATEWAY_TOKEN: `${text} x` }).join('\n');
          expect(shown).toContain('GATEHOUSE_API_TOKEN: the value');
          expect(shown.includes(JSON.stringify(text.trim()))).toBe(false);
        },
      ),
    );
  });

  it('either answers settings or a problem with lines, for any environment', () => {
    const value = fc.string({ maxLength: 40 });
    const env = fc.record({
      GATEHOUSE_HOST: value,
      GATEHOUSE_PORT: value,
      GATEHOUSE_ORIGINS: value,
      GATEHOUSE_GATEWAY_URL: value,
      GATEHOUSE_PRACTICE: value,
    });
    fc.assert(
      fc.property(env, (vars) => {
        const lines = refusal(vars);
        expect(lines.every((line) => line.startsWith('GATEHOUSE_'))).toBe(true);
      }),
    );
  });
});

describe('secrets', () => {
  it('leave the environment that children inherit, and stay readable for the console', () => {
    const env: Record<string, string | undefined> = {
      GATEHOUSE_API_TOKEN: TOKEN,
      GATEHOUSE_GATEWAY_TOKEN: 'a',
      GATEHOUSE_GATEWAY_PASSWORD: 'b',
      OPENCLAW_GATEWAY_TOKEN: 'c',
      OPENCLAW_GATEWAY_PASSWORD: 'd',
      PATH: '/bin',
    };
    const copy = takeSecrets(env);
    expect(env).toEqual({ PATH: '/bin' });
    expect(copy.OPENCLAW_GATEWAY_PASSWORD).toBe('d');
    expect(copy.GATEHOUSE_API_TOKEN).toBe(TOKEN);
  });
});
