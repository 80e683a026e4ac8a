// Switching silent grants on a gateway: what is sent, what is bound, what is recorded, and what is said when something goes wrong.
import { expect, test } from 'vitest';
import type { Hello } from '../gateway/frames.ts';
import { GatewayRefusal } from '../gateway/link.ts';
import { Problem } from '../problem.ts';
import type { Connection } from './desk-views.ts';
import { createLocalApproval } from './local-approval.ts';

const PERSON = { kind: 'person', name: 'Ann' } as const;
const PATH = 'gateway.nodes.pairing.autoApproveLocal';
const LOOKUP = { path: PATH, schema: { type: 'boolean' }, reloadKind: 'hot', children: [] };
const refuse = (message: string, code = 'INVALID_REQUEST') => new GatewayRefusal({ code, message });

/** A gateway in the manner of 2026.9.6, with what a test changes. `before` may fail a call. */
function scene(over: { protocol?: number; scopes?: string[]; written?: boolean; statement?: boolean; lookup?: unknown } = {}) {
  const hello: Hello = {
    protocol: over.protocol ?? 4,
    server: { version: 'v' },
    features: { methods: [] },
    policy: { tickIntervalMs: 1000 },
  };
  const connection: Connection = {
    state: { kind: 'live', hello, grantedScopes: over.scopes ?? ['operator.admin'] },
    since: 1,
    lastVersion: 'v',
    lastProtocol: hello.protocol,
  };
  const world: { value: boolean | undefined; hash: string; valid: boolean; runtime?: boolean; storeFails: boolean } = {
    value: over.written,
    hash: 'h1',
    valid: true,
    storeFails: false,
  };
  const calls: { method: string; params: unknown }[] = [];
  const recorded: { what: string; text: string }[] = [];
  const hooks: { before?: (method: string) => void; after?: (method: string) => void } = {};
  let rereads = 0;
  const waits: number[] = [];
  const pairing = (value: boolean | undefined) => ({
    gateway: { nodes: { pairing: value === undefined ? {} : { autoApproveLocal: value } } },
  });
  const port = createLocalApproval({
    gateway: 'g',
    name: 'this host',
    connection,
    hasStatement: () => over.statement ?? false,
    async request(method, params) {
      calls.push({ method, params });
      hooks.before?.(method);
      if (method === 'config.schema.lookup') {
        if (hello.protocol < 4) throw refuse('config schema path not found');
        return over.lookup ?? LOOKUP;
      }
      if (method === 'config.get')
        return {
          hash: world.hash,
          valid: world.valid,
          config: pairing(world.value),
          runtimeConfig: pairing(world.runtime ?? world.value),
        };
      if (method === 'config.patch') {
        if (params?.baseHash !== world.hash) throw refuse('config changed since last load; re-run config.get and retry');
        world.value = String(params.raw).includes('true');
        world.hash = `${world.hash}+`;
        hooks.after?.(method);
        return { ok: true };
      }
      throw refuse(`unknown method: ${method}`);
    },
    async reread() {
      rereads += 1;
    },
    async record({ what, text }) {
      if (world.storeFails) throw new Problem('store-unwritable');
      recorded.push({ what, text });
    },
    wait: async (ms) => void waits.push(ms),
    fault: () => undefined,
  });
  const patches = () => calls.filter(({ method }) => method === 'config.patch');
  return { ...port, connection, world, calls, patches, recorded, hooks, waits, rereads: () => rereads };
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : `another: ${String(error)}`),
  );

test('not set means on, and shows the exact change with what follows from it', async () => {
  const view = await scene({ statement: true }).localApproval();
  expect(view).toMatchObject({
    state: 'on',
    change: { to: 'off', path: PATH, patch: '{"gateway":{"nodes":{"pairing":{"autoApproveLocal":false}}}}', baseHash: 'h1' },
  });
  expect(view.change?.needsConfirm).toBeUndefined();
  expect(view.change?.effects.join(' ')).toMatch(/statement|no proxy stands in front.*dropped/);
  expect((await scene().localApproval()).change?.effects.join(' ')).not.toMatch(/proxy/);
});

test('switching off sends that text alone, bound to the hash, and answers what was read back', async () => {
  const s = scene();
  const view = await s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON);
  expect(view).toMatchObject({ state: 'off', change: { to: 'on', baseHash: 'h1+', needsConfirm: 'unseen' } });
  expect(s.patches()).toEqual([
    {
      method: 'config.patch',
      params: {
        raw: '{"gateway":{"nodes":{"pairing":{"autoApproveLocal":false}}}}',
        baseHash: 'h1',
        note: 'Gatehouse: autoApproveLocal off',
      },
    },
  ]);
  expect(s.recorded.map(({ what }) => what)).toEqual(['gateway.local-approval-asked', 'gateway.local-approval']);
  expect(s.recorded[1]?.text).toMatch(/is off on this host, read back/);
  expect(s.rereads()).toBe(1);
});

test('switching on asks for the word once more', async () => {
  const s = scene({ written: false });
  for (const confirm of [undefined, '', 'yes', 'Unseen'])
    expect(await codeOf(s.setLocalApproval({ to: 'on', baseHash: 'h1', confirm }, PERSON))).toBe('input-invalid');
  expect(s.patches()).toEqual([]);
  expect(s.recorded).toEqual([]);
  expect(await s.setLocalApproval({ to: 'on', baseHash: 'h1', confirm: 'unseen' }, PERSON)).toMatchObject({ state: 'on' });
});

