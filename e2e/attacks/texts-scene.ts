// A gateway and strangers that write texts that want to act, everywhere where they can write, and a real console that reads it all. The
// gateway is the practice gateway with a liar in front: it adds rows, versions and errors that the gateway itself would never send.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../lib/clock.ts';
import { createIdentity } from '../../lib/gateway/identity.ts';
import { dialGateway } from '../../lib/practice/client.ts';
import { createPracticeGateway, type PracticeGateway } from '../../lib/practice/gateway.ts';
import { renderLine } from '../../lib/practice/gateway-log.ts';
import { startConsole, type TestConsole } from '../gateways/console.ts';
import { type Passing, startMeddler } from '../gateways/meddler.ts';
import { until } from '../gateways/until.ts';
import { inHeader, MARK, PAYLOADS } from './payloads.ts';

const ALL = Object.values(PAYLOADS);
const AT_ONCE = 6;
const answer = z.looseObject({ ok: z.boolean(), payload: z.unknown().optional(), error: z.unknown().optional() });
const group = z.looseObject({});

export type TextsScene = {
  console: TestConsole;
  /** A folder that goes with the scene. */
  folder: string;
  /** From now on the gateway refuses every call, each time in other words that want to act; it is asked at once. */
  fail: () => void;
  dispose: () => Promise<void>;
};

const one = (at: number): string => ALL[at % ALL.length] ?? MARK;
const claims = (text: string) => ({
  displayName: text,
  operatorLabel: text,
  platform: text,
  deviceFamily: text,
  clientId: text,
  clientMode: text,
  remoteIp: text,
  role: text,
  roles: [text, 'operator'],
  scopes: [text, 'operator.read'],
});

/** Rows that no gateway would list: every text of them is a payload, ids among them. */
function liesOf(now: number) {
  const keys = ALL.map(() => createIdentity());
  const rows = ALL.flatMap((text, at) => {
    const { deviceId = '', publicKey = '' } = keys[at] ?? {};
    const said = claims(text);
    return [
      { ...said, deviceId, publicKey },
      { ...said, deviceId: `${at}${text}`.slice(0, 200), publicKey: text.slice(0, 200) },
    ];
  });
  const other = ALL.map(() => createIdentity());
  return {
    paired: rows.map((row) => ({
      ...row,
      approvedScopes: row.scopes,
      approvedVia: row.displayName,
      lastSeenReason: row.displayName,
      lastSeenAtMs: now,
      createdAtMs: now,
      approvedAtMs: now,
      connected: true,
      tokens: [{ role: row.displayName, scopes: row.scopes, createdAtMs: now, lastUsedAtMs: now }],
    })),
    pending: ALL.flatMap((text, at) => {
      const { deviceId = '', publicKey = '' } = other[at] ?? {};
      const said = { ...claims(text), silent: false, isRepair: false, ts: now };
      return [
        { ...said, deviceId, publicKey, requestId: `asked-${at}` },
        { ...said, deviceId: `p${at}${text}`.slice(0, 200), publicKey: text.slice(0, 200), requestId: `${at}${text}`.slice(0, 200) },
      ];
    }),
    presence: ALL.map((text, at) => ({
      host: text,
      ip: text,
      version: text,
      platform: text,
      deviceFamily: text,
      mode: text,
      reason: text,
      text,
      deviceId: keys[at]?.deviceId,
      roles: [text],
      scopes: [text],
      ts: now,
    })),
    nodes: ALL.map((text, at) => ({
      requestId: `node-${at}`,
      nodeId: keys[at]?.deviceId ?? '',
      displayName: text,
      platform: text,
      version: text,
      remoteIp: text,
      caps: [text],
      commands: [text, 'system.run'],
      requiredApproveScopes: [text, 'operator.admin'],
      ts: now,
    })),
  };
}

