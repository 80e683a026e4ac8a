// Collects the facts behind every request of one gateway, at the edge; judge.ts decides what they are worth.
import type { KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { z } from 'zod';
import type { GatewayMethod } from '../gateway/allowlist.ts';
import type { ShownCertificate } from '../gateway/certificate.ts';
import { localGatewayDeviceId } from '../gateway/local-identity.ts';
import { gatewayId } from '../gateway/records.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import type { CloseRecord } from '../handshakes/records.ts';
import { type Attempt, collectAttempts, evidenceFrom, type UnpairedAttempt } from './attempts.ts';
import { type CanaryResult, createCanaryMarks, flyCanary } from './canary.ts';
import { createCanaryFlights } from './canary-flights.ts';
import { type ConfigFacts, configFileOf, readConfigFacts } from './config-facts.ts';
import { type ConfigSetup, readConfigSetup } from './config-setup.ts';
import { createFactTimes, type FactTimesSummary, outcomesOf } from './fact-times.ts';
import { type EvidenceInput, type Judgement, judgeOrigin } from './judge.ts';
import { createLogSource, type LogSourceKind } from './log-source.ts';
import { createPeerWatch, type PeerWatch } from './peer-watch.ts';

export type HostKey = { deviceId: string; publicKey: string };

/** What can be collected on this gateway at present, for the Gateways page. */
export type CollectorState = {
  onThisHost: boolean;
  hostKey: HostKey | undefined;
  config: ConfigFacts | undefined;
  /** How the gateway is set up, for explanations only. */
  setup: ConfigSetup | undefined;
  /** The port that the gateway itself listens on: that of its address on this host, else what the canary's record says. */
  gatewayPort: number | undefined;
  logSource: LogSourceKind;
  /** How the log is read for people: also where it is no proof. `none` while it is not, also when it was before. */
  logRead: LogSourceKind;
  logProblem: string | undefined;
  logFile: string | undefined;
  lastCanary: (CanaryResult & { at: number }) | undefined;
  peerReach: 'proc' | 'none';
  gatewayUid: number | undefined;
};

export type SubjectOfProof = {
  deviceId: string;
  publicKey: string;
  scopes: readonly string[];
  ts: number;
  remoteIp?: string | undefined;
};

export type Standing = { statement: boolean; provenance: 'ledger' | 'vouched' | undefined; hostKeyShared: boolean };

export type Collector = {
  state: () => CollectorState;
  /** After each sign-in: identity, configuration, listener and log source anew. Rejects when the gateway does. */
  connect: () => Promise<void>;
  refreshConfig: () => Promise<ConfigFacts | undefined>;
  /** Looks at the sockets now; call it in the very turn in which a pairing event arrives. */
  look: () => void;
  /** Reads the log on. Through `logs.tail` it waits for its turn: no more than 4 calls a second, whoever asks. */
  poll: () => Promise<void>;
  /** Sends a canary and resolves when it came back or did not: only then it is known whether the log speaks, and which port is the gateway's. */
  sounded: () => Promise<void>;
  /** Whether a close record is one of the canaries of this installation. */
  isCanary: (record: CloseRecord) => boolean;
  /** Judges with what is there now. */
  judge: (subject: SubjectOfProof, standing: Standing) => Judgement;
  /** Waits until the evidence is whole, at most 2 s from the last audit line, then judges. */
  settle: (subject: SubjectOfProof, standing: Standing) => Promise<Judgement>;
  /** How often each fact of the last settled judgements was had in time. */
  factTimes: () => readonly FactTimesSummary[];
  dispose: () => Promise<void>;
};

const SETTLE_MS = 2000;
const POLL_STEP_MS = 3;
const TAIL_STEP_MS = 60;
const CANARY_MS = 1500;
const PORT_FREE_MS = 5000;
const CONFIG_ANYWAY_MS = 5 * 60_000;
const DEFAULT_HANDSHAKE_TIMEOUT_MS = 15_000;
const identityAnswer = z.object({ deviceId: gatewayId, publicKey: gatewayId });
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function createCollector(deps: {
  url: string;
  port: number;
  /** The gateway lives in the console's own process: practice. */
  inThisProcess: boolean;
  /** The gateway's state folder on this host, where one is known. */
  stateDir: string | undefined;
  trust?: readonly string[];
  /** Judges the certificate that a canary meets. */
  certificate?: (shown: ShownCertificate) => void | Promise<void>;
  request: (method: GatewayMethod, params?: Record<string, unknown>) => Promise<unknown>;
  window: LogWindow;
  sessionPort: () => number | undefined;
  /** A secret of this installation, by which its canaries are known again. */
  canaryKey: KeyObject;
  /** A caller of another user than the gateway's stands on its port. */
  onForeignPeer: () => void;
  now: () => number;
}): Collector {
  const { window, port, now } = deps;
  const canaryPorts = new Set<number>();
  const eye: PeerWatch = createPeerWatch({
    port,
    inThisProcess: deps.inThisProcess,
    now,
    onForeignPeer: deps.onForeignPeer,
    ownPorts: () => {
      const session = deps.sessionPort();
      return session === undefined ? canaryPorts : new Set([...canaryPorts, session]);
    },
  });
  let hostKey: HostKey | undefined;
  let config: ConfigFacts | undefined;
  let onThisHost = false;
  let configFile: string | undefined;
  let readStamp: string | undefined;
  let readAt = 0;
  let disposed = false;
  let setup: ConfigSetup | undefined;
  let seenPort: number | undefined;
  const canaries = createCanaryMarks(deps.canaryKey);
  const times = createFactTimes({ now });
  const log = createLogSource({
    request: deps.request,
    window,
    where: () => ({ onThisHost, uid: eye.gatewayUid() ?? (deps.stateDir ? ownerOf(deps.stateDir) : undefined) }),
    onFile: eye.watchLog,
    now,
    monotonicMs: () => performance.now(),
    wait: pause,
  });
  const handshakeTimeout = () => config?.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_TIMEOUT_MS;

  /** What the configuration file is right now; undefined where it cannot be known. */
  function configStamp(): string | undefined {
    if (!onThisHost || configFile === undefined) return undefined;
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = statSync(configFile, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    } catch {
      return undefined;
    }
  }

  /**
   * Reads the configuration unless its file is the one that was there before the last reading. `config.get` keeps a 2026.4.14
   * from everything else for 150 ms (measured), so it is not asked for nothing; variables take a restart, which is a reconnect.
   */
  async function readConfig() {
    const stamp = configStamp();
    if (config && stamp !== undefined && stamp === readStamp && now() - readAt < CONFIG_ANYWAY_MS) return;
    const answer = await deps.request('config.get').catch(() => undefined);
    config = readConfigFacts(answer);
    setup = readConfigSetup(answer);
    configFile = configFileOf(answer);
    readStamp = config ? stamp : undefined;
    readAt = now();
  }

  const flights = createCanaryFlights({
    fly: (ready) =>
      flyCanary({
        url: deps.url,
        ...(deps.trust ? { trust: deps.trust } : {}),
        ...(deps.certificate ? { certificate: deps.certificate } : {}),
        port,
        frameId: canaries.next(),
        ready,
        window,
        poll: log.poll,
        onPort: (p) => canaryPorts.add(p),
        now,
        timeoutMs: CANARY_MS,
      }),
    async onLanded(result) {
      seenPort = result.port ?? seenPort;
      // Its port may soon be an honest caller's.
      const flown = [...canaryPorts];
      setTimeout(() => {
        for (const p of flown) canaryPorts.delete(p);
      }, PORT_FREE_MS).unref();
      // A silent log may have moved to a new day's file.
      if (!result.read) await log.open().catch(() => undefined);
    },
    now,
  });

  function input(subject: SubjectOfProof, standing: Standing): EvidenceInput {
    return {
      request: subject,
      port,
      handshakeTimeoutMs: handshakeTimeout(),
      hostKey,
      hostKeyShared: standing.hostKeyShared,
      log: { source: log.proof(), coverageFrom: window.coverageFrom(), records: window.records(), gaps: window.gaps() },
      canary: flights.last() ?? { read: false, why: 'none was sent yet' },
      peers: { reach: onThisHost ? eye.reach() : 'none', gatewayUid: eye.gatewayUid(), sightings: eye.sightings() },
      config,
      statement: standing.statement,
      provenance: standing.provenance,
    };
  }

  /** Whether every attempt has its close record, and the newest. A key that was never paired leaves attempts without audit lines. */
  function isWhole(subject: SubjectOfProof): { whole: boolean; last: Attempt | UnpairedAttempt | undefined } {
    const set = collectAttempts(window.records(), subject.deviceId, evidenceFrom(subject.ts, handshakeTimeout()));
    const open = set.faults.some((f) => f.fault === 'audit-without-close' && f.at > now() - SETTLE_MS);
    const attempts = set.attempts.length > 0 ? set.attempts : set.unpaired;
    return { whole: !open && attempts.some((a) => subject.ts >= a.from && subject.ts <= a.to), last: attempts.at(-1) };
  }

  return {
    state: () => ({
      onThisHost,
      hostKey,
      config,
      setup,
      gatewayPort: onThisHost ? port : seenPort,
      logSource: log.proof(),
      logRead: log.read(),
      logProblem: log.problem(),
      logFile: log.file(),
      lastCanary: flights.last(),
      peerReach: onThisHost ? eye.reach() : 'none',
      gatewayUid: eye.gatewayUid(),
    }),
    async connect() {
      const identity = identityAnswer.safeParse(await deps.request('gateway.identity.get'));
      hostKey = identity.success ? identity.data : undefined;
      readStamp = undefined;
      await readConfig();
      const local = deps.stateDir ? localGatewayDeviceId(deps.stateDir) : undefined;
      onThisHost = local !== undefined && local === hostKey?.deviceId;
      // Once more, now that its file is known and was looked at before.
      if (onThisHost) await readConfig();
      await eye.findListener();
      // What went wrong stands in the state, and the next look tries again.
      await log.open().catch(() => undefined);
    },
    async refreshConfig() {
      await readConfig();
      // The file may be another by now, or may be read at last.
      if (onThisHost) await log.open().catch(() => undefined);
      return config;
    },
    look: eye.look,
    poll: log.poll,
    sounded: () => flights.after(now()),
    isCanary: canaries.isOurs,
    judge: (subject, standing) => judgeOrigin(input(subject, standing)),
    async settle(subject, standing) {
      const begun = performance.now();
      const deadline = begun + SETTLE_MS;
      let state = isWhole(subject);
      // The gateway has nothing else to do until the caller has closed; an old request that lacks a record will lack it still.
      if (!state.whole && !disposed && now() - subject.ts < SETTLE_MS) flights.prepare();
      while (!state.whole && !disposed && performance.now() < deadline) {
        await log.poll().catch(() => undefined);
        state = isWhole(subject);
        if (!state.whole) await pause(log.read() === 'raw' ? POLL_STEP_MS : TAIL_STEP_MS);
      }
      const recordMs = performance.now() - begun;
      let configMs: number | undefined;
      if (state.whole && state.last) {
        // The configuration is read anew beside the canary, so that no decision stands on an old one.
        const read = readConfig().then(() => {
          configMs = performance.now() - begun - recordMs;
        });
        // Another host's clock does not say whether the last one was sent after that record.
        await Promise.all([flights.after(onThisHost ? state.last.to : now()), read]);
      } else flights.release();
      await Promise.all([log.poll().catch(() => undefined), eye.looked()]);
      const evidence = input(subject, standing);
      const judgement = judgeOrigin(evidence);
      const outcomes = outcomesOf({
        facts: judgement.facts,
        peerInReach: evidence.peers.reach === 'proc',
        whole: state.whole,
        recordMs,
        newest: state.last?.close,
        sightings: evidence.peers.sightings,
        canary: state.whole ? evidence.canary : undefined,
        configMs,
      });
      times.note(`${subject.deviceId} ${state.last?.conn ?? subject.ts}`, outcomes);
      return judgement;
    },
    factTimes: times.summary,
    async dispose() {
      disposed = true;
      log.dispose();
      await eye.dispose();
    },
  };
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}
