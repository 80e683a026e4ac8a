// What the browser and scripts get to see: the bodies of /api/v1 and the rows of the bridge. Types only, no secrets.
// Times are ISO 8601 strings unless a name ends in Ms. Every list says how fresh it is.
import type { Right } from '../auth/rights.ts';
import type { BridgeTopic } from '../bridge/topics.ts';
import type { Risk } from '../gateway/scopes.ts';
import type { ProblemView } from '../problem.ts';
import type { DeviceActView, DeviceChangeView, FindingCode } from './device-shapes.ts';
import type { PermitWindowView, TakeBackState, TakeBackView } from './grant-shapes.ts';
import type { NodeDecisionView, NodeRequestView } from './node-shapes.ts';
import type { FactTimesView, RulesFileView, RuleView, VerdictView } from './rule-shapes.ts';

export type { ProblemView, Risk };

/** `live`: read from the gateway and followed. `stale`: the last good reading, kept since the gateway went. */
export type Freshness = { state: 'live' | 'stale' | 'never'; asOf?: string };

export type Page<T> = { items: T[]; cursor?: string; freshness: Freshness };

export type Origin = 'host-key' | 'loopback' | 'proxied' | 'remote' | 'unknown';
export type Assurance = 'peer' | 'log';

/** One fact behind an origin: `held` true, false (contradicted) or undefined (missing). */
export type FactView = {
  name: 'key' | 'attempts' | 'records' | 'source' | 'canary' | 'peer' | 'configuration' | 'statement' | 'provenance' | 'complete';
  label: string;
  held?: boolean;
  text: string;
  /** The gateway's records that it stands on, redacted, oldest first, at most four. */
  records?: string[];
};

export type OriginView = {
  origin: Origin;
  assurance?: Assurance;
  /** One line in words: "Signed by this host's own key; asked by the CLI; 2 of 2 attempts local." */
  summary: string;
  facts: FactView[];
  /** The gateway's own key came by a path that is not clean. */
  alarm?: string;
  /** Who asked, where the peer was seen. */
  askedBy?: 'gateway-process' | 'other-process';
  /** False while evidence is still being collected. */
  settled: boolean;
  /** The next better grade, and what is missing for it. */
  next?: { grade: string; missing: string[] };
};

export type Reason = 'new-device' | 'scope-upgrade' | 'role-upgrade' | 'metadata-change' | 'unchanged';

export type RequestView = {
  gateway: string;
  gatewayName: string;
  requestId: string;
  deviceId: string;
  publicKey: string;
  displayName?: string;
  clientId?: string;
  clientMode?: string;
  platform?: string;
  deviceFamily?: string;
  remoteIp?: string;
  reason: Reason;
  roles: string[];
  /** What it asks, exactly as on the gateway, least risk first. */
  scopes: string[];
  unknownScopes: string[];
  heldRoles: string[];
  heldScopes: string[];
  /** The asked scopes that it does not hold yet. */
  addedScopes: string[];
  /** What the device will hold after an approval. */
  resultScopes: string[];
  risk: Risk;
  /** Admin, pairing, node commands and the like: approving asks for a second press and `confirm`. */
  needsConfirm: string[];
  origin: OriginView;
  verdict: VerdictView;
  attempts: { count: number; firstAt?: string; lastAt?: string };
  createdAt: string;
  /** When the gateway drops it, derived from the version's rule. */
  expiresAt: string;
  /** A silent request older than 5 s: shown, can only be rejected. */
  stuck: boolean;
  /** True when this is the gateway's own key (the CLI, sub-agents, helpers of this host). */
  isHostKey: boolean;
  /** A person refused, revoked or removed this key; only a person lifts that. */
  refusedBefore: boolean;
  /** False until the row of an event was found in the gateway's list. */
  readBack: boolean;
};

export type DecisionActor = {
  /** `terminal`: what a link of the terminal did. */
  kind: 'person' | 'rule' | 'api-token' | 'gateway' | 'file' | 'terminal';
  name: string;
  ruleId?: string;
  windowId?: string;
};
export type DecisionState =
  | 'asking'
  | 'approved'
  | 'rejected'
  | 'failed'
  | 'undone'
  | 'settled-approved'
  | 'settled-not-done'
  | 'settled-unknown';

