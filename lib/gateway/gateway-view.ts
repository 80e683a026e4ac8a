// How one gateway stands, in the words of the Gateways page and of every page's top bar. Pure.
import type { FactView, Freshness, GatewayView, TroubleView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import type { CollectorState } from '../evidence/collector.ts';
import type { FactTimesSummary } from '../evidence/fact-times.ts';
import { present } from '../present.ts';
import { type ProblemView, problemView } from '../problem.ts';
import { type GatewayEndpoint, isLoopbackUrl } from './endpoint.ts';
import type { PairingList } from './records.ts';
import { CONSOLE_SCOPES, coversScopes } from './scopes.ts';
import type { SessionState } from './session.ts';

export type StatementNote = { noProxyInFront: boolean; by?: string; at?: string; droppedBecause?: string; unacknowledged: boolean };
export type AlarmView = GatewayView['alarms'][number];

function rulesMatter(state: SessionState, collected: CollectorState, lastProtocol: number | undefined): GatewayView['rulesMatter'] {
  const protocol = state.kind === 'live' ? state.hello.protocol : lastProtocol;
  if (protocol === undefined) return { matter: true, text: 'Not known before the gateway was reached.' };
  if (protocol < 4)
    return {
      matter: true,
      text: 'This gateway leaves scope upgrades to an operator: rules decide. Another role, or a device whose token was revoked, it grants by itself on loopback.',
    };
  if (collected.config?.autoApproveLocal === false)
    return {
      matter: true,
      text: 'This gateway leaves loopback upgrades to an operator (gateway.nodes.pairing.autoApproveLocal is false): rules decide.',
    };
  return {
    matter: false,
    text: 'This gateway grants every loopback upgrade by itself before any rule is asked. Switch gateway.nodes.pairing.autoApproveLocal off to let rules decide.',
  };
}

/** What kinds of proof can be had on this gateway, each with its remedy. */
function proofOf(c: CollectorState): FactView[] {
  const canary = c.lastCanary;
  return [
    {
      name: 'key',
      label: 'Own key',
      ...(c.hostKey ? { held: true } : {}),
      text: c.hostKey ? `The gateway’s own key is ${c.hostKey.deviceId.slice(0, 8)}.` : 'The gateway does not tell its own key.',
    },
    {
      name: 'source',
      label: 'Log',
      ...(c.logSource === 'none' ? { held: false } : { held: true }),
      text:
        c.logSource === 'raw'
          ? `Read from its log file.`
          : c.logSource === 'tail'
            ? 'Read through logs.tail: less than the file itself, see assurance log.'
            : (c.logProblem ?? 'The log cannot be read.'),
    },
    {
      name: 'canary',
      label: 'Canary',
      ...(canary ? { held: canary.read } : {}),
      text: canary
        ? canary.read
          ? `Its record stood in the log after ${Math.round(canary.ms)} ms.`
          : `${canary.why}. Set logging.level to info, and look whether the log file is full or was moved.`
        : 'None was needed yet.',
    },
    {
      name: 'peer',
      label: 'Peer',
      ...(c.peerReach === 'proc' ? { held: true } : {}),
      text:
        c.peerReach === 'proc'
          ? 'The sockets of this host can be seen.'
          : c.onThisHost
            ? 'This system does not show whose socket is whose; only Linux does.'
            : 'The console is not proven to run on the gateway’s host, so sockets cannot be seen.',
    },
    {
      name: 'configuration',
      label: 'Configuration',
      ...(c.config ? { held: c.config.open.length === 0 } : {}),
      text: c.config
        ? c.config.open.length === 0
          ? 'Bound to loopback, no trusted proxy, no tailnet.'
          : `${c.config.open.join('; ')}.`
        : 'The configuration cannot be read.',
    },
  ];
}

/** Whether console and gateway run as one user; where either is not known they count as one. */
export function sameUserOf(gatewayUid: number | undefined, consoleUid: number | undefined): GatewayView['sameUser'] {
  const known = gatewayUid !== undefined && consoleUid !== undefined;
  return { known, same: !known || gatewayUid === consoleUid };
}

/** The whole view. */
export function gatewayView(input: {
  endpoint: GatewayEndpoint;
  state: SessionState;
  since: number;
  consoleDeviceId: string;
  consoleUid: number | undefined;
  collected: CollectorState;
  list: PairingList | undefined;
  freshness: Freshness;
  statement: StatementNote;
  alarms: AlarmView[];
  lastVersion: string | undefined;
  lastProtocol: number | undefined;
  identityProblem: ProblemView | undefined;
  certificate: GatewayView['certificate'];
  trouble: TroubleView[];
  factTimes: readonly FactTimesSummary[];
}): GatewayView {
  const { endpoint, state, collected, list } = input;
  const granted = state.kind === 'live' ? state.grantedScopes : [];
  const missing = state.kind === 'live' ? CONSOLE_SCOPES.filter((s) => !coversScopes(granted, [s])) : [];
  const failure = state.kind === 'down' || state.kind === 'refused' ? problemView(state.problem) : undefined;
  const retryAt = state.kind === 'down' || state.kind === 'refused' ? isoOf(state.retryAtMs) : undefined;
  const others = list?.paired.some((d) => d.deviceId !== input.consoleDeviceId) ?? false;
  const connected = list?.paired.filter((d) => d.connected === true).length ?? 0;
  const canAdmit =
    endpoint.source !== 'practice' &&
    isLoopbackUrl(endpoint.url) &&
    (endpoint.auth.token !== undefined || endpoint.auth.password !== undefined);
  return {
    id: endpoint.id,
    name: endpoint.name,
    url: endpoint.url,
    source: endpoint.source,
    practice: endpoint.source === 'practice',
    state: state.kind,
    since: isoOf(input.since),
    ...present({
      problem: input.identityProblem ?? failure,
      certificate: input.certificate,
      retryAt,
      version: input.lastVersion,
      protocol: input.lastProtocol,
      connectedCount: list?.paired.some((d) => d.connected !== undefined) ? connected : undefined,
    }),
    consoleDeviceId: input.consoleDeviceId,
    grantedScopes: granted,
    missingScopes: missing,
    freshness: input.freshness,
    onThisHost: collected.onThisHost,
    limitedSight: state.kind === 'live' && list !== undefined && !others,
    pairedCount: list?.paired.length ?? 0,
    pendingCount: list?.pending.length ?? 0,
    rulesMatter: rulesMatter(state, collected, input.lastProtocol),
    proof: proofOf(collected),
    factTimes: input.factTimes.map(({ fact, had, missed, lastMissedAtMs, ...words }) => ({
      fact,
      had,
      missed,
      ...present({ ...words, lastMissedAt: lastMissedAtMs === undefined ? undefined : isoOf(lastMissedAtMs) }),
    })),
    statement: input.statement,
    sameUser: sameUserOf(collected.gatewayUid, input.consoleUid),
    ...(state.kind === 'waiting'
      ? {
          waiting: {
            ...present({ requestId: state.requestId }),
            deviceId: input.consoleDeviceId,
            scopes: [...CONSOLE_SCOPES],
            command: state.requestId ? `openclaw devices approve ${state.requestId}` : 'openclaw devices list',
            canAdmitHere: canAdmit,
          },
        }
      : {}),
    alarms: input.alarms,
    trouble: input.trouble,
  };
}

/** A gateway of this host that was found and cannot even be dialed, as when its configuration is broken: shown as down, never hidden. */
export function unreachableGateway(input: { consoleDeviceId: string; since: number; problem: ProblemView }): GatewayView {
  return {
    id: 'local',
    name: 'this host',
    url: '',
    source: 'this-host',
    practice: false,
    state: 'down',
    since: isoOf(input.since),
    problem: input.problem,
    consoleDeviceId: input.consoleDeviceId,
    grantedScopes: [],
    missingScopes: [],
    freshness: { state: 'never' },
    onThisHost: false,
    limitedSight: false,
    pairedCount: 0,
    pendingCount: 0,
    rulesMatter: { matter: true, text: 'Not known before the gateway was reached.' },
    proof: [],
    factTimes: [],
    statement: { noProxyInFront: false, unacknowledged: false },
    sameUser: { known: false, same: true },
    alarms: [],
    trouble: [],
  };
}