/** Changes what the gateway says. `turn` counts, so that another payload stands in each answer that holds one text only. */
function liar(now: number, realLog: string, shownLog: string) {
  const lies = liesOf(now);
  let turn = 0;
  let failing = false;
  const lie = ({ type, text }: Passing): readonly string[] | undefined => {
    if (type !== 'res') return undefined;
    const raw: unknown = JSON.parse(text.replaceAll(realLog, shownLog));
    const frame = answer.parse(raw);
    const next = () => {
      turn += 1;
      return one(turn);
    };
    const say = (changed: object) => [JSON.stringify({ ...frame, ...changed })];
    if (!frame.ok || failing)
      return say({
        ok: false,
        payload: undefined,
        error: { code: next().slice(0, 100), message: next(), details: { reason: next(), code: next() } },
      });
    if (Array.isArray(frame.payload)) return say({ payload: [...frame.payload, ...lies.presence] });
    const payload = group.safeParse(frame.payload).data ?? {};
    if (Array.isArray(payload.pending) && Array.isArray(payload.paired)) {
      const nodes = payload.pending.some((row) => 'nodeId' in row) || payload.paired.some((row) => 'nodeId' in row);
      const isNodes = nodes || (payload.pending.length === 0 && payload.paired.length === 0);
      if (isNodes) return say({ payload: { ...payload, pending: lies.nodes, paired: lies.nodes } });
      return say({ payload: { pending: [...payload.pending, ...lies.pending], paired: [...payload.paired, ...lies.paired] } });
    }
    if (payload.type === 'hello-ok') return say({ payload: { ...payload, server: { version: one(11), connId: one(12) } } });
    return say({});
  };
  return {
    lie,
    fail() {
      failing = true;
    },
  };
}

/** Callers of the gateway, each with one payload in all it can say, in four ways: let in, waiting, refused, no client at all. */
async function strangers({ url, token }: PracticeGateway): Promise<void> {
  const dials = ALL.flatMap((text) => {
    const client = { id: 'gateway-client', mode: 'ui', version: text, platform: text, displayName: text, deviceFamily: text };
    const base = { url, token, client, scopes: ['operator.read'], timeoutMs: 5000 };
    const said = inHeader(text);
    return [
      () => dialGateway({ ...base, identity: createIdentity() }),
      () => dialGateway({ ...base, identity: createIdentity(), headers: { 'x-forwarded-for': said, 'user-agent': said } }),
      () => dialGateway({ ...base, identity: createIdentity(), headers: { origin: said, host: said, 'user-agent': said } }),
      () => dialGateway({ ...base, identity: createIdentity(), client: { ...client, id: text, mode: text } }),
      () => dialGateway({ ...base, identity: createIdentity(), rawFirstFrame: JSON.stringify({ type: text, id: text, method: text }) }),
    ];
  });
  const next = dials.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const dial of next) (await dial()).close();
    }),
  );
}

/**
 * The log that the console reads: what the gateway wrote of the strangers, with the port that the console knows, and lines that nobody but
 * the gateway should write: garbage, forged records with a payload in every field, one of a megabyte.
 */
