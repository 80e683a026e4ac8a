// Who decided, as Activity names them: a person in a browser session, or the API token.
import type { SignedIn } from '../auth/auth.ts';
import type { DecisionActor } from './shapes.ts';

export const actorOf = (caller: SignedIn): DecisionActor => ({ kind: caller.kind, name: caller.name });
