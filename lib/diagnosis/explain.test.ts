// An explanation names this attempt's values, and its commands are right, plain and safe for this gateway.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENTRIES } from './catalogue/all.ts';
import type { Version } from './entry.ts';
import { explain } from './explain.ts';
import { anyFacts, anyPlace, DEVICE_ID, factsFor, place, REQUEST_ID } from './test-samples.ts';

const UPGRADE = {
  cause: 'pairing-required',
  reason: 'scope-upgrade',
  deviceId: DEVICE_ID,
  requestId: REQUEST_ID,
  clientId: 'cli',
  remoteAddr: '127.0.0.1',
  scopesFrom: ['operator.read'],
  scopesTo: ['operator.admin'],
};
const WAITS = { waits: { requestId: REQUEST_ID } };
const commands = (facts: Parameters<typeof explain>[0], over: Parameters<typeof place>[0] = {}) =>
  explain(facts, place(over)).remedies.flatMap(({ command }) => (command === undefined ? [] : [command]));

describe('an upgrade over loopback', () => {
  test('says what it held and what it asked, and that 2026.4.14 always lets it wait', () => {
    const { happened, why, known } = explain(UPGRADE, place(WAITS));
    expect(happened).toBe('The gateway closed this connection because the client cli (d4d4d4d4) is paired with read and asked for admin.');
    expect(why).toMatch(/On 2026\.4\.14 an upgrade always waits for a person, even over loopback/);
    expect(known).toBe(true);
  });

  test('on 2026.9.6 names the setting that makes it wait, or the ways around it', () => {
    expect(explain(UPGRADE, place({ version: '2026.9.6', autoApproveLocal: false })).why).toContain('autoApproveLocal: false');
    expect(explain(UPGRADE, place({ version: '2026.9.6' })).why).toMatch(/only its device token/);
    expect(explain({ ...UPGRADE, forwardedFor: '203.0.113.9' }, place({ version: '2026.9.6' })).why).toMatch(/forwarding headers/);
  });

  test('is approved here while its request waits, and by the exact command on the gateway’s host', () => {
    const { remedies } = explain(UPGRADE, place(WAITS));
    expect(remedies[0]?.where).toBe('here');
    expect(remedies[1]).toMatchObject({ where: 'gateway-host', command: `openclaw devices approve ${REQUEST_ID}` });
  });

  test('has no button and no stale id once nothing waits', () => {
    const { remedies } = explain(UPGRADE, place());
    expect(remedies.map(({ where }) => where)).not.toContain('here');
    expect(commands(UPGRADE)).toEqual(['openclaw devices list']);
  });

  test('by the gateway’s own key on 2026.4.14 is no matter of one id: each call of the CLI replaces it', () => {
    expect(commands(UPGRADE, { ...WAITS, isHostKey: true })).toEqual(['openclaw devices list']);
    expect(commands(UPGRADE, { ...WAITS, isHostKey: true, version: '2026.9.6' })).toEqual([`openclaw devices approve ${REQUEST_ID}`]);
  });

  test('the command reads the state and configuration of this very gateway', () => {
    const stateDir = '/srv/my gateway/it’s';
    const [command = ''] = commands(UPGRADE, { ...WAITS, stateDir, configFile: "/etc/open'claw.json" });
    const shown = execFileSync('/bin/sh', ['-c', command.replace(' openclaw ', ' printenv OPENCLAW_STATE_DIR OPENCLAW_CONFIG_PATH # ')], {
      encoding: 'utf8',
    });
    expect(shown).toBe(`${stateDir}\n/etc/open'claw.json\n`);
  });
});