function writeLog({ from, to, ports }: { from: string; to: string; ports: readonly [real: string, shown: string] }, now: number): void {
  const write = (line: string) => appendFileSync(to, `${line}\n`);
  write(readFileSync(from, 'utf8').trimEnd().replaceAll(ports[0], ports[1]));
  ALL.forEach((text, at) => {
    const conn = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
    const plain = at % 2 === 0;
    const place = plain
      ? {
          remoteAddr: '127.0.0.1',
          remotePort: 9,
          localAddr: '127.0.0.1',
          localPort: Number(ports[1]),
          endpoint: `127.0.0.1:9->127.0.0.1:${ports[1]}`,
        }
      : { remoteAddr: text, endpoint: text, localPort: Number(ports[1]) };
    const facts = {
      cause: plain ? 'pairing-required' : text,
      handshake: 'failed',
      durationMs: 3,
      lastFrameType: text,
      lastFrameMethod: text,
      lastFrameId: text,
      host: text,
      origin: text,
      userAgent: text,
      forwardedFor: text,
      ...place,
      client: text,
      clientDisplayName: text,
      mode: text,
      version: text,
      platform: text,
      deviceFamily: text,
      deviceId: text,
      requestId: text,
      role: text,
      reason: text,
      authReason: text,
      authProvided: text,
    };
    const said = `fwd=${text} origin=${text} host=${text} ua=${text}`;
    const closed = `closed before connect conn=${conn} peer=${place.endpoint} remote=${place.remoteAddr} ${said} code=1008 reason=${text}`;
    const upgrade = `security audit: device access upgrade requested reason=scope-upgrade device=${text} ip=${text} auth=${text}`;
    const audit = `${upgrade} roleFrom=${text} roleTo=${text} scopesFrom=${text} scopesTo=${text} client=${text} conn=${conn}`;
    write(text);
    write(renderLine({ level: 'WARN', subsystem: 'gateway/ws', object: facts, text: closed }, now));
    write(renderLine({ level: 'WARN', subsystem: 'gateway', text: audit }, now));
    write(
      renderLine(
        { level: 'WARN', subsystem: 'gateway/ws', text: `invalid handshake conn=${conn} peer=${text} origin=${text} ua=${text}` },
        now,
      ),
    );
    write(renderLine({ level: 'ERROR', subsystem: 'gateway', text: `device pairing approved device=${text} role=${text}` }, now));
  });
  write(`${MARK}${'<img data-zqmark src=x>'.repeat(45_000)}`);
}

/** Bytes on a fresh socket of the console, as no client would send them; answers what came back before it closed. */
export function rawToConsole({ port }: Pick<TestConsole, 'port'>, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.end(bytes);
  });
}

/** Starts it all, and waits until the console has read it. */
export async function startTexts(): Promise<TextsScene> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-texts-'));
  const gateway = createPracticeGateway({ folder, clock: systemClock() });
  await gateway.start();
  const meddler = await startMeddler(gateway.url);
  const ports = [new URL(gateway.url).port, new URL(meddler.url).port] as const;
  const logFile = join(folder, 'shown.log');
  writeFileSync(logFile, '', { mode: 0o600 });
  const gatewaySays = liar(Date.now(), gateway.logFile, logFile);
  meddler.fromGateway(gatewaySays.lie);
  const configPath = join(folder, 'openclaw.json');
  const settings = { mode: 'local', port: Number(ports[1]), auth: { mode: 'token', token: gateway.token } };
  writeFileSync(configPath, JSON.stringify({ gateway: settings, logging: { file: logFile } }));
  let started: TestConsole | undefined;
  async function dispose() {
    await started?.dispose();
    await meddler.dispose();
    await gateway.dispose();
    rmSync(folder, { recursive: true });
  }
  try {
    const target = await startConsole({ gateway: { stateDir: folder, configPath, home: folder } });
    started = target;
    await until('the console is live', async () => (await target.api.gateways()).find(({ state }) => state === 'live'), 60_000);
    await strangers(gateway);
    writeLog({ from: gateway.logFile, to: logFile, ports }, Date.now());
    for (const text of ALL) meddler.say(JSON.stringify({ type: 'event', event: text, payload: { [MARK]: text }, seq: 1 }));
    for (const row of liesOf(Date.now()).pending.slice(0, 4))
      meddler.say(JSON.stringify({ type: 'event', event: 'device.pair.requested', payload: row, seq: 2 }));
    const read = (what: string, count: () => Promise<number>) =>
      until(what, async () => ((await count()) >= ALL.length ? true : undefined), 60_000);
    await read('the requests', async () => (await target.api.pending()).length);
    await read('the devices', async () => (await target.api.devices()).length);
    await read('the log', async () => (await target.api.handshakes({ limit: '500', text: MARK })).items.length);
    return {
      console: target,
      folder,
      fail() {
        gatewaySays.fail();
        for (const event of ['device.pair.changed', 'node.pair.requested'])
          meddler.say(JSON.stringify({ type: 'event', event, payload: {}, seq: 3 }));
      },
      dispose,
    };
  } catch (error) {
    const said = started?.output().slice(-3000);
    await dispose();
    throw new Error(`${error instanceof Error ? error.message : String(error)}; the console said: ${said}`);
  }
}
