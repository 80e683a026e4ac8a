// The handshake log of a whole console over a real socket and a real log file: what is shown, explained and told as trouble.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { createIdentity } from '#lib/gateway/identity.ts';
import { closeLine, logLine, refusedUpgrade, uuid } from '#lib/testing/log-lines.ts';
import { gatewayOfThisHost, wholeConsole } from '#lib/testing/whole-console.ts';

const PERSON = { kind: 'person', name: 'operator' } as const;
const WAIT = { timeout: 10_000, interval: 20 };

async function live() {
  const host = await gatewayOfThisHost();
  const run = await wholeConsole({ env: host.env });
  await vi.waitUntil(() => run.gateway()?.proof.find((f) => f.name === 'canary')?.held === true, WAIT);
  const rows = () => run.published.flatMap((change) => (change.topic === 'handshakes' ? change.items : []));
  const row = async (fits: (row: HandshakeView) => boolean) => {
    await vi.waitUntil(() => rows().some(fits), WAIT);
    const found = rows().find(fits);
    if (!found) throw new Error('no such row');
    return found;
  };
  const file = readdirSync(host.stateDir, { recursive: true })
    .map(String)
    .find((name) => /\.(log|jsonl)$/.test(name));
  if (!file) throw new Error('the gateway has no log file');
  return { ...host, ...run, rows, row, logFile: join(host.stateDir, file) };
}

test('a refused upgrade is a row within its turn, opens to its explanation, and shows what became of it', async () => {
  const run = await live();
  const identity = createIdentity();
  run.pair(identity, ['operator.read']);
  await run.ask(identity, ['operator.admin']);
  const { id } = await run.row((r) => r.deviceId === identity.deviceId);
  await vi.waitUntil(() => run.card(identity.deviceId), WAIT);
  const detail = await run.console.handshake('local', id);
  expect(detail).toMatchObject({
    row: { outcome: 'waiting', cause: 'pairing-required/scope-upgrade', origin: 'loopback', scopesTo: ['operator.admin'] },
    diagnosis: { key: 'pairing-required/scope-upgrade', known: true },
    aftermath: { kind: 'quiet' },
    waits: { requestId: run.card(identity.deviceId)?.requestId },
  });
  expect(detail.timeline.map((s) => s.step)).toEqual(['open', 'challenge', 'connect', 'audit', 'close']);
  expect(detail.raw).toHaveLength(2);

  await run.ask(identity, ['operator.admin']);
  await run.row((r) => r.deviceId === identity.deviceId && r.id !== id);
  expect((await run.console.handshake('local', id)).aftermath).toMatchObject({ kind: 'again' });

  const card = run.card(identity.deviceId);
  if (!card) throw new Error('no card');
  const { publicKey, roles, scopes } = card;
  await run.console.decide('approve', { gateway: 'local', requestId: card.requestId, seen: { publicKey, roles, scopes }, actor: PERSON });
  const granted = await run.row((r) => r.cause === 'operator-grant' && r.deviceId === identity.deviceId);
  const latest = run.rows().findLast((r) => r.cause === 'pairing-required/scope-upgrade');
  const after = await run.console.handshake('local', latest?.id ?? '');
  expect(after.aftermath).toEqual({ kind: 'quiet', since: granted.at, text: 'Approved by an operator, and not refused again since.' });
  expect(after.waits).toBeUndefined();
});

test('somebody without the key who only names a device sees nothing of it', async () => {
  const run = await live();
  const victim = createIdentity();
  run.pair(victim, ['operator.read'], { displayName: 'Secret name' });
  await run.ask(victim, ['operator.admin']);
  await vi.waitUntil(() => run.card(victim.deviceId), WAIT);
  const port = Number(new URL(run.gateway()?.url ?? '').port);
  const object = { cause: 'device-auth-invalid', reason: 'device-signature', deviceId: victim.deviceId };
  appendFileSync(run.logFile, `${closeLine({ at: Date.now(), conn: uuid(77), port, object })}\n`);
  const row = await run.row((r) => r.conn === uuid(77));
  const detail = await run.console.handshake('local', row.id);
  expect(detail.waits).toBeUndefined();
  expect(JSON.stringify(detail)).not.toContain('Secret name');
});