export type DecisionView = {
  id: string;
  gateway: string;
  requestId: string;
  deviceId: string;
  publicKey: string;
  displayName?: string;
  clientId?: string;
  action: 'approve' | 'reject';
  state: DecisionState;
  actor: DecisionActor;
  reason: Reason;
  roles: string[];
  scopes: string[];
  heldScopes: string[];
  addedScopes: string[];
  risk: Risk;
  at: string;
  answeredAt?: string;
  /** What really happened, read back from the gateway, in one sentence. */
  outcome: string;
  problem?: ProblemView;
  origin: OriginView;
  verdict?: VerdictView;
  /** When the gateway made the row that the approval left, its clock, ms: a row of another time is another pairing. */
  rowCreatedAtMs?: number;
  /** Set when the same device was refused again after the approval. */
  refusedAgainAt?: string;
  /** The newest take-back on account of this decision. */
  takenBack?: { id: string; at: string; state: TakeBackState };
};

export type DeviceView = {
  gateway: string;
  deviceId: string;
  publicKey: string;
  /** The operator's own name for it where it has one, else the client's. */
  displayName?: string;
  /** The name that an operator gave it on the gateway. */
  label?: string;
  clientId?: string;
  clientMode?: string;
  platform?: string;
  deviceFamily?: string;
  remoteIp?: string;
  roles: string[];
  scopes: string[];
  tokens: { role: string; scopes: string[]; revoked: boolean; issuedAt?: string; rotatedAt?: string; usedAt?: string }[];
  risk: Risk;
  createdAt?: string;
  approvedAt?: string;
  lastSeenAt?: string;
  connected?: boolean;
  /** How the grant came, as far as it is known. */
  approvedHow: 'operator' | 'rule' | 'silent' | 'ssh' | 'bootstrap' | 'unknown';
  isConsole: boolean;
  isHostKey: boolean;
  vouched: boolean;
  vouchedBy?: string;
  inLedger: boolean;
  refused: boolean;
  /** Who gave what it holds, where this console knows. */
  grantedBy?: string;
  /** The rule that gave it something. */
  ruleId?: string;
  /** Grants that nobody clicked and nobody has acknowledged. */
  unclicked: number;
  /** What is odd about it, the gravest first. */
  findings: FindingCode[];
};

export type HandshakeOutcome = 'refused' | 'waiting' | 'timed-out' | 'left-early' | 'admitted' | 'note' | 'gap';

/** One row of the handshake log: an attempt, a sign of success, a thing that the gateway noted, or a gap. What it takes to explain it is in HandshakeDetail. */
export type HandshakeView = {
  id: string;
  /** The place in the log: grows with `at`, unique in the store, newest is largest. Pages are cut by it. */
  seq: number;
  gateway: string;
  at: string;
  /** No record gives this moment or this success: it was derived (last seen, presence, a line without a time). */
  derived?: true;
  /** The log file is shared by several gateways and this line does not say whose it is. */
  unsure?: true;
  outcome: HandshakeOutcome;
  /** Key of the diagnosis catalogue, e.g. `pairing-required/scope-upgrade`. */
  cause: string;
  /** In plain words. */
  title: string;
  deviceId?: string;
  deviceName?: string;
  clientId?: string;
  clientMode?: string;
  /** The path as the record shows it. A display, never a proof. */
  origin?: Origin;
  /** The `Origin` header: the caller's words. */
  browserOrigin?: string;
  remoteAddr?: string;
  /** The `Host` header: the caller's words. */
  host?: string;
  scopesFrom?: string[];
  scopesTo?: string[];
  durationMs?: number;
  conn?: string;
  requestId?: string;
  /** The same caller failing the same way without a longer pause: `id` is the seq of its first attempt, `count` up to this one. */
  run: { id: number; count: number; firstAt: string };
};

export type Severity = 'info' | 'notice' | 'warning' | 'serious';

/** One way to mend it, least harmful first. `command` is what the copy button takes: one line, ready to run or to paste. */
export type RemedyView = {
  text: string;
  where: 'here' | 'gateway-host' | 'gateway-config' | 'client' | 'proxy' | 'nowhere';
  command?: string;
};

export type DiagnosisView = {
  key: string;
  severity: Severity;
  title: string;
  /** What happened, with the values of this attempt. */
  happened: string;
  /** Why, on this version and in this topology. */
  why: string;
  remedies: RemedyView[];
  /** What ends the loop, where the caller retries. */
  stops: string;
  /** Page and section under docs/handshakes/, e.g. `pairing-required#scope-upgrade`. */
  docs: string;
  /** How this entry is known, per gateway version. */
  seen: { version: string; how: 'live' | 'recorded' | 'source' }[];
  /** False for a cause that the catalogue has no entry for: shown as it is, and asked to be reported. */
  known: boolean;
};

