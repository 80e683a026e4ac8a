// Who may stand behind a request, as everything beyond the door sees them.
import type { SignInWay } from '../api/operator-shapes.ts';
import type { Right } from './rights.ts';

export type Person = { kind: 'person'; sessionId: string; operatorId: string; name: string; rights: readonly Right[]; way: SignInWay };
export type ApiToken = { kind: 'api-token'; tokenId: string; name: string; rights: readonly Right[] };
export type SignedIn = Person | ApiToken;
/** `cookie-only`: a living session cookie without its second secret. It opens empty pages and nothing else. */
export type Caller = SignedIn | { kind: 'cookie-only' } | { kind: 'none'; overLimit: boolean };

/** The name of the session or token that the caller came with: what ends when its rights end. */
export const callerId = (caller: Caller): string | undefined =>
  caller.kind === 'person' ? caller.sessionId : caller.kind === 'api-token' ? caller.tokenId : undefined;
