// What the browser and scripts see of devices beyond a row of the list: findings, differences, their story, acts, clean-up, scopes.
import type { Enforcement } from './grant-shapes.ts';
import type { CommandGroup } from './node-shapes.ts';
import type { DeviceView, Freshness, Risk } from './shapes.ts';

/** What is odd about a device. docs/devices.md has a section for each. */
export type FindingCode =
  | 'token-narrower'
  | 'token-missing'
  | 'revoked-but-connecting'
  | 'token-wide-again'
  | 'looping-after-approval'
  | 'platform-changed'
  | 'many-keys'
  | 'silent-grant'
  | 'came-back'
  | 'never-used'
  | 'not-seen'
  | 'ephemeral'
  | 'mixed-roles';

export type FindingFix = {
  title: string;
  text: string;
  /** To run on the gateway's host or the client's, as `text` says. */
  command?: string;
  /** What this console can do about it itself. */
  act?: DeviceActKind | 'take-back' | 'acknowledge' | 'approve';
  /** The fixes of a finding stand in this order. */
  harm: 'none' | 'reconnects' | 'loses-token' | 'loses-pairing';
};

export type DeviceFinding = {
  code: FindingCode;
  /** `fault`: something does not work or somebody holds what nobody gave; `note`: worth knowing. */
  severity: 'fault' | 'warning' | 'note';
  title: string;
  text: string;
  since?: string;
  /** In order of harm, the least first. */
  fixes: FindingFix[];
};

/** Who made a difference between two readings, as far as it is proven. */
export type ChangeBy =
  | { kind: 'console'; name: string; decisionId?: string; ruleId?: string; actId?: string; takeBackId?: string }
  | { kind: 'silent'; proof: 'log' | 'approved-via' | 'no-decision' }
  | { kind: 'gateway-tools'; proof: 'log' | 'approved-via' }
  | { kind: 'gateway'; proof: 'log' }
  | { kind: 'device' }
  | { kind: 'unknown' };

export type ChangeKind =
  | 'first-seen'
  | 'paired'
  | 'paired-anew'
  | 'removed'
  | 'scopes-grew'
  | 'scopes-shrank'
  | 'roles-changed'
  | 'token-issued'
  | 'token-rotated'
  | 'token-narrowed'
  | 'token-revoked'
  | 'token-removed'
  | 'renamed'
  | 'platform-changed'
  /** What the record kept of it is damaged. */
  | 'unreadable';

/** A difference between two readings of a gateway's list. */
export type DeviceChangeView = {
  id: string;
  seq: number;
  gateway: string;
  deviceId: string;
  displayName?: string;
  /** When the reading showed it, and when the one before did not. */
  at: string;
  notBefore?: string;
  /** When the gateway says that it happened. */
  toldAt?: string;
  kind: ChangeKind;
  by: ChangeBy;
  gained: { roles: string[]; scopes: string[] };
  lost: { roles: string[]; scopes: string[] };
  /** One sentence. */
  text: string;
  /** The raw record or row that proves it. */
  record?: string;
  /** A grant that nobody clicked; open until a person acknowledges it. */
  unclicked: boolean;
  acknowledged?: { by: string; at: string };
  /** It waits for nobody any more, without anybody’s word: one sentence says why. */
  closed?: { at: string; why: string };
};

/** One thing in the life of a device, newest first. */
export type StoryItem = {
  id: string;
  at: string;
  kind: 'request' | 'decision' | 'handshake' | 'change' | 'act' | 'take-back' | 'word';
  tone: 'good' | 'bad' | 'warn' | 'plain';
  title: string;
  text?: string;
  /** A page of this console that shows all of it. */
  href?: string;
  /** The handshake row folds this many. */
  times?: number;
};
export type DeviceStory = { items: StoryItem[]; next?: string };

export type DeviceActKind = 'rename' | 'rotate' | 'narrow' | 'revoke';

/** Whether an act can be done to a device from here, and what it means on this gateway. */
export type DeviceActItem = {
  act: DeviceActKind;
  gateway: string;
  gatewayName: string;
  deviceId: string;
  publicKey: string;
  rowCreatedAtMs?: number;
  displayName?: string;
  roles: string[];
  holds: string[];
  /** The token that it is about, and what it holds now. */
  role?: string;
  tokenScopes?: string[];
  /** What will happen, in one sentence, and what breaks. */
  what: string;
  breaks: string[];
  /** Whether it keeps the device from what it loses. */
  enforcement?: Enforcement;
  why?: string;
  /** To be typed: the console's own device, the last one with admin. */
  needsConfirm?: string;
  impossible?: string;
};
export type DeviceActPlan = { items: DeviceActItem[]; gone: { gateway: string; deviceId: string }[] };
export type DeviceActPlanInput = {
  act: DeviceActKind;
  devices: { gateway: string; deviceId: string }[];
  role?: string;
  scopes?: string[];
};

