// What the browser and scripts see of rules: what one says, what it decided and why, what it would have done, and the guards around it.
import type { Assurance, DecisionActor, Reason } from './shapes.ts';

export type RuleOrigin = 'host-key' | 'loopback' | 'any';
/** `approve` needs proof; `reject` and `leave` may match any origin. `leave` keeps the request for a person, with a note. */
export type RuleEffect = 'approve' | 'reject' | 'leave';
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
/** When a rule is awake. `from` and `to` are HH:MM in that time zone; `to` at or before `from` runs past midnight. */
export type RuleHours = { days: Weekday[]; from: string; to: string; timeZone: string };

/** What an author writes. Everything left out gets its strictest reading. */
export type RuleInput = {
  name: string;
  enabled: boolean;
  /** Only records what it would have done. */
  shadow?: boolean;
  effect?: RuleEffect;
  /** For a person: why it is left or rejected. At most 300 characters. */
  note?: string;
  origin?: RuleOrigin;
  assurance?: Assurance;
  agentsMayUse?: boolean;
  gateway?: string;
  /** Default: scope upgrades. An approving rule can name no other (evidence.md); a rejecting or leaving one can. */
  reasons?: Reason[];
  deviceId?: string;
  /** The caller's words, from here to displayName: only beside a device or a proven origin. */
  clientIds?: string[];
  clientModes?: string[];
  platforms?: string[];
  /** `*` for any run of characters, `?` for one; the whole name, upper and lower case alike. */
  displayName?: string;
  pairedForHours?: number;
  /** The device must hold all of these already. */
  heldScopes?: string[];
  /** As the gateway's audit line names it: token, password, device-token and the like. */
  authMethods?: string[];
  hours?: RuleHours;
  /** Approving: the ceiling for what the device holds afterwards. Rejecting or leaving: any of these is asked. */
  scopes: string[];
  /** The grave scopes (admin, pairing, approvals, talk.secrets), each named a second time. */
  confirm?: string[];
  maxPerHour?: number;
  /** Default: half of maxPerHour, rounded up. */
  maxPerDevicePerHour?: number;
  maxUses?: number;
  /** Default: 30 days; at most a year. */
  expiresAt?: string;
  /** After a person rejects what the rule would decide, or its device, the rule rests so long. Default 60, at most 1440. */
  coolOffMinutes?: number;
  /** Typed confirmations: `same-user` (agents could act as this console), `log-assurance` (no peer seen). */
  acknowledge?: ('same-user' | 'log-assurance')[];
};

/** How often a rule and a person said the same of a request, over what is recorded. */
export type AgreementView = {
  /** Requests that the rule would have decided and a person did decide. */
  decided: number;
  agreed: number;
  lastDisagreement?: { at: string; gateway: string; deviceId: string; text: string };
};

/** Fields that a rule has only where its author wrote them. */
type Optional =
  | 'note'
  | 'gateway'
  | 'deviceId'
  | 'clientIds'
  | 'clientModes'
  | 'platforms'
  | 'displayName'
  | 'pairedForHours'
  | 'heldScopes'
  | 'authMethods'
  | 'hours'
  | 'maxUses';
// One plain object to whoever compares it, as the document's types do.
type Flat<T> = { [K in keyof T]: T[K] };

export type RuleView = Flat<
  Required<Omit<RuleInput, 'acknowledge' | Optional>> &
    Pick<RuleInput, Optional> & {
      id: string;
      /** Grows by one with every change. */
      version: number;
      createdAt: string;
      updatedAt: string;
      madeBy: DecisionActor;
      /** Where it is kept: made in this console, or by the rules file, and then it is changed there. */
      source: 'console' | 'file';
      /** Made by the API token, or let give more by it, or made by a file that agents can write, and not yet acknowledged by a person. */
      unacknowledged: boolean;
      hits: number;
      lastHitAt?: string;
      agreement: AgreementView;
      /** Devices that got something from it and still hold it. */
      grants: { devices: number };
      /** Its end has come: what to do with its grants is asked until `grantsKept` or nothing is left. */
      ended: boolean;
      grantsKept?: { at: string; by: string };
      /** Why the rule cannot fire although it is switched on, in words. */
      blockedBy: VerdictReason[];
      /** The rule read aloud. */
      sentence: string;
    }
>;

/** A ready-made rule offered on the Rules page; nothing is stored until it is taken. */
export type RuleTemplate = { key: string; name: string; sentence: string; gives: string; body: RuleInput };

/** One named reason of a verdict; `rule` where it belongs to one rule. */
export type VerdictReason = { code: string; text: string; rule?: string; ruleName?: string };

/** One condition or limit of a rule beside what the request has. `held` undefined: not known, which never counts for an approval. */
export type ConditionView = {
  name:
    | 'gateway'
    | 'reason'
    | 'origin'
    | 'assurance'
    | 'agents'
    | 'device'
    | 'client-id'
    | 'client-mode'
    | 'platform'
    | 'display-name'
    | 'paired-for'
    | 'held-scopes'
    | 'auth'
    | 'hours'
    | 'scopes'
    | 'role'
    | 'per-hour'
    | 'per-device'
    | 'uses'
    | 'cool-off';
  label: string;
  wanted: string;
  value: string;
  held?: boolean;
  /** The caller's word: it proves nothing. */
  said?: true;
};