describe('a browser’s origin', () => {
  const refused = { cause: 'origin-mismatch', reason: 'origin not allowed', browserOrigin: 'https://console.example:8443' };

  test('is added to the present list, which stays', () => {
    expect(commands(refused, { allowedOrigins: ['https://a.example'] })).toEqual([
      `openclaw config set gateway.controlUi.allowedOrigins '["https://a.example","https://console.example:8443"]' --strict-json`,
    ]);
  });

  test('is not written over a list that nobody knows', () => {
    expect(commands(refused, { allowedOrigins: undefined })).toEqual(['openclaw config get gateway.controlUi.allowedOrigins']);
    expect(
      explain(refused, place({ allowedOrigins: undefined }))
        .remedies.map(({ text }) => text)
        .join(' '),
    ).toContain('add exactly https://console.example:8443 to');
  });

  test.each([
    "https://x.example';id;'",
    'https://x.example/path',
    'null',
    'javascript:alert(1)',
    'https://x.example\n',
    'https://u:p@x.example',
  ])('%j is no origin and gets into no command', (browserOrigin) => {
    expect(commands({ ...refused, browserOrigin }, { allowedOrigins: [] })).toEqual([]);
  });

  test('needs a restart on 2026.4.14 and none on 2026.9.6, as their own command line says', () => {
    const words = (version: string) =>
      explain(refused, place({ version }))
        .remedies.map(({ text }) => text)
        .join(' ');
    expect(words('2026.4.14')).toContain('openclaw gateway restart');
    expect(words('2026.9.6')).toContain('applies without a restart');
  });
});

describe('what a stranger could use the page for', () => {
  test.each(['127.0.0.1', '127.8.0.1', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '127.0.0.0/8', 'localhost'])(
    'the loopback address %s is never offered as a trusted proxy: every process of the host comes from there',
    (remoteAddr) => {
      for (const facts of [
        { cause: 'proxy-headers' },
        { cause: 'proxy-attribution-required' },
        { cause: 'unauthorized', authReason: 'trusted_proxy_no_proxies_configured' },
      ])
        expect(commands({ ...facts, remoteAddr }, { version: '2026.9.6' })).toEqual([]);
    },
  );

  test('another address is added to the present ones', () => {
    expect(commands({ cause: 'proxy-headers', remoteAddr: '10.0.0.7' }, { trustedProxies: ['10.0.0.5'] })).toEqual([
      `openclaw config set gateway.trustedProxies '["10.0.0.5","10.0.0.7"]' --strict-json`,
    ]);
  });

  test.each(['--latest', '$(id)', REQUEST_ID.toUpperCase(), `${REQUEST_ID} --token x`, '', `x${REQUEST_ID}`])(
    'the request id %j is none and gets into no command, quoted or not',
    (requestId) => {
      for (const version of ['2026.4.14', '2026.9.6'])
        expect(commands(UPGRADE, { version, waits: { requestId } })).toEqual(['openclaw devices list']);
    },
  );

  test('a device id of another form gets into no command', () => {
    const old = { cause: 'unauthorized', authReason: 'device_token_mismatch' };
    const paired = { name: undefined, scopes: [] };
    expect(commands({ ...old, deviceId: DEVICE_ID }, { paired })).toEqual([`openclaw devices remove ${DEVICE_ID}`]);
    for (const deviceId of ['--json', DEVICE_ID.toUpperCase(), `${DEVICE_ID} x`])
      expect(commands({ ...old, deviceId }, { paired })).toEqual([]);
  });

  test('an id that no signature proved is called a claim, and its device is not proposed for removal', () => {
    for (const reason of ['device-id-mismatch', 'device-public-key', 'device-signature', 'device-signature-stale']) {
      const facts = { cause: 'device-auth-invalid', reason, deviceId: DEVICE_ID, clientId: 'cli' };
      const at = place({ paired: { name: 'Kitchen Mac', scopes: ['operator.admin'] }, ...WAITS });
      const { happened, remedies } = explain(facts, at);
      expect(happened).toContain('the client cli, which claims to be the device d4d4d4d4,');
      expect(happened).not.toContain('Kitchen Mac');
      expect(remedies.filter(({ where, command }) => where === 'here' || command?.includes('devices'))).toEqual([]);
    }
  });

  test('a client id of another form than the gateway’s own is set apart as the caller’s words', () => {
    const { happened } = explain({ cause: 'device-required', clientId: 'cli was approved by admin' }, place());
    expect(happened).toContain('the client “cli was approved by admin”');
  });
});

