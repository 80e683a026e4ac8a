// The operators: who there is, with which rights, and what each signs in with. Whatever narrows or replaces that ends the sessions.
import type { CredentialView, OperatorView } from '../api/operator-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { Repositories } from '../store/open.ts';
import type { Credential, Operator, Operators } from '../store/operators.ts';
import type { Person } from './callers.ts';
import type { NewLink } from './link-drop.ts';
import { requireUnlikeOperators, requireUnlikeTokens, rightsWords } from './operator-names.ts';
import type { Attestation } from './passkey-input.ts';
import type { Passkeys } from './passkeys.ts';
import { requireGoodPassword } from './password-words.ts';
import type { Keep } from './record.ts';
import type { Right } from './rights.ts';
import type { SessionBook } from './sessions.ts';
import type { From, SignIn } from './sign-in.ts';
import { isActiveAdmin, requireStillAdmin } from './still-admin.ts';
import type { Tickets } from './tickets.ts';
import type { TokenBook } from './tokens.ts';

const MAX_OPERATORS = 200;

const actorOf = ({ name }: Person): DecisionActor => ({ kind: 'person', name });

const credentialView = ({ id, kind, name, createdMs, lastUsedMs }: Credential): CredentialView => ({
  id,
  kind,
  name,
  createdAt: isoOf(createdMs),
  ...(lastUsedMs === undefined ? {} : { lastUsedAt: isoOf(lastUsedMs) }),
});

/** Throws Problem('last-admin') where nobody but this operator could change anything any more. */
async function requireAnotherAdmin(inside: Repositories, operatorId: string): Promise<void> {
  const others = (await inside.operators.list()).filter((operator) => operator.id !== operatorId);
  if (!others.some(isActiveAdmin)) throw new Problem('last-admin');
}

async function found(from: Operators, id: string): Promise<Operator> {
  const operator = await from.byId(id);
  if (!operator) throw new Problem('operator-unknown');
  return operator;
}