/** One rule against one request, each condition with its value. */
export type RuleTrace = {
  rule: string;
  ruleName: string;
  version: number;
  effect: RuleEffect;
  shadow: boolean;
  /** `doubt`: it would reject or leave, but a condition is not known, so the request is held. `limited`: it matches and rests. */
  outcome: 'matches' | 'no-match' | 'doubt' | 'limited' | 'blocked';
  conditions: ConditionView[];
  /** What blocks or limits it. */
  reasons: VerdictReason[];
};

/** What a rule in shadow would have done with a request. */
export type ShadowCall = { rule: string; ruleName: string; version: number; would: RuleEffect };

/** What the rules say. `hold` leaves the request to a person. */
export type VerdictView = {
  kind: 'approve' | 'reject' | 'hold';
  /** The rule that decided, or that matched and was held back. */
  rule?: string;
  ruleName?: string;
  ruleVersion?: number;
  /** The permit window that decided. */
  window?: string;
  /** Of a rule that leaves or rejects, for the person. */
  note?: string;
  reasons: VerdictReason[];
  /** The deciding rule against this request. */
  trace?: RuleTrace;
  shadows?: ShadowCall[];
};

/** POST /rules/preview: what a draft would have done. `id` names the stored rule that it changes and whose place it takes. */
export type PreviewInput = { rule: RuleInput; id?: string; days: 7 | 30 | 90 };

export type PreviewItem = {
  gateway: string;
  deviceId: string;
  displayName?: string;
  clientId?: string;
  at: string;
  heldScopes: string[];
  scopes: string[];
  addedScopes: string[];
  /** What the draft would have done; `left` also when another rule or a guard stood before it. */
  would: 'approved' | 'rejected' | 'left';
  why: string;
  /** What really became of it. */
  became: 'approved-by-person' | 'rejected-by-person' | 'approved-by-rule' | 'rejected-by-rule' | 'unanswered' | 'waiting';
  /** To be marked in red: a person rejected what it would approve, or it would give admin. */
  red: ('person-rejected' | 'gives-admin')[];
  times: number;
};

export type PreviewView = {
  from: string;
  to: string;
  /** Recorded requests looked at; a loop counts once. */
  looked: number;
  /** Recording began later than `from`. */
  since?: string;
  approved: number;
  rejected: number;
  left: number;
  personRejected: number;
  givesAdmin: number;
  /** Why requests were left, most frequent first. */
  leftBecause: { code: string; text: string; count: number }[];
  /** Red ones first, then newest first; at most 200. */
  items: PreviewItem[];
  /** The requests that wait now, against this draft. */
  waiting: { gateway: string; requestId: string; deviceId: string; displayName?: string; clientId?: string; verdict: VerdictView }[];
};

/** The answer of POST /rules/preview is lines of JSON: progress, then the result. */
export type PreviewFrame = { done: number; total: number } | { result: PreviewView };

/** A guard that nobody can switch off. */
export type GuardView = {
  code: string;
  title: string;
  /** What it holds back and why. */
  text: string;
  /** Whether it holds back anything at this moment. */
  holdsNow: boolean;
  now: string;
  lastHeldAt?: string;
  lastHeld?: string;
  count: number;
};

/** Figures that a person can tighten, and put back up to the product's own, `most`; never above it. */
export type GuardLimits = { approvalsPerMinute: number; devicesPerMinute: number; requestsPerMinute: number };
export type GuardsView = { items: GuardView[]; limits: GuardLimits; most: GuardLimits; since: string };

/** Where the rules come from, when a file holds them. */
export type RulesFileView = {
  path: string;
  format: 'yaml' | 'json';
  readAt?: string;
  /** What is wrong with it now; the last good rules stay in force meanwhile. */
  problems: RulesFileProblem[];
  /** While there are problems: when the first of them came. */
  brokenSince?: string;
  /** A text that gives more than the last good one is there, and is taken when it has stayed as it is for five seconds. */
  waiting?: true;
  /** The gateway's user can write it, so agents may: rules of it wait for a person's acknowledgement. */
  writableByAgents: boolean;
};

/** A fault of a rules file with its place. Lines and columns count from 1. */
export type RulesFileProblem = { line?: number; column?: number; path: string; message: string; rule?: string };

/** POST /rules/import: what a file would change. `digest` is what applying it must name. */
export type RulesDiff = {
  digest: string;
  problems: RulesFileProblem[];
  changes: {
    kind: 'add' | 'change' | 'remove' | 'move' | 'same';
    name: string;
    id?: string;
    before?: string;
    after?: string;
    /** Fields that differ. */
    fields: { field: string; before?: string; after?: string }[];
    /** It gives more than before. */
    widens: boolean;
  }[];
};

/** How often a fact could be had in time on a gateway, over its last judgements since the start. */
export type FactTimesView = {
  fact: 'peer' | 'canary' | 'record' | 'config';
  had: number;
  missed: number;
  medianMs?: number;
  p95Ms?: number;
  lastMissed?: string;
  lastMissedAt?: string;
};
