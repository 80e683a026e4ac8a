// What one row of the handshake log is made of before the store numbers it. Reader, catalogue, store and API meet here.
import type { HandshakeView, TimelineStep } from '../api/shapes.ts';

/**
 * What the records say of one attempt, each field as the gateway wrote it. Host, origin, user agent, address headers, client,
 * mode, platform and versions are the caller's words, cut to a length at the door; the rest is the gateway's.
 */
export type AttemptFacts = {
  cause?: string;
  reason?: string;
  authReason?: string;
  authProvided?: string;
  handshake?: string;
  closeCode?: number;
  closeReason?: string;
  deviceId?: string;
  requestId?: string;
  role?: string;
  clientId?: string;
  clientMode?: string;
  clientVersion?: string;
  platform?: string;
  minProtocol?: number;
  maxProtocol?: number;
  expectedProtocol?: number;
  scopesFrom?: string[];
  scopesTo?: string[];
  host?: string;
  browserOrigin?: string;
  userAgent?: string;
  forwardedFor?: string;
  remoteAddr?: string;
  remotePort?: number;
  localAddr?: string;
  localPort?: number;
  durationMs?: number;
  /** Pinned and claimed platform of a metadata change. */
  platformFrom?: string;
  platformTo?: string;
  /** How many refusals the gateway left out before this line (2026.9.6 `suppressed=N`). */
  suppressed?: number;
};

/** Kept beside a row and read only when somebody opens it. */
export type HandshakeEvidence = { facts: AttemptFacts; timeline: TimelineStep[]; raw: string[] };

/** A row that the store has not numbered yet. */
export type NewHandshake = Omit<HandshakeView, 'seq' | 'run'> & { evidence: HandshakeEvidence };