/** All changes are made in the name of a person, and reject with Problem('store-unwritable') when they cannot be kept. */
export function createOperatorBook(deps: {
  keep: Keep;
  operators: Operators;
  tickets: Tickets;
  sessions: SessionBook;
  tokens: TokenBook;
  signIn: SignIn;
  passkeys: Passkeys;
  clock: Clock;
  newId: () => string;
}) {
  const { keep, operators, tickets, sessions, tokens, signIn, passkeys, clock, newId } = deps;

  function viewOf(operator: Operator, credentials: readonly Credential[], you: string | undefined): OperatorView {
    const own = credentials.filter(({ operatorId }) => operatorId === operator.id);
    return {
      id: operator.id,
      name: operator.name,
      rights: operator.rights,
      state: operator.state,
      createdAt: isoOf(operator.createdMs),
      createdBy: operator.createdBy,
      ...(operator.lastSignInMs === undefined ? {} : { lastSignInAt: isoOf(operator.lastSignInMs) }),
      credentials: {
        passkeys: own.filter(({ kind }) => kind === 'passkey').length,
        password: own.some(({ kind }) => kind === 'password'),
      },
      sessions: sessions.list().filter(({ operatorId }) => operatorId === operator.id).length,
      you: operator.id === you,
    };
  }

  const view = async (id: string, by: Person): Promise<OperatorView> =>
    viewOf(await found(operators, id), await operators.credentials(id), by.operatorId);

  return {
    /** All of them, as `you` sees them. */
    async list(you: string | undefined): Promise<OperatorView[]> {
      const credentials = await operators.credentials();
      return (await operators.list()).map((operator) => viewOf(operator, credentials, you));
    },

    /** Makes an operator who accepts by a link, shown once. Rejects with Problem('operator-exists'). */
    async invite({ name, rights }: { name: string; rights: Right[] }, by: Person): Promise<{ operator: OperatorView; link: NewLink }> {
      const operator: Operator = { id: newId(), name, rights, state: 'invited', createdMs: clock.nowMs(), createdBy: by.name };
      const link = await keep(async (inside, tell) => {
        await requireStillAdmin(inside, by);
        await requireUnlikeOperators(inside, name);
        await requireUnlikeTokens(inside, name, clock.nowMs());
        if ((await inside.operators.list()).length >= MAX_OPERATORS)
          throw new Problem('input-invalid', `There are ${MAX_OPERATORS} operators already.`, { field: '' });
        await inside.operators.add(operator);
        await tell({
          actor: actorOf(by),
          what: 'operator.created',
          text: `${by.name} invited ${name} as ${rightsWords(rights)}.`,
          details: { operator: name, rights },
        });
        return tickets.make('invitation', { operatorId: operator.id, madeBy: by.operatorId }, inside.links);
      });
      return { operator: viewOf(operator, [], by.operatorId), link };
    },

    /**
     * Changes rights, or switches an operator off and on. Its sessions end at once, and with `admin` or at switching off the API tokens
     * it made. Rejects with Problem('operator-unknown' | 'last-admin').
     */
    async change(
      id: string,
      to: { rights?: Right[] | undefined; state?: 'active' | 'disabled' | undefined },
      by: Person,
    ): Promise<OperatorView> {
      const after = await keep(async (inside, tell) => {
        await requireStillAdmin(inside, by);
        const before = await found(inside.operators, id);
        if (to.state !== undefined && before.state === 'invited')
          throw new Problem('input-invalid', 'body field state: the invitation was not accepted yet', { field: 'state' });
        const next = { rights: to.rights ?? before.rights, state: to.state ?? before.state };
        const rightsChange = rightsWords(next.rights) !== rightsWords(before.rights);
        if (!rightsChange && next.state === before.state) return undefined;
        if (isActiveAdmin(before) && !isActiveAdmin(next)) await requireAnotherAdmin(inside, id);
        await inside.operators.change(id, next);
        if (next.state === 'disabled') await inside.links.removeOf(id);
        const words = [
          ...(rightsChange ? [`from ${rightsWords(before.rights)} to ${rightsWords(next.rights)}`] : []),
          ...(next.state === before.state
            ? []
            : [next.state === 'active' ? 'so that they can sign in again' : 'so that they cannot sign in']),
        ];
        await tell({
          actor: actorOf(by),
          what: 'operator.changed',
          text: `${by.name} changed ${before.name} ${words.join(' and ')}. Every session of ${before.name} ended.`,
          details: { operator: before.name, before: { rights: before.rights, state: before.state }, after: next },
        });
        const losesTokens = !isActiveAdmin(next);
        if (losesTokens) await inside.links.removeMadeBy(id);
        return losesTokens ? await tokens.revokeOf(id, inside, tell, actorOf(by)) : () => undefined;
      });
      if (after) {
        after();
        sessions.endOf(id);
      }
      return view(id, by);
    },

    /** Removes an operator for good. Rejects with Problem('operator-unknown' | 'last-admin'). */
    async remove(id: string, by: Person): Promise<void> {
      const after = await keep(async (inside, tell) => {
        await requireStillAdmin(inside, by);
        const operator = await found(inside.operators, id);
        if (isActiveAdmin(operator)) await requireAnotherAdmin(inside, id);
        await inside.links.removeOf(id);
        await inside.links.removeMadeBy(id);
        await inside.operators.remove(id);
        await tell({
          actor: actorOf(by),
          what: 'operator.removed',
          text: `${by.name} removed the operator ${operator.name}. Every session of ${operator.name} ended.`,
          details: { operator: operator.name, rights: operator.rights },
        });
        return tokens.revokeOf(id, inside, tell, actorOf(by));
      });
      after();
      sessions.endOf(id);
    },

    /**
     * A new link: for an invitation that was not accepted the same again, otherwise one that resets what the operator signs in with.
     * Earlier ones stop working. Rejects with Problem('operator-unknown' | 'operator-disabled').
     */
    async newLink(id: string, by: Person): Promise<{ operator: OperatorView; link: NewLink }> {
      const link = await keep(async (inside, tell) => {
        await requireStillAdmin(inside, by);
        const { name, state } = await found(inside.operators, id);
        if (state === 'disabled') throw new Problem('operator-disabled');
        const purpose = state === 'invited' ? 'invitation' : 'reset';
        await inside.links.removeOf(id);
        await tell({
          actor: actorOf(by),
          what: 'operator.link',
          text: `${by.name} made a new ${purpose === 'reset' ? 'link to reset' : 'invitation for'} ${name}.`,
          details: { operator: name, purpose },
        });
        return tickets.make(purpose, { operatorId: id, madeBy: by.operatorId }, inside.links);
      });
      return { operator: await view(id, by), link };
    },

    /** What the person signs in with. */
    credentials: async ({ operatorId }: Person): Promise<CredentialView[]> => (await operators.credentials(operatorId)).map(credentialView),

    /**
     * Sets or changes the person's own password; a change ends every other session of theirs.
     * Rejects with Problem('sign-in-refused' | 'sign-in-locked') for a wrong current one, Problem('password-weak').
     */
    async setPassword(
      { current, password }: { current?: string | undefined; password: string },
      by: Person,
      from: From,
    ): Promise<CredentialView> {
      const before = await operators.password(by.operatorId);
      if (before) {
        if (current === undefined)
          throw new Problem('input-invalid', 'body field current: is needed to change a password', { field: 'current' });
        await signIn.checkPassword(by.name, current, from, by.sessionId);
      }
      requireGoodPassword(password, by.name);
      const credential = await signIn.passwordCredential(by.operatorId, password);
      await keep(async (inside, tell) => {
        await found(inside.operators, by.operatorId);
        const now = await inside.operators.password(by.operatorId);
        if (now && now.secret !== before?.secret) throw new Problem('request-changed', 'The password was changed in the meantime.');
        if (now) await inside.operators.removeCredential(now.id);
        await inside.operators.addCredential(credential);
        await tell({
          actor: actorOf(by),
          what: 'credential.password',
          text: now ? `${by.name} changed their password. Their other sessions ended.` : `${by.name} set a password.`,
        });
      });
      if (before) sessions.endOf(by.operatorId, by.sessionId);
      return credentialView(credential);
    },

    /** Adds a passkey of the person. Rejects with Problem('passkey-refused'). */
    async addPasskey(
      input: { response: Attestation; challengeId: string; name: string },
      by: Person,
      origin: string,
    ): Promise<CredentialView> {
      const credential = await passkeys.bring(input, by.operatorId, origin);
      await keep(async (inside, tell) => {
        await found(inside.operators, by.operatorId);
        await inside.operators.addCredential(credential);
        await tell({ actor: actorOf(by), what: 'credential.added', text: `${by.name} added the passkey ${credential.name}.` });
      });
      return credentialView(credential);
    },

    /** Removes one; the person's other sessions end, one of them may be a finder's. Rejects with Problem('credential-unknown'). */
    async removeCredential(id: string, by: Person): Promise<void> {
      await keep(async (inside, tell) => {
        const credential = (await inside.operators.credentials(by.operatorId)).find((known) => known.id === id);
        if (!credential) throw new Problem('credential-unknown');
        await inside.operators.removeCredential(id);
        await tell({
          actor: actorOf(by),
          what: 'credential.removed',
          text: `${by.name} removed ${credential.kind === 'password' ? 'their password' : `the passkey ${credential.name}`}. Their other sessions ended.`,
        });
      });
      sessions.endOf(by.operatorId, by.sessionId);
    },
  };
}

export type OperatorBook = ReturnType<typeof createOperatorBook>;
