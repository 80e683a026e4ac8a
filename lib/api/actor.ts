// Who decided, as Activity names them: an operator in a browser session, or an API token.
import type { SignedIn } from '../auth/callers.ts';
import type { DecisionActor } from './shapes.ts';

export const actorOf = (caller: SignedIn): DecisionActor => ({ kind: caller.kind, name: caller.name });