test('a caller that names no device is refused again when the same way of failing comes back, also after a long pause', async () => {
  const run = await live();
  const port = Number(new URL(run.gateway()?.url ?? '').port);
  const object = { cause: 'unauthorized', authReason: 'token_mismatch', authProvided: 'token', client: 'cli', mode: 'cli' };
  const wrong = (n: number, at: number, over: Record<string, unknown> = {}) =>
    appendFileSync(run.logFile, `${closeLine({ at, conn: uuid(n), port, object: { ...object, ...over } })}\n`);
  const at = Date.now();
  wrong(1, at - 600_000);
  wrong(2, at, { client: 'another' });
  const first = await run.row((r) => r.conn === uuid(1));
  await run.row((r) => r.conn === uuid(2));
  expect((await run.console.handshake('local', first.id)).aftermath).toMatchObject({ kind: 'quiet', since: first.at });
  wrong(3, at + 1);
  const again = await run.row((r) => r.conn === uuid(3));
  expect(again.run.id).not.toBe(first.run.id);
  expect((await run.console.handshake('local', first.id)).aftermath).toMatchObject({ kind: 'again', at: again.at });
});

test('a row that is not there has a code of its own', async () => {
  const run = await live();
  await expect(run.console.handshake('local', 'conn-nobody')).rejects.toMatchObject({ code: 'handshake-unknown' });
});

test('the console’s own canaries are no rows, and a stranger who calls itself one is', async () => {
  const run = await live();
  const port = Number(new URL(run.gateway()?.url ?? '').port);
  const canaries = () => readFileSync(run.logFile, 'utf8').match(/"frameId":"gatehouse-canary-[0-9a-f]+"/g) ?? [];
  expect(canaries().length).toBeGreaterThan(0);
  const probe = (n: number, frameId: string) =>
    appendFileSync(run.logFile, `${closeLine({ at: Date.now(), conn: uuid(n), port, object: { cause: 'invalid-handshake', frameId } })}\n`);
  probe(1, 'gatehouse-canary-0123');
  // Read in the log and sent again.
  probe(2, canaries()[0]?.split('"')[3] ?? '');
  await run.row((r) => r.conn === uuid(2));
  expect(run.rows().flatMap((r) => (r.cause === 'invalid-handshake' ? [r.conn] : []))).toEqual([uuid(1), uuid(2)]);
});

test('another gateway in the same log is told as trouble, and its attempts stay out', async () => {
  const run = await live();
  const own = Number(new URL(run.gateway()?.url ?? '').port);
  const object = refusedUpgrade('ab'.repeat(32), uuid(5));
  appendFileSync(
    run.logFile,
    [
      closeLine({ at: Date.now(), conn: uuid(1), port: own + 1, object }),
      closeLine({ at: Date.now(), conn: uuid(2), port: own, object }),
      logLine(Date.now(), 'gateway', `device pairing removed device=${'ef'.repeat(32)}`),
    ]
      .map((line) => `${line}\n`)
      .join(''),
  );
  await run.row((r) => r.conn === uuid(2));
  expect(await run.row((r) => r.cause === 'token-removed')).toMatchObject({ unsure: true });
  expect(run.rows().some((r) => r.conn === uuid(1))).toBe(false);
  await vi.waitUntil(() => run.gateway()?.trouble.some((t) => t.code === 'shared-log'), WAIT);
});

test('a log of ours that cannot be written is told as trouble, until what waited is stored', async () => {
  const run = await live();
  const port = Number(new URL(run.gateway()?.url ?? '').port);
  const file = new DatabaseSync(join(run.store.folder, 'handshakes.db'));
  onTestFinished(() => file.close());
  file.exec("create trigger refuse before insert on handshakes begin select raise(abort, 'no room'); end");
  appendFileSync(run.logFile, `${closeLine({ at: Date.now(), conn: uuid(1), port, object: refusedUpgrade('ab'.repeat(32), uuid(5)) })}\n`);
  await vi.waitUntil(() => run.gateway()?.trouble.some((t) => t.code === 'rows-unstored'), WAIT);
  const shown = () => run.published.findLast((change) => change.topic === 'gateways' && change.op === 'set');
  expect(shown()).toMatchObject({ item: { trouble: [{ code: 'rows-unstored', severity: 'serious' }] } });
  file.exec('drop trigger refuse');
  await run.row((r) => r.conn === uuid(1));
  await vi.waitUntil(() => run.gateway()?.trouble.length === 0, WAIT);
  expect(shown()).toMatchObject({ item: { trouble: [] } });
});

test('a line that cannot be read is counted as a row and told as trouble', async () => {
  const run = await live();
  appendFileSync(run.logFile, 'not a line of the log\n');
  expect(await run.row((r) => r.cause === 'unread-lines')).toMatchObject({ outcome: 'gap', title: '1 line of the log cannot be read' });
  await vi.waitUntil(() => run.gateway()?.trouble.some((t) => t.code === 'log-gap'), WAIT);
});
