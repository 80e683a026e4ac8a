// What the API tells and takes about operators, their sessions and tokens. No secret is in any of it but where its name says so.
import type { Right } from '../auth/rights.ts';

/** How an operator can sign in, apart from a link made in the terminal, which always works. */
export type CredentialView = {
  id: string;
  kind: 'passkey' | 'password';
  /** A passkey's name as its owner wrote it; `password` for a password. */
  name: string;
  createdAt: string;
  lastUsedAt?: string;
};

export type OperatorView = {
  id: string;
  name: string;
  rights: Right[];
  state: 'active' | 'disabled' | 'invited';
  createdAt: string;
  createdBy: string;
  lastSignInAt?: string;
  /** How many of each; which ones is told to the operator alone. */
  credentials: { passkeys: number; password: boolean };
  sessions: number;
  /** This is the operator who asks. */
  you: boolean;
};

/** `link`: made in the terminal or by an invitation. `proxy`: a trusted proxy named the operator. */
export type SignInWay = 'password' | 'passkey' | 'link' | 'setup' | 'proxy';

export type SessionView = {
  id: string;
  operatorId: string;
  operator: string;
  way: SignInWay;
  startedAt: string;
  lastSeenAt: string;
  expiresAt: string;
  /** Cut, and without control characters. */
  userAgent?: string;
  address?: string;
  /** This is the session that asks. */
  current: boolean;
};

export type ApiTokenView = {
  id: string;
  name: string;
  right: Right;
  createdAt: string;
  createdBy: string;
  expiresAt?: string;
  lastUsedAt?: string;
  revokedAt?: string;
  /** `environment`: the one of GATEHOUSE_API_TOKEN, which is changed where the console is started. */
  source: 'console' | 'environment';
};

/** `GET /session`: who asks. `freshUntil`: until when credentials, operators and tokens can be changed without signing in again. */
export type SessionOfCaller =
  | { kind: 'person'; sessionId: string; operatorId: string; name: string; rights: Right[]; way: SignInWay; freshUntil?: string }
  | { kind: 'api-token'; name: string; rights: Right[] };

/** `GET /sign-in`, public: which ways there are. It never says which names exist. */
export type SignInOptions = {
  /** No operator exists yet: a link leads to the set-up. */
  setup: boolean;
  password: boolean;
  /** False where the address in the browser can hold none (an IP address). */
  passkey: boolean;
  /** The name that a trusted proxy gave for this very request, when it is an operator's. */
  proxy?: string;
  /** The record is not the one that was last written here, and no person has read of it yet. Anybody may read this: no more is said. */
  record?: { kind: 'lost' | 'restored'; at: string };
};

/** An answer that starts a session; the cookie comes beside it. `key` is the second secret. */
export type SessionStarted = { key: string; expiresAt: string; operator: string };

/** What a link is for. Only its holder can ask. */
export type LinkView = { purpose: 'setup' | 'sign-in' | 'invitation' | 'reset'; operator?: string; expiresAt: string };

/** An operator with a link that is told this once; its holder opens it as `/sign-in#secret`. */
export type OperatorInvited = { operator: OperatorView; link: { secret: string; expiresAt: string } };

/** What the page hands to `navigator.credentials`, and the name under which the answer comes back. */
export type PasskeyAsked = { challengeId: string; options: Record<string, unknown> };
