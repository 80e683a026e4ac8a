// What the rules are asked about: one request with everything that may count, as plain data. The same shape serves live requests,
// shadow, recorded requests and the preview of a draft, so that none of them can decide differently.
import type { Assurance, Origin, Reason } from '../api/shapes.ts';
import type { Judgement } from '../evidence/judge.ts';
import type { Rule } from './rule.ts';

/** The request as the gateway lists it, with the row of its key. */
export type RequestFacts = {
  gateway: string;
  deviceId: string;
  reason: Reason;
  roles: readonly string[];
  scopes: readonly string[];
  silent: boolean;
  /** The caller's words. */
  clientId?: string | undefined;
  clientMode?: string | undefined;
  platform?: string | undefined;
  displayName?: string | undefined;
  /** The paired row of exactly this key; undefined when there is none. `createdAtMs` is the gateway's clock. */
  paired: { roles: readonly string[]; scopes: readonly string[]; createdAtMs?: number | undefined } | undefined;
};

/** What the evidence came to, without the records behind it. */
export type JudgedOrigin = {
  origin: Origin;
  assurance: Assurance | undefined;
  isHostKey: boolean;
  askedBy: Judgement['askedBy'];
  alarm: string | undefined;
  facts: readonly { name: Judgement['facts'][number]['name']; held?: boolean; text: string }[];
  /** How each attempt signed in, as its audit line says; one entry per attempt. */
  auth: readonly string[];
  /** Of a key that was never paired: whether all that can be known of its path is proven (there is no audit line for it). */
  newcomer?: { proven: boolean; text: string } | undefined;
};

/** What the world looks like to the guards, beside the request itself. */
export type Guards = {
  automation: { on: boolean; text: string };
  /** Conditions under which nothing is automatic: store not writable, clock jumped back, gateway not live. Words, or none. */
  halted: string | undefined;
  consoleDeviceId: string;
  consoleScopes: readonly string[];
  /** A person rejected, revoked or removed this key. */
  refusedKey: boolean;
  /** An approval that gave all of this was answered less than 60 s before this attempt began. */
  tokenDrift: boolean;
  /** Rows of the list that could not be read. */
  unreadRows: number;
};

export type RuleInForce = {
  rule: Rule;
  version: number;
  /** The rule's own Activity row is there and names this version; without it the rule is disabled (evidence, Around it). */
  recorded: boolean;
  /** Set while the rule must not fire: broken in its file, or agents could have written it. */
  stopped?: { code: string; text: string } | undefined;
};

/** A permit window that is open, as the rules see it. */
export type WindowInForce = {
  id: string;
  gateway: string;
  target: { kind: 'device'; deviceId: string } | { kind: 'next-new-cli' };
  scopes: readonly string[];
  confirm: readonly string[];
  assurance: Assurance;
  agentsMayUse: boolean;
  /** The console's clock. */
  openedAtMs: number;
  /** How many requests it may approve in all. */
  uses: number;
  /** How many requests it may still approve. */
  left: number;
  endsAtMs: number;
};

/** A key that was not paired when it was first seen to wait, and says that it is a CLI. It may wait no more. */
export type NewCli = {
  deviceId: string;
  /** When this console first saw it wait. */
  atMs: number;
  /** False where it may have waited before that, unseen. */
  watched: boolean;
  /** What it asked last. */
  roles: readonly string[];
  scopes: readonly string[];
  /** Whether its path was ever proven; undefined while its evidence is still coming in. */
  proven: boolean | undefined;
};

/** What rules did lately, per rule id. Doubtful ones count. */
export type RuleHistory = {
  /** Approvals and rejections by each rule on this gateway in the last hour. */
  byRule: ReadonlyMap<string, readonly { deviceId: string; atMs: number }[]>;
  /** All that a rule ever did, on every gateway. */
  uses: ReadonlyMap<string, number>;
  /** When a person last rejected a request of this device, or one that this rule would have decided, per rule id; ms. */
  rejectedAtMs: ReadonlyMap<string, number>;
};

/** The input of every verdict. */
export type VerdictInput = {
  request: RequestFacts;
  judgement: JudgedOrigin;
  /** False while evidence is still coming in. */
  settled: boolean;
  /** In the order in which they are asked, those in shadow included. */
  rules: readonly RuleInForce[];
  windows: readonly WindowInForce[];
  /** Asked only where a window is open for the next new CLI, this request's key among them. */
  newClis: readonly NewCli[];
  history: RuleHistory;
  guards: Guards;
  statement: boolean;
  /** Console and gateway run as one OS user. Unknown counts as the same. */
  sameUser: boolean;
  now: number;
};

/** What became of a recorded request. */
export type CaseOutcome = {
  what: 'approved' | 'rejected' | 'unanswered';
  by: 'person' | 'rule' | 'elsewhere';
  atMs: number;
  decisionId?: string | undefined;
  ruleId?: string | undefined;
};

/** A request as it is recorded: the last settled state of one wish while it waited, whatever ids it went through. */
export type RecordedCase = {
  id: string;
  atMs: number;
  lastAtMs: number;
  /** Settled states that it went through; a loop is one case. */
  times: number;
  request: RequestFacts;
  judgement: JudgedOrigin;
  guards: Omit<Guards, 'automation' | 'halted'>;
  statement: boolean;
  sameUser: boolean;
  outcome: CaseOutcome | undefined;
};

/** What a rule said of a case: live when it was held back by a limit or decided, or in shadow. */
export type RuleCall = {
  caseId: string;
  ruleId: string;
  version: number;
  atMs: number;
  would: 'approve' | 'reject' | 'leave';
  shadow: boolean;
};
