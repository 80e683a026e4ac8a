// Small whole values of the wire types, for the tests of the components' pure functions.
import type { DeviceChangeView } from '#lib/api/device-shapes.ts';
import type { PermitWindowView, TakeBackView } from '#lib/api/grant-shapes.ts';
import type { NodeDecisionView } from '#lib/api/node-shapes.ts';
import type { RuleView } from '#lib/api/rule-shapes.ts';
import type {
  DecisionState,
  DecisionView,
  DeviceView,
  HandshakeOutcome,
  HandshakeView,
  OriginView,
  Overview,
  RequestView,
} from '#lib/api/shapes.ts';

const AT = '2026-01-01T12:00:00.000Z';
const ORIGIN: OriginView = { origin: 'host-key', assurance: 'peer', summary: 'Local.', facts: [], settled: true };

/** A waiting scope upgrade from read to write. */
export function requestOf(requestId: string, gateway = 'home', over: Partial<RequestView> = {}): RequestView {
  return {
    gateway,
    gatewayName: gateway,
    requestId,
    deviceId: `device-${requestId}`,
    publicKey: `key-${requestId}`,
    clientId: 'cli',
    reason: 'scope-upgrade',
    roles: ['operator'],
    scopes: ['operator.read', 'operator.write'],
    unknownScopes: [],
    heldRoles: ['operator'],
    heldScopes: ['operator.read'],
    addedScopes: ['operator.write'],
    resultScopes: ['operator.read', 'operator.write'],
    risk: 'write',
    needsConfirm: [],
    origin: ORIGIN,
    verdict: { kind: 'hold', reasons: [] },
    attempts: { count: 1 },
    createdAt: AT,
    expiresAt: '2026-01-01T12:05:00.000Z',
    stuck: false,
    isHostKey: true,
    refusedBefore: false,
    readBack: true,
    ...over,
  };
}

/** A person's decision on `requestOf(requestId)`. */
export function decisionOf(id: string, state: DecisionState = 'approved', requestId = id): DecisionView {
  return {
    id,
    gateway: 'home',
    requestId,
    deviceId: `device-${requestId}`,
    publicKey: `key-${requestId}`,
    action: 'approve',
    state,
    actor: { kind: 'person', name: 'person' },
    reason: 'scope-upgrade',
    roles: ['operator'],
    scopes: ['operator.read', 'operator.write'],
    heldScopes: ['operator.read'],
    addedScopes: ['operator.write'],
    risk: 'write',
    at: AT,
    outcome: 'Approved.',
    origin: ORIGIN,
  };
}

/** A paired device. */
export function deviceOf(deviceId: string): DeviceView {
  return {
    gateway: 'home',
    deviceId,
    publicKey: `key-${deviceId}`,
    roles: ['operator'],
    scopes: ['operator.read'],
    tokens: [],
    risk: 'read',
    approvedHow: 'operator',
    isConsole: false,
    isHostKey: false,
    vouched: false,
    inLedger: true,
    refused: false,
    unclicked: 0,
    findings: [],
  };
}

/** A grant that nobody clicked, seen by a reading; its number is its place. */
export function deviceChangeOf(seq: number, over: Partial<DeviceChangeView> = {}): DeviceChangeView {
  return {
    id: `c${seq}`,
    seq,
    gateway: 'home',
    deviceId: 'device-a',
    at: AT,
    kind: 'scopes-grew',
    by: { kind: 'silent', proof: 'no-decision' },
    gained: { roles: [], scopes: ['operator.admin'] },
    lost: { roles: [], scopes: [] },
    text: 'It got admin.',
    unclicked: true,
    ...over,
  };
}

/** A row of the handshake log; its number is its place and, in seconds, its time. */
export function handshakeOf(seq: number, outcome: HandshakeOutcome = 'refused', over: Partial<HandshakeView> = {}): HandshakeView {
  const at = new Date(Date.parse(AT) + seq * 1_000).toISOString();
  return {
    id: `h${seq}`,
    seq,
    gateway: 'home',
    at,
    outcome,
    cause: 'pairing-required/scope-upgrade',
    title: 'Needs more scopes',
    deviceId: 'device-a',
    run: { id: seq, count: 1, firstAt: at },
    ...over,
  };
}

/** A rule that gives write to the host key. */
export function ruleOf(id: string): RuleView {
  return {
    id,
    name: id,
    enabled: true,
    origin: 'host-key',
    assurance: 'peer',
    effect: 'approve',
    shadow: false,
    reasons: ['scope-upgrade'],
    scopes: ['operator.write'],
    confirm: [],
    agentsMayUse: false,
    maxPerHour: 5,
    maxPerDevicePerHour: 3,
    coolOffMinutes: 60,
    expiresAt: AT,
    createdAt: AT,
    updatedAt: AT,
    madeBy: { kind: 'person', name: 'person' },
    source: 'console',
    unacknowledged: false,
    hits: 0,
    agreement: { decided: 0, agreed: 0 },
    grants: { devices: 0 },
    ended: false,
    blockedBy: [],
    sentence: 'When the key asks, approve it.',
    version: 1,
  };
}

/** A window of two minutes for one device, up to write. */
export function windowOf(id: string, over: Partial<PermitWindowView> = {}): PermitWindowView {
  return {
    id,
    gateway: 'home',
    gatewayName: 'home',
    target: { kind: 'device', deviceId: 'device-a' },
    scopes: ['operator.write'],
    confirm: [],
    agentsMayUse: false,
    assurance: 'peer',
    uses: 1,
    used: 0,
    openedAt: AT,
    endsAt: '2026-01-01T12:02:00.000Z',
    by: 'operator',
    state: 'open',
    sentence: 'For two minutes, one request.',
    ...over,
  };
}

/** A device that was taken back and is gone. */
export function takeBackOf(id: string, over: Partial<TakeBackView> = {}): TakeBackView {
  return {
    id,
    gateway: 'home',
    deviceId: 'device-a',
    publicKey: 'key-a',
    by: 'operator',
    lost: ['operator.write'],
    at: AT,
    state: 'gone',
    enforcement: 'enforced',
    outcome: 'Removed.',
    ...over,
  };
}

/** A decision on a node that the gateway carried out. */
export function nodeDecisionOf(id: string, over: Partial<NodeDecisionView> = {}): NodeDecisionView {
  return {
    id,
    gateway: 'home',
    nodeId: 'device-a',
    action: 'approve',
    by: 'operator',
    at: AT,
    commands: ['system.run'],
    state: 'approved',
    outcome: 'Approved.',
    ...over,
  };
}

/** An overview in which nothing waits. */
export function overviewOf(over: Partial<Overview> = {}): Overview {
  return {
    you: { kind: 'person', name: 'operator', rights: ['viewer', 'approver', 'admin'] },
    version: '0',
    gateways: [],
    automation: { state: 'on', text: 'On.', since: AT },
    requests: { items: [], freshness: { state: 'live' } },
    decided: [],
    decidedNodes: { items: [], damaged: 0 },
    recentFailures: 0,
    rules: [],
    windows: [],
    ...over,
  };
}