export type TimelineStep = {
  step: 'open' | 'challenge' | 'connect' | 'audit' | 'unauthorized' | 'warning' | 'close' | 'grant' | 'note';
  at: string;
  /** Computed from other times, not written in a record. */
  derived: boolean;
  text: string;
};

/** What became of the caller since: seen again, quiet, or refused again. */
export type AftermathView =
  | { kind: 'admitted'; at: string; derived: boolean; text: string }
  | { kind: 'again'; at: string; text: string }
  | { kind: 'quiet'; since: string; text: string };

/** GET /handshakes/{gateway}/{id}: everything that explains one row. */
export type HandshakeDetail = {
  row: HandshakeView;
  diagnosis?: DiagnosisView;
  /** Facts of the records by name, in words to show: user agent, versions, protocol, what was sent to sign in. */
  facts: { name: string; text: string }[];
  timeline: TimelineStep[];
  /** The raw records behind it, redacted. */
  raw: string[];
  aftermath?: AftermathView;
  /** The request of this device that waits now. */
  waits?: { requestId: string };
};

export type HistogramBucket = { at: string; refused: number; waiting: number; timedOut: number; leftEarly: number; admitted: number };
/** GET /handshakes/histogram: attempts by outcome, oldest first, empty buckets included. */
export type HistogramView = { from: string; to: string; bucketMs: number; buckets: HistogramBucket[] };

export type FacetValue = { value: string; label: string; count: number };
/** GET /handshakes/facets: what the other filters leave to choose from, most frequent first. */
export type FacetsView = { causes: FacetValue[]; devices: FacetValue[]; clients: FacetValue[]; origins: FacetValue[] };

/** Trouble of a gateway that has no row of its own. */
export type TroubleView = {
  code:
    | 'log-unreadable'
    | 'log-level'
    | 'log-silent'
    | 'log-gap'
    | 'clock-off'
    | 'gateway-restarting'
    | 'rate-lock'
    | 'throttled'
    | 'shared-log'
    | 'rows-unstored';
  severity: Severity;
  text: string;
  fix?: string;
  since?: string;
  /** When it ends by itself, as far as it is known. */
  until?: string;
};

export type SuspensionCause =
  | 'flood'
  | 'rate'
  | 'undone'
  | 'identity-changed'
  | 'clock'
  | 'store'
  | 'token-drift'
  | 'record-broken'
  | 'record-lost'
  | 'record-restored';

export type AutomationView = {
  state: 'on' | 'off' | 'suspended';
  /** Words for the top bar and the Rules page. */
  text: string;
  since: string;
  /** For `suspended`: `flood` and `rate` re-arm after 10 quiet minutes, the rest wait for a person. */
  cause?: SuspensionCause;
  /** With `cause`, all that stand; the text names each. */
  causes?: SuspensionCause[];
  rearmsAt?: string;
};

export type GatewayState = 'connecting' | 'live' | 'waiting' | 'refused' | 'down' | 'stopped';

export type GatewayView = {
  id: string;
  name: string;
  url: string;
  source: 'this-host' | 'environment' | 'practice';
  practice: boolean;
  state: GatewayState;
  since: string;
  problem?: ProblemView;
  retryAt?: string;
  version?: string;
  protocol?: number;
  consoleDeviceId: string;
  grantedScopes: string[];
  missingScopes: string[];
  freshness: Freshness;
  /** The console runs on this gateway's host, proven by the state folder's identity. */
  onThisHost: boolean;
  /** The list shows no device but the console's own: limited sight, not "nothing waits". */
  limitedSight: boolean;
  pairedCount: number;
  pendingCount: number;
  connectedCount?: number;
  rulesMatter: { matter: boolean; text: string };
  /** Whether each kind of evidence can be had here, with the remedy. */
  proof: FactView[];
  /** How often each fact could be had in time. */
  factTimes: FactTimesView[];
  statement: { noProxyInFront: boolean; by?: string; at?: string; droppedBecause?: string; unacknowledged: boolean };
  /** Console and gateway run as one OS user: agents with file or exec tools can act as this console. */
  sameUser: { known: boolean; same: boolean };
  /** Set while the console's own pairing request waits. */
  waiting?: { requestId?: string; deviceId: string; scopes: string[]; command: string; canAdmitHere: boolean };
  /** Of a gateway that speaks TLS. Fingerprints are SHA-256 with colons. `fixed`: a setting or the gateway's own configuration names it. */
  certificate?: { known?: string; refused?: string; fixed: boolean };
  alarms: { code: string; at: string; text: string }[];
  trouble: TroubleView[];
};

