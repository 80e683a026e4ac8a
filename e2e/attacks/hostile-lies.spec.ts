// A gateway that lies in what it lists, answers and logs: about whose device is whose, about what was approved, about where a request came
// from, and in texts that want to act on the page.
import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { personAt } from '../gateways/person.ts';
import { until } from '../gateways/until.ts';
import { type Behaviour, type Call, madeUpKey, nodeRow, pairedRow, pendingRow } from './hostile-gateway.ts';
import { codeOf, facing, live, readAgain, shown } from './hostile-rig.ts';
import { MARK, PAYLOADS } from './payloads.ts';
import { holds, openAll, watched } from './texts-watch.ts';

const switched = z.looseObject({ state: z.string(), cause: z.string().optional() });
const listing = (payload: () => unknown): Behaviour => ({ answers: { 'device.pair.list': ({ reply }) => reply(payload()) } });

const OWN_LIES: Readonly<Record<string, (own: { deviceId: string; publicKey: string }) => unknown>> = {
  'its id with another key': ({ deviceId }) => ({ pending: [], paired: [pairedRow({ deviceId, displayName: 'Somebody else' })] }),
  'its key with another id': ({ publicKey }) => ({ pending: [], paired: [pairedRow({ publicKey, displayName: 'Gatehouse' })] }),
  'a request in its name': ({ deviceId }) => ({
    pending: [pendingRow({ deviceId, displayName: 'Gatehouse', scopes: ['operator.admin'] })],
    paired: [],
  }),
};

for (const [what, lie] of Object.entries(OWN_LIES)) {
  test(`a list that names the console’s own device as somebody else’s, ${what}: told as gateway-garbage, and nothing of it shown`, async () => {
    let list: unknown = { pending: [], paired: [] };
    await facing(
      listing(() => list),
      async (both) => {
        await live(both);
        list = lie(both.gateway.consoleDevice());
        both.gateway.event('device.pair.changed', {});
        expect(await codeOf(both)).toBe('gateway-garbage');
        expect([...(await both.target.api.pending()), ...(await both.target.api.devices())]).toEqual([]);
      },
    );
  });
}

const LYING_APPROVALS: Readonly<Record<string, (asked: { deviceId: string; publicKey: string }) => unknown>> = {
  'another device': () => pairedRow({ scopes: ['operator.read'] }),
  'another key under the same id': ({ deviceId }) => pairedRow({ deviceId, scopes: ['operator.read'] }),
  'more than was asked': (asked) => pairedRow({ ...asked, scopes: ['operator.read', 'operator.admin'] }),
  'another role': (asked) => pairedRow({ ...asked, scopes: ['operator.read'], roles: ['operator', 'node'] }),
};

for (const [what, lie] of Object.entries(LYING_APPROVALS)) {
  test(`a yes that is for ${what} is undone, and automation stops`, async () => {
    const row = pendingRow();
    const other = pendingRow({ scopes: ['operator.admin'] });
    const answers: Readonly<Record<string, (call: Call) => void>> = {
      'device.pair.list': ({ reply }) => reply({ pending: [row, other], paired: [] }),
      'device.pair.approve': ({ reply }) => reply({ requestId: other.requestId, device: lie(row) }),
      'device.pair.remove': ({ reply }) => reply({ removed: true }),
    };
    await facing(
      { answers },
      async (both) => {
        await live(both);
        const { target } = both;
        const person = await personAt(target);
        const [seen] = await until('the requests', async () => {
          const found = (await person.pending()).filter(({ requestId }) => requestId === row.requestId);
          return found.length > 0 ? found : undefined;
        });
        if (!seen) throw new Error('the request is not there');
        const answer = await person.approve(seen);
        expect(answer.body).toMatchObject({ state: 'undone', problem: { code: 'undone' } });
        const [decision] = await person.decided();
        expect(decision).toMatchObject({ state: 'undone', requestId: row.requestId, actor: { kind: 'person' } });
        expect(switched.parse((await person.call('GET', '/automation')).body)).toMatchObject({ state: 'suspended', cause: 'undone' });
        expect(both.gateway.calls().filter((method) => method === 'device.pair.approve')).toHaveLength(1);
      },
      ['device.pair.approve', 'device.pair.remove'],
    );
  });
}

test('it lies in its log and of its own key: nothing that it says is proof of anything, and no rule acts', async () => {
  const row = pendingRow();
  const { ts, deviceId, requestId } = row;
  const line = (text: string) =>
    JSON.stringify({
      0: JSON.stringify({ subsystem: 'gateway/ws' }),
      1: text,
      _meta: { logLevelName: 'INFO' },
      time: new Date(ts).toISOString(),
    });
  const lying: Behaviour = {
    answers: {
      'device.pair.list': ({ reply }) => reply({ pending: [row], paired: [pairedRow({ deviceId, publicKey: row.publicKey })] }),
      'gateway.identity.get': ({ reply }) => reply({ deviceId, publicKey: row.publicKey }),
      'logs.tail': ({ reply }) =>
        reply({
          file: '/x/gateway.log',
          cursor: Math.floor(Math.random() * 1e9),
          size: 1e15,
          truncated: false,
          reset: false,
          lines: Array.from({ length: 5000 }, () =>
            line(`closed before connect conn=${randomUUID()} remote=127.0.0.1 device=${deviceId} request=${requestId}`),
          ),
        }),
    },
  };
  await facing(lying, async (both) => {
    const { target, gateway } = both;
    const person = await personAt(target);
    await live(both);
    const rule = { name: 'All on this host', enabled: true, scopes: ['operator.read'], maxPerHour: 60, origin: 'host-key' };
    await person.addRule(rule).catch(() => person.addRule({ ...rule, enabled: false }));
    for (let n = 0; n < 50; n += 1) gateway.event('device.pair.requested', { ...row, requestId: randomUUID(), ts: Date.now() });
    await readAgain(both);
    const waiting = await target.api.pending();
    expect(waiting.length).toBeGreaterThan(0);
    for (const { verdict, origin } of waiting) {
      expect(verdict.kind).toBe('hold');
      expect(origin.assurance).not.toBe('proven');
    }
    expect(gateway.calls()).not.toContain('device.pair.approve');
  });
});

