// What the browser and scripts see of openings and take-backs: permit windows, and the way back of a grant.
import type { Assurance } from './shapes.ts';

/** Whom a permit window lets in: one device by its key, or the next key that has never been paired and says it is a CLI. */
export type WindowTarget = { kind: 'device'; deviceId: string } | { kind: 'next-new-cli' };

/** POST /windows, by a person only. At most 10 minutes. */
export type PermitWindowInput = {
  gateway: string;
  target: WindowTarget;
  /** The ceiling for what the device holds afterwards. */
  scopes: string[];
  confirm?: string[];
  seconds: number;
  /** Requests that it may approve; 1 unless said, 5 at most. */
  uses?: number;
  assurance?: Assurance;
  agentsMayUse?: boolean;
};

/** An opening that a person made: short, counted, closed by itself and by a restart. */
export type PermitWindowView = {
  id: string;
  gateway: string;
  gatewayName: string;
  target: WindowTarget;
  deviceName?: string;
  scopes: string[];
  confirm: string[];
  agentsMayUse: boolean;
  assurance: Assurance;
  uses: number;
  used: number;
  openedAt: string;
  endsAt: string;
  by: string;
  state: 'open' | 'used' | 'ended' | 'closed';
  /** The window read aloud. */
  sentence: string;
  /** Why it is closed, or what it did, in words. */
  outcome?: string;
};

/**
 * Whether taking back holds on this gateway, as measured per version. `enforced`: the device cannot return without a person.
 * `until-next-connect`: it returns by itself, silently, at its next connection. `needs-new-secret`: it holds the shared secret, so
 * nothing but a new one keeps it out.
 */
export type Enforcement = 'enforced' | 'until-next-connect' | 'needs-new-secret';

/** One device of a plan, bound to what is shown: taking back fails when the row is another by then. */
export type TakeBackItem = {
  gateway: string;
  gatewayName: string;
  deviceId: string;
  publicKey: string;
  displayName?: string;
  clientId?: string;
  connected?: boolean;
  roles: string[];
  /** When the gateway made the row, its clock, ms: one of another time is another pairing. */
  rowCreatedAtMs?: number;
  /** What it holds now, all of which it loses: a gateway cannot make a row smaller. */
  holds: string[];
  /** What the grants in question gave. */
  given: string[];
  grants: { decisionId: string; at: string; by: string; scopes: string[] }[];
  enforcement: Enforcement;
  /** Why it holds or not, and what to do beside it. */
  why: string;
  /** The console itself, or the last device with admin: only with `confirm`. */
  needsConfirm?: string;
  /** It cannot be taken back from here, and why. */
  impossible?: string;
};

/** GET /take-backs/plan?decision= or ?rule= */
export type TakeBackPlan = { rule?: string; ruleName?: string; items: TakeBackItem[]; gone: number };

/** POST /take-backs: one device. */
export type TakeBackInput = {
  gateway: string;
  deviceId: string;
  publicKey: string;
  /** As the plan showed it; left out where the plan did. */
  rowCreatedAtMs?: number;
  /** What the plan showed that it holds. */
  holds: string[];
  /** The rule or decision on whose account. */
  rule?: string;
  decision?: string;
  confirm?: string;
};

/**
 * What the gateway shows of a take-back. `gone`: read back and not listed. `failed`: still listed. `refused`: the gateway said no.
 * `unknown`: its list could not be read yet. `returned`: listed again since, without a decision of this console.
 */
export type TakeBackState = 'asking' | 'gone' | 'failed' | 'refused' | 'unknown' | 'returned';

export type TakeBackView = {
  id: string;
  gateway: string;
  deviceId: string;
  publicKey: string;
  displayName?: string;
  by: string;
  rule?: string;
  decision?: string;
  lost: string[];
  at: string;
  answeredAt?: string;
  state: TakeBackState;
  enforcement: Enforcement;
  /** What really happened, read back from the gateway, in one sentence. */
  outcome: string;
  returnedAt?: string;
  /** With what it came back. */
  returnedWith?: string[];
};