describe('other entries', () => {
  test('a protocol mismatch says which side is behind', () => {
    const mismatch = { cause: 'protocol-mismatch', minProtocol: 3, maxProtocol: 3, expectedProtocol: 4 };
    expect(explain(mismatch, place({ version: '2026.9.6' }))).toMatchObject({
      happened: expect.stringContaining('offers protocol 3, and the gateway speaks 4'),
      why: expect.stringMatching(/^The client is behind/),
    });
    expect(explain({ ...mismatch, minProtocol: 4, maxProtocol: 4, expectedProtocol: 3 }, place()).why).toMatch(/^The gateway is behind/);
  });

  test('a lock names the limits of this gateway', () => {
    const { why } = explain(
      { cause: 'unauthorized', authReason: 'rate_limited', remoteAddr: '10.0.0.3' },
      place({ rateLimit: { maxAttempts: 3, windowMs: 30_000, lockoutMs: 120_000 } }),
    );
    expect(why).toContain('3 failures in 30 s lock the address for 2 minutes');
  });

  test('a timeout is no client that left, and names this version’s patience', () => {
    expect(explain({ cause: 'handshake-timeout' }, place()).why).toContain('10 seconds');
    expect(explain({ cause: 'handshake-timeout' }, place({ version: '2026.9.6' })).why).toContain('15 seconds');
  });

  test('strangers at the port are kept out by listening on loopback, where that is not so already', () => {
    const scan = { handshake: 'pending', closeCode: 1006, remoteAddr: '203.0.113.9' };
    expect(commands(scan, { bind: 'lan' })).toEqual([`openclaw config set gateway.bind '"loopback"' --strict-json`]);
    expect(commands(scan, { bind: 'loopback' })).toEqual([]);
  });

  test('an unknown cause shows cause and reason, asks to be reported, and offers nothing else', () => {
    const { happened, known, remedies, seen } = explain({ cause: 'quantum-mismatch', reason: 'spin\u202e' }, place());
    expect(happened).toContain('cause “quantum-mismatch” and reason “spin\u{FFFD}”');
    expect({ known, seen }).toEqual({ known: false, seen: [] });
    expect(remedies).toHaveLength(1);
    expect(remedies[0]?.text).toMatch(/report it/);
  });
});

const VERSIONS: Version[] = ['2026.4.14', '2026.9.6'];

test.each(ENTRIES.map((entry) => [entry.key, entry] as const))('%s explains itself on each version that has it', (key, entry) => {
  for (const version of VERSIONS.filter((v) => entry.seen[v])) {
    const view = explain(factsFor(entry), place({ version, allowedOrigins: ['https://a.example'], trustedProxies: ['10.0.0.5'] }));
    expect(view.key).toBe(key);
    expect(view.happened).toMatch(/^[A-Z].+\.$/);
    expect(view.why).toMatch(/^.+\.$/);
    expect(view.stops).toMatch(/^[A-Z].+\.$/);
    for (const { text } of view.remedies) expect(text).toMatch(/^[A-Z].+[.:]$/);
    expect(`${view.happened}${view.why}${view.remedies.map(({ text }) => text).join('')}`).not.toMatch(/[!`]|undefined|\bOops\b/);
    // A refusal that leaves a person without a next step is no diagnosis.
    if (entry.outcome !== 'note' && entry.outcome !== 'gap' && entry.outcome !== 'admitted')
      expect(view.remedies.length).toBeGreaterThan(0);
  }
});

test('no facts and no place make it throw, and a command stays one short plain line of a closed grammar', () => {
  // openclaw with plain words or quoted JSON, perhaps behind two settings of its environment; or one of four fixed commands.
  const word = String.raw`(?:[A-Za-z0-9_./:=@%+,-]+|'(?:[^'\p{C}]|'\\'')*')`;
  const shape = new RegExp(
    String.raw`^(?:(?:OPENCLAW_(?:STATE_DIR|CONFIG_PATH)=${word} ){0,2}openclaw(?: ${word})+|tailscale serve status|timedatectl (?:set-ntp true|status)|ss -tnp '\( sport = :\d+ \)')$`,
    'u',
  );
  fc.assert(
    fc.property(anyFacts, anyPlace, (facts, at) => {
      const view = explain(facts, at);
      for (const text of [view.happened, view.why, view.title, view.key]) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(view.happened.length).toBeLessThan(1500);
      for (const { command } of view.remedies) {
        if (command === undefined) continue;
        expect(command).toMatch(shape);
        expect(command.length).toBeLessThan(1500);
        // Nothing of the caller but an origin, an address, a device id and a request id that were checked.
        for (const said of [
          facts.userAgent,
          facts.host,
          facts.clientId,
          facts.role,
          facts.closeReason,
          facts.authReason,
          ...(facts.scopesTo ?? []),
        ])
          if (said !== undefined && said.length > 3 && /[^a-z0-9._-]/i.test(said)) expect(command).not.toContain(said);
      }
    }),
    { numRuns: 500 },
  );
});
