// The lists and cards of one gateway as pages and API see them, made from the parts of its desk whenever they are asked.
import type { DeviceView, Freshness, GatewayView, RequestView, TroubleView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import { deviceView } from '../devices/device-view.ts';
import { type Found, findingsOf } from '../devices/findings.ts';
import { createDeskFindings } from '../devices/findings-desk.ts';
import { createKeptViews } from '../devices/findings-kept.ts';
import type { SeenBook } from '../devices/findings-seen.ts';
import type { Collector } from '../evidence/collector.ts';
import { createRefusalTimes } from '../evidence/refusal-times.ts';
import type { GatewayEndpoint } from '../gateway/endpoint.ts';
import { type AlarmView, gatewayView } from '../gateway/gateway-view.ts';
import type { PairedDevice, PairingList, PendingRequest } from '../gateway/records.ts';
import type { SessionState } from '../gateway/session.ts';
import type { LogWindow } from '../handshakes/log-window.ts';
import type { Board } from './board.ts';
import type { CertificatePin } from './certificate-pin.ts';
import type { Evaluator } from './evaluator.ts';
import { createKeptCards } from './kept-cards.ts';
import { pairedRowOf } from './reason.ts';
import { isStuck, requestView } from './request-view.ts';
import type { Standings } from './standing.ts';

/** A refusal is logged a little after the request that it belongs to; on 2026.9.x `ts` moves on with each retry. */
const REFUSAL_SLACK_MS = 5 * 60_000;

/** How the connection stands, and what the last one told. */
export type Connection = { state: SessionState; since: number; lastVersion: string | undefined; lastProtocol: number | undefined };

export type DeskViews = {
  gateway: () => GatewayView;
  freshness: () => Freshness;
  request: (requestId: string) => RequestView | undefined;
  requests: () => RequestView[];
  device: (row: PairedDevice) => DeviceView;
  devices: () => DeviceView[];
  /** What is odd about a row, as facts. */
  findings: (row: PairedDevice) => Found[];
};

export function createDeskViews(deps: {
  endpoint: GatewayEndpoint;
  consoleDeviceId: string;
  connection: Readonly<Connection>;
  board: Board;
  collector: Collector;
  evaluator: Pick<Evaluator, 'of'>;
  standing: Standings;
  window: LogWindow;
  pairedSilently: (deviceId: string) => boolean;
  /** Grants of a device that nobody clicked and nobody has acknowledged. */
  unclicked: (deviceId: string) => number;
  seen: Omit<SeenBook, 'note'>;
  alarms: readonly AlarmView[];
  certificate: CertificatePin['view'];
  trouble: () => TroubleView[];
  now: () => number;
}): DeskViews {
  const { endpoint, connection, board, collector, standing, now } = deps;
  const hostKeyId = () => collector.state().hostKey?.deviceId;

  function freshness(): Freshness {
    const at = board.readAt();
    if (at === undefined) return { state: 'never' };
    const live = connection.state.kind === 'live' && !board.isBehind();
    return { state: live ? 'live' : 'stale', asOf: isoOf(live ? now() : at) };
  }

  let rows: { of: readonly PairedDevice[]; byId: Map<string, PairedDevice[]> } | undefined;
  /** A flood of requests looks each of its keys up among thousands of rows. */
  function pairedRow({ paired }: PairingList, pending: PendingRequest): PairedDevice | undefined {
    if (rows?.of !== paired) rows = { of: paired, byId: Map.groupBy(paired, (row) => row.deviceId) };
    return pairedRowOf(rows.byId.get(pending.deviceId) ?? [], pending);
  }

  const refusalsOf = createRefusalTimes(deps.window.records);
  const keptCard = createKeptCards();
  function cardOf(pending: PendingRequest, list: PairingList): RequestView {
    const { judgement, settled, verdict } = deps.evaluator.of(pending.requestId);
    const about = {
      row: pairedRow(list, pending),
      judgement,
      settled,
      verdict,
      hostKeyId: hostKeyId(),
      refusedBefore: standing.ledgerOf(pending)?.refused !== undefined,
      readBack: board.isReadBack(pending.requestId),
      stuck: isStuck(pending, now()),
    };
    const refusals = refusalsOf(pending.deviceId, pending.ts - REFUSAL_SLACK_MS);
    return keptCard(pending, [...Object.values(about), ...Object.values(refusals)], () =>
      requestView({ gateway: { id: endpoint.id, name: endpoint.name }, request: pending, ...about, refusals }),
    );
  }

  const findings = createDeskFindings({ list: board.list, seen: deps.seen, consoleDeviceId: deps.consoleDeviceId, hostKeyId, now });

  const viewOf = createKeptViews();
  function device(row: PairedDevice): DeviceView {
    const ledger = standing.ledgerOf(row);
    const silently = deps.pairedSilently(row.deviceId);
    const unclicked = deps.unclicked(row.deviceId);
    const facts = findings.factsOf(row, unclicked);
    const ruleId = deps.seen.ruleOf(row);
    return viewOf(
      row,
      {
        known: [ledger, silently, hostKeyId(), unclicked, ruleId],
        saw: [facts.list, facts.seen, facts.mismatchMs, findings.step()],
      },
      () => [...new Set(findingsOf(row, facts).map(({ code }) => code))],
      (codes) =>
        deviceView(endpoint.id, row, {
          ledger,
          consoleId: deps.consoleDeviceId,
          hostKeyId: hostKeyId(),
          silently,
          unclicked,
          findings: codes,
          ...(ruleId === undefined ? {} : { ruleId }),
        }),
    );
  }

  return {
    freshness,
    gateway: () =>
      gatewayView({
        ...connection,
        endpoint,
        consoleDeviceId: deps.consoleDeviceId,
        consoleUid: process.getuid?.(),
        collected: collector.state(),
        list: board.list(),
        freshness: freshness(),
        statement: standing.statement(),
        alarms: [...deps.alarms],
        certificate: deps.certificate(),
        trouble: deps.trouble(),
        identityProblem: standing.identityProblem(),
        factTimes: collector.factTimes(),
      }),
    request(requestId) {
      const list = board.list();
      const pending = list?.pending.find((p) => p.requestId === requestId);
      return list && pending ? cardOf(pending, list) : undefined;
    },
    /** Silent requests are in flight and not for people, until they are stuck. */
    requests() {
      const list = board.list();
      return list?.pending.filter((p) => !p.silent || isStuck(p, now())).map((p) => cardOf(p, list)) ?? [];
    },
    device,
    findings: (row) => findingsOf(row, findings.factsOf(row, deps.unclicked(row.deviceId))),
    devices: () => board.list()?.paired.map(device) ?? [],
  };
}