test('another hash changes nothing and carries the view as it is now', async () => {
  const s = scene();
  const refused = s.setLocalApproval({ to: 'off', baseHash: 'old' }, PERSON);
  await expect(refused).rejects.toMatchObject({ code: 'request-changed', extra: { item: { state: 'on', change: { baseHash: 'h1' } } } });
  expect(await codeOf(s.setLocalApproval({ to: 'on', baseHash: 'h1', confirm: 'unseen' }, PERSON))).toBe('request-changed');
  expect(s.patches()).toEqual([]);
});

test.each([
  ['takes a restart', { ...LOOKUP, reloadKind: 'restart' }],
  ['is a list', { ...LOOKUP, schema: { type: 'array' } }],
  ['is told in another way', { ok: true }],
])('a version where the setting %s is shown and not switched', async (_words, lookup) => {
  const s = scene({ lookup });
  const view = await s.localApproval();
  expect(view).toMatchObject({ state: 'on', whyNot: expect.stringMatching(/another way/) });
  expect(await codeOf(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('setting-fixed');
  expect(s.patches()).toEqual([]);
});

test('a configuration that changes between reading and writing is refused by the gateway, and told as changed', async () => {
  const s = scene();
  s.hooks.before = (method) => {
    if (method === 'config.patch') s.world.hash = 'h2';
  };
  await expect(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON)).rejects.toMatchObject({
    code: 'request-changed',
    extra: { item: { state: 'on', change: { baseHash: 'h2' } } },
  });
  expect(s.recorded.at(-1)?.text).toMatch(/did not switch/);
});

test('2026.4.14 has no such setting, live or away, and nothing is sent', async () => {
  const s = scene({ protocol: 3 });
  expect(await s.localApproval()).toMatchObject({ state: 'absent' });
  expect(await codeOf(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('setting-fixed');
  expect(s.calls.map(({ method }) => method)).not.toContain('config.get');
  s.connection.state = { kind: 'connecting' };
  expect(await s.localApproval()).toMatchObject({ state: 'absent' });
  expect(await codeOf(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('gateway-down');
});

test('it cannot be set without admin, on a broken file, or where the setting is another one; the state is told all the same', async () => {
  const poor = scene({ scopes: ['operator.read', 'operator.pairing'] });
  expect(await poor.localApproval()).toMatchObject({ state: 'on', whyNot: expect.stringMatching(/admin/) });
  expect(await codeOf(poor.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('setting-fixed');
  const broken = scene();
  broken.world.valid = false;
  expect(await broken.localApproval()).toMatchObject({ state: 'on', whyNot: expect.stringMatching(/doctor/) });
  expect([...poor.patches(), ...broken.patches()]).toEqual([]);
});

test('a gateway managed by Nix says no once, and is not asked again until it comes back', async () => {
  const s = scene();
  s.hooks.before = (method) => {
    if (method === 'config.patch') throw refuse('NixModeConfigMutationError: Config is managed by Nix', 'UNAVAILABLE');
  };
  expect(await codeOf(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('setting-fixed');
  const view = await s.localApproval();
  expect(view).toMatchObject({ state: 'on', whyNot: expect.stringMatching(/Nix/) });
  expect(view.change).toBeUndefined();
  s.connection.since = 2;
  expect((await s.localApproval()).change).toBeDefined();
});

test('no answer is read back: done, not done, or not known, each said as it is', async () => {
  const done = scene();
  done.hooks.after = () => {
    throw new Problem('gateway-down');
  };
  expect(await done.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON)).toMatchObject({ state: 'off' });

  const not = scene();
  not.hooks.before = (method) => {
    if (method === 'config.patch') throw new Problem('gateway-down');
  };
  expect(await codeOf(not.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('request-changed');
  expect(not.recorded.at(-1)?.text).toMatch(/still runs with .* on/);
  expect(not.patches().length).toBe(1);

  const dark = scene();
  dark.hooks.after = () => {
    dark.hooks.before = () => {
      throw new Problem('gateway-down');
    };
  };
  expect(await codeOf(dark.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('gateway-down');
  expect(dark.recorded.at(-1)?.text).toMatch(/may be off or not/);
});

test('what is in force counts, not what the file says; the file that differs is named', async () => {
  const s = scene({ written: false });
  s.world.runtime = true;
  expect(await s.localApproval()).toMatchObject({ state: 'on', why: expect.stringMatching(/file says off by now/) });
  expect(await codeOf(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('request-changed');
  expect(s.waits.length).toBe(4);
});

test('what cannot be recorded is not asked', async () => {
  const s = scene();
  s.world.storeFails = true;
  expect(await codeOf(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON))).toBe('store-unwritable');
  expect(s.patches()).toEqual([]);
});

test('one change at a time', async () => {
  const s = scene();
  const [first, second] = await Promise.all([
    codeOf(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON)),
    codeOf(s.setLocalApproval({ to: 'off', baseHash: 'h1' }, PERSON)),
  ]);
  expect([first, second]).toEqual(['done', 'request-busy']);
  expect(s.patches().length).toBe(1);
});

test('a gateway that does not tell is unknown, and is not changed', async () => {
  const s = scene();
  s.hooks.before = () => {
    throw new Problem('gateway-down');
  };
  const view = await s.localApproval();
  expect(view).toMatchObject({ state: 'unknown' });
  expect(view.change).toBeUndefined();
});