const ACTS = Object.values(PAYLOADS);
const FIELDS = [
  'displayName',
  'operatorLabel',
  'platform',
  'deviceFamily',
  'clientId',
  'clientMode',
  'remoteIp',
  'approvedVia',
  'lastSeenReason',
];
const LISTS = ['roles', 'scopes', 'caps', 'commands', 'requiredApproveScopes'];
const MIB = 1024 * 1024;
/** A text over and over, until it takes `size` characters on the wire. */
const long = (text: string, size: number) => text.repeat(Math.ceil(size / JSON.stringify(text).length));
/** A row of texts, one of them a megabyte: which one changes with each turn. */
function textsOf(text: string, isLarge: boolean, turn: number): Record<string, unknown> {
  const size = (at: number) => (isLarge && at === turn % (FIELDS.length + LISTS.length) ? MIB : 1000);
  const single = FIELDS.map((name, at) => [name, long(text, size(at))]);
  const several = LISTS.map((name, at) => [name, [long(text, size(FIELDS.length + at)), 'operator.read']]);
  return Object.fromEntries([...single, ...several]);
}

test('texts that want to act, a megabyte in each field of devices, requests, nodes, events and errors: shown as text on every page', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  let turn = 0;
  const keys = ACTS.map(madeUpKey);
  const others = ACTS.map(madeUpKey);
  const rows = (row: (said: Record<string, unknown>, at: number) => unknown) =>
    ACTS.map((text, at) => row(textsOf(text, at === turn % ACTS.length, turn), at));
  const lying: Behaviour = {
    answers: {
      'device.pair.list'({ reply }) {
        turn += 1;
        reply({
          pending: rows((said, at) => pendingRow({ ...said, ...others[at], requestId: `asked-${at}` })),
          paired: rows((said, at) => pairedRow({ ...said, ...keys[at], tokens: [{ role: said.displayName, scopes: said.scopes }] })),
        });
      },
      'node.pair.list': ({ reply }) =>
        reply({ pending: rows((said, at) => nodeRow({ ...said, nodeId: keys[at]?.deviceId, requestId: `node-${at}` })), paired: [] }),
      'system-presence': ({ refuse }) => refuse({ code: long(PAYLOADS.handler ?? MARK, MIB), message: long(PAYLOADS.bidi ?? MARK, MIB) }),
    },
  };
  await facing(lying, async (both) => {
    const { target, gateway } = both;
    await live(both);
    await until('the rows', async () => ((await target.api.pending()).length === ACTS.length ? true : undefined), 30_000);
    for (const text of ACTS) {
      gateway.event(long(text, MIB / 10), { [text]: long(text, MIB / 10) });
      gateway.event('device.pair.requested', pendingRow(textsOf(text, true, 0)));
      await readAgain(both, 1);
    }
    const watch = await watched(browser, target);
    const { page } = watch;
    for (const path of ['/', '/devices', '/devices?tab=changed', '/handshakes', '/rules', '/activity', '/gateways', '/operators']) {
      await test.step(path, async () => {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        if (path === '/' || path === '/devices') await expect(page.locator('main')).toContainText(MARK);
        await openAll(page);
        gateway.event('device.pair.changed', {});
        await readAgain(both, 1);
        await holds(watch, path);
      });
    }
    // From now on it refuses everything, in the same words.
    const refuse = ({ refuse: no }: Call) => {
      turn += 1;
      const text = long(ACTS[turn % ACTS.length] ?? MARK, MIB / 8);
      no({ code: text, message: text, details: { code: text, reason: text, requestId: text } });
    };
    gateway.behave({ answers: { 'device.pair.list': refuse, 'node.pair.list': refuse, 'logs.tail': refuse, 'system-presence': refuse } });
    gateway.event('device.pair.changed', {});
    await readAgain(both, 3);
    for (const path of ['/', '/devices', '/gateways']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await holds(watch, `${path} while it refuses`);
    }
    // And lets nobody in, in the same words.
    gateway.behave({ answers: { connect: refuse } });
    gateway.drop();
    await until('refused', async () => ((await shown(both)).problem?.code === 'gateway-refused' ? true : undefined), 30_000);
    for (const path of ['/', '/devices', '/gateways']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await holds(watch, `${path} while it lets nobody in`);
    }
    await page.context().close();
  });
});