/** POST /device-acts: one device, bound to what the plan showed. */
export type DeviceActInput = {
  act: DeviceActKind;
  gateway: string;
  deviceId: string;
  publicKey: string;
  rowCreatedAtMs?: number;
  holds: string[];
  role?: string;
  tokenScopes?: string[];
  /** narrow: what the token shall hold. */
  scopes?: string[];
  /** rename. */
  label?: string;
  confirm?: string;
};
export type DeviceActView = {
  id: string;
  act: DeviceActKind;
  gateway: string;
  deviceId: string;
  displayName?: string;
  role?: string;
  by: string;
  at: string;
  answeredAt?: string;
  /** `done`: read back. `undone`: it was so, and is not any more, without an act of this console. */
  state: 'asking' | 'done' | 'failed' | 'unknown' | 'undone';
  /** What really happened, read back from the gateway. */
  outcome: string;
  undoneAt?: string;
};

/** What a node may run, by the gateway's own list of nodes. */
export type NodeHolding = {
  /** Approved, the gravest first; absent where the gateway lists no such node, or its list could not be read. */
  groups?: CommandGroup[];
  approvedAt?: string;
  /** What waits to be decided. */
  waits?: CommandGroup[];
  /** Why nobody can say, or what the gateway lets it run whatever is approved. */
  note?: string;
};

/** GET /devices/{gateway}/{deviceId} */
export type DeviceDetail = {
  device: DeviceView;
  /** The grant as a sentence. */
  sentence: string;
  findings: DeviceFinding[];
  /** Of a node: what may be run on it. */
  node?: NodeHolding;
  /** Of taking it back altogether. */
  removal: { enforcement: Enforcement; why: string };
  /** Acts that this gateway cannot be asked for at all. */
  cannot: { act: DeviceActKind; why: string }[];
  /** Its newest differences. */
  changes: DeviceChangeView[];
};

export type CleanUpKind = 'stale' | 'duplicate' | 'ephemeral' | 'never-used';
export type CleanUpGroup = {
  kind: CleanUpKind;
  title: string;
  why: string;
  items: { gateway: string; deviceId: string; why: string /** Of duplicates: the one that stays. */; keeps?: string }[];
};
export type CleanUpView = { groups: CleanUpGroup[]; freshness: Freshness };

/** Who holds what is grave on a gateway, for GET /devices/review. */
export type AccessHolder = {
  deviceId: string;
  publicKey: string;
  displayName?: string;
  clientId?: string;
  platform?: string;
  remoteIp?: string;
  roles: string[];
  scopes: string[];
  risk: Risk;
  since?: string;
  /** What `since` is: our decision, the reading that showed it, or the gateway's last approval of anything. */
  sinceWhat: 'decision' | 'reading' | 'approved' | 'unknown';
  /** How that was given, where it is known, else how the gateway says that the device was admitted. */
  how: DeviceView['approvedHow'];
  by?: string;
  /** Of the decision here that gave it. */
  decisionId?: string;
  lastUsedAt?: string;
  /** What `lastUsedAt` is: the gateway's own word, or a handshake that this console read in its log. */
  lastUsedBy?: 'gateway' | 'handshake';
  /** Of a node: what may be run on it. */
  node?: NodeHolding;
  connected?: boolean;
  isConsole: boolean;
  isHostKey: boolean;
  unclicked: number;
  /** The newest of these, with what each gave and when. */
  grants?: { at: string; roles: string[]; scopes: string[] }[];
};
/** Every gateway, also one without a holder and one that was never read. */
export type AccessReview = {
  at: string;
  gateways: { id: string; name: string; version?: string; freshness: Freshness; holders: AccessHolder[] }[];
};

/** What a scope lets a client do on this gateway, by the gateway's own list of methods. */
export type ScopeMeaning = {
  scope: string;
  title: string;
  sentence: string;
  methods: { method: string; text?: string }[];
  /** What it adds over the scope that it contains. */
  over?: { scope: string; methods: string[] };
};
export type ScopeBook = {
  gateway: string;
  version?: string;
  /** Whether the methods are those that the gateway itself offers to this console. */
  source: 'gateway' | 'version' | 'unknown';
  /** The version whose table of methods this is. Another than `version` is the nearest that is known. */
  table: string;
  scopes: ScopeMeaning[];
  /** Methods that the gateway offers and of which no scope is known. */
  unknown: string[];
};

/** `gateway.nodes.pairing.autoApproveLocal` of a gateway: whether its rules ever get to see a loopback upgrade. */
export type LocalApprovalView = {
  gateway: string;
  /** `absent`: this version does not know the setting. */
  state: 'on' | 'off' | 'absent' | 'unknown';
  why: string;
  /** The exact change that would be made; undefined where it cannot be made from here, for `whyNot`. */
  change?: {
    to: 'on' | 'off';
    path: string;
    patch: string;
    baseHash: string;
    effects: string[];
    /** To be typed: from then on everything local is granted unseen. */
    needsConfirm?: string;
  };
  whyNot?: string;
};