export type ActivityView = {
  id: string;
  seq: number;
  at: string;
  actor: DecisionActor;
  /** e.g. `decision.approve`, `rule.create`, `statement.set`, `automation.off`, `console.admitted`, `device.vouched`. */
  what: string;
  gateway?: string;
  /** One sentence that names the thing and the consequence. */
  text: string;
  decision?: DecisionView;
  details?: Record<string, unknown>;
  /** The hash of the row before, and of this row: the chain of the record. Hex SHA-256. */
  prev: string;
  hash: string;
};

/** GET /api/v1/overview: all that the frame and the Requests page need, in one round trip. */
export type Overview = {
  /** Who asks. */
  you: { kind: 'person' | 'api-token'; name: string; rights: Right[] };
  version: string;
  gateways: GatewayView[];
  automation: AutomationView;
  requests: { items: RequestView[]; freshness: Freshness };
  decided: DecisionView[];
  /** Decisions on the commands of nodes, newest first, and how many of these rows cannot be read. */
  decidedNodes: { items: NodeDecisionView[]; damaged: number };
  /** Failed handshakes in the last 5 minutes. */
  recentFailures: number;
  rules: RuleView[];
  /** Set when a file holds the rules: then they are read-only here. */
  rulesFile?: RulesFileView;
  /** Open permit windows, and those that closed in the last 10 minutes. */
  windows: PermitWindowView[];
};

/**
 * The bridge, `/bridge`: the browser offers the subprotocols `gatehouse.v1` and `key.<second secret>`.
 * Server frames are Hello, then Row in growing `cursor`. The browser may send only Subscribe.
 */
export type BridgeHello = { type: 'hello'; version: string; bridge: 1; epoch: string; cursor: number };
/** Sent first or at any time after: topics to follow, and the last cursor seen of which epoch, for a replay. */
export type BridgeSubscribe = { type: 'subscribe'; topics: BridgeTopic[]; epoch?: string; after?: number };
/** What was missed cannot be replayed: read the lists again, then go on from `cursor`. */
export type BridgeReread = { type: 'reread'; cursor: number };
export type BridgeChange =
  | { topic: 'gateways'; op: 'set'; item: GatewayView }
  | { topic: 'gateways'; op: 'gone'; id: string }
  | { topic: 'automation'; op: 'set'; item: AutomationView }
  | { topic: 'requests'; op: 'set'; item: RequestView }
  | { topic: 'requests'; op: 'gone'; gateway: string; requestId: string }
  | { topic: 'decisions'; op: 'set'; item: DecisionView }
  | { topic: 'devices'; op: 'set'; item: DeviceView }
  | { topic: 'devices'; op: 'gone'; gateway: string; deviceId: string }
  | { topic: 'devices'; op: 'reread' }
  | { topic: 'handshakes'; op: 'add'; items: HandshakeView[] }
  | { topic: 'rules'; op: 'set'; item: RuleView }
  | { topic: 'rules'; op: 'gone'; id: string }
  | { topic: 'rules'; op: 'order'; ids: string[] }
  | { topic: 'rules-file'; op: 'set'; item: RulesFileView }
  | { topic: 'windows'; op: 'set'; item: PermitWindowView }
  | { topic: 'take-backs'; op: 'set'; item: TakeBackView }
  | { topic: 'device-changes'; op: 'set'; items: DeviceChangeView[] }
  /** So many at once that reading them again is quicker. */
  | { topic: 'device-changes'; op: 'reread' }
  | { topic: 'device-acts'; op: 'set'; item: DeviceActView }
  | { topic: 'node-requests'; op: 'set'; item: NodeRequestView }
  | { topic: 'node-requests'; op: 'gone'; gateway: string; requestId: string }
  | { topic: 'node-decisions'; op: 'set'; item: NodeDecisionView }
  | { topic: 'activity'; op: 'add'; item: ActivityView };
export type BridgeRow = { type: 'row'; cursor: number; change: BridgeChange };
export type BridgeFrame = BridgeHello | BridgeRow | BridgeReread;
