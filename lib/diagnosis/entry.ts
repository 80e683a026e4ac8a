// The form of a catalogue entry: one cause that a gateway can give for closing a connection, and all that is worth saying of it.
import type { HandshakeOutcome, RemedyView, Severity } from '../api/shapes.ts';
import type { AttemptFacts } from '../handshakes/attempt.ts';

/** Where the gateway stands and how it is set up, as far as the console knows: it decides which command is the right one. */
export type Place = {
  version: string | undefined;
  url: string;
  port: number;
  practice: boolean;
  /** Proven to be this host. */
  onThisHost: boolean;
  configFile: string | undefined;
  stateDir: string | undefined;
  authMode: string | undefined;
  bind: string | undefined;
  trustedProxies: readonly string[] | undefined;
  allowedOrigins: readonly string[] | undefined;
  autoApproveLocal: boolean | undefined;
  rateLimit: { maxAttempts: number; windowMs: number; lockoutMs: number } | undefined;
  /** The attempt's key is the gateway host's own. */
  isHostKey: boolean;
  /** The device has a paired row now; its name there. */
  paired: { name: string | undefined; scopes: readonly string[] } | undefined;
  /** The request of this device that waits now. */
  waits: { requestId: string } | undefined;
};

export type Version = '2026.4.14' | '2026.9.6';

export type CatalogueEntry = {
  /** `cause` or `cause/detail`, as rows carry it. */
  key: string;
  /** The codes that the client gets in `error.details.code` for it. */
  codes: readonly string[];
  outcome: HandshakeOutcome;
  severity: Severity;
  title: string;
  /** How it is known, per version; a version that does not have the cause is left out. */
  seen: Partial<Record<Version, 'live' | 'recorded' | 'source'>>;
  docs: string;
  happened: (facts: AttemptFacts, place: Place) => string;
  why: (facts: AttemptFacts, place: Place) => string;
  remedies: (facts: AttemptFacts, place: Place) => RemedyView[];
  stops: string;
};
