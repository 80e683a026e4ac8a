// The ways in: the set-up, a link, a password, a proxy's word. Each ends in a session and a row in Activity.
import type { LinkView, SignInWay } from '../api/operator-shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { Repositories } from '../store/open.ts';
import type { Credential, Operator, Operators } from '../store/operators.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import { createLockOut, type LockOut } from './lock-out.ts';
import { requireUnlikeOperators, requireUnlikeTokens } from './operator-names.ts';
import { requireGoodPassword } from './password-words.ts';
import type { Passwords } from './passwords.ts';
import type { Keep, Tell } from './record.ts';
import type { SessionBook } from './sessions.ts';
import { purposeOf, type Ticket, type Tickets } from './tickets.ts';
import type { TokenBook } from './tokens.ts';

/** Where a request comes from, as far as it can be said. */
export type From = { address: string; userAgent?: string };
export type Started = { cookie: string; key: string; sessionId: string; expiresAtMs: number; operator: string };

const WAYS: Readonly<Record<SignInWay, string>> = {
  password: 'with a password',
  passkey: 'with a passkey',
  link: 'with a link',
  setup: 'while setting up the console',
  proxy: 'through the trusted proxy',
};

/** An operator, and what they proved it with. */
export type Proven = { operator: Operator; credential: Credential };

export const TERMINAL = { kind: 'terminal', name: 'Terminal' } as const;

const spent = () => new Problem('link-spent', 'This link was used, is too old, or was never one of ours.');

export type SignInDeps = {
  keep: Keep;
  revokeTokens: TokenBook['revokeOf'];
  operators: Operators;
  tickets: Tickets;
  sessions: SessionBook;
  passwords: Passwords;
  lockOut: LockOut;
  failed: FailedSignIns;
  /** A wrong link. Answers whether there were too many of them. */
  noteWrongLink: () => { over: boolean };
  clock: Clock;
  newId: () => string;
};

/** Signing in. All of it rejects with Problem('store-unwritable') when it cannot be written that somebody did. */
export function createSignIn(deps: SignInDeps) {
  const { keep, operators, tickets, sessions, passwords, lockOut, failed, clock, newId } = deps;
  const lockInside = createLockOut(clock, { byAddress: false });

  function wrongLink(): Problem {
    const { over } = deps.noteWrongLink();
    return over ? new Problem('link-spent', 'Too many links were wrong. Wait a minute.', { retryAfterS: 60 }) : spent();
  }

  async function taken(secret: string): Promise<Ticket> {
    const ticket = await tickets.take(secret);
    if (!ticket) throw wrongLink();
    return ticket;
  }

  function begin({ id, name, rights }: Operator, way: SignInWay, from: From): Started {
    const { session, cookie, key } = sessions.start({ operatorId: id, name, rights, way, ...from });
    return { cookie, key, sessionId: session.id, expiresAtMs: session.expiresMs, operator: name };
  }

  async function tellSignIn(operator: Operator, way: SignInWay, { address }: From, tell: Tell): Promise<void> {
    await tell({
      actor: { kind: 'person', name: operator.name },
      what: 'sign-in',
      text: `${operator.name} signed in ${WAYS[way]}.`,
      details: { way, address },
    });
  }

  /**
   * Starts the session of the operator that `work` answers. It begins within the transaction: a change of the operator's rights comes
   * before it, and is in it, or after it, and ends it.
   */
  async function admit(way: SignInWay, from: From, work: (inside: Repositories, tell: Tell) => Promise<Operator>): Promise<Started> {
    let started: Started | undefined;
    try {
      return await keep(async (inside, tell) => {
        const operator = await work(inside, tell);
        await inside.operators.noteSignIn(operator.id, clock.nowMs());
        await tellSignIn(operator, way, from, tell);
        started = begin(operator, way, from);
        return started;
      });
    } catch (error) {
      if (started) sessions.end(started.sessionId);
      throw error;
    }
  }

  /**
   * Starts the session of an operator who proved who they are. What they proved it with must still be theirs: a password that was
   * changed, or an account that was reset, while it was checked lets nobody in any more.
   */
  const start = ({ id }: Operator, way: SignInWay, from: From, proof?: Credential): Promise<Started> =>
    admit(way, from, async (inside) => {
      const now = await inside.operators.byId(id);
      const stands =
        proof === undefined ||
        (await inside.operators.credentials(id)).some((kept) => kept.id === proof.id && kept.secret === proof.secret);
      if (now?.state !== 'active' || !stands) throw new Problem('sign-in-refused', 'This operator cannot sign in.');
      return now;
    });

  async function passwordCredential(operatorId: string, password: string) {
    return {
      id: newId(),
      operatorId,
      kind: 'password' as const,
      name: 'password',
      secret: await passwords.hash(password),
      counter: 0,
      createdMs: clock.nowMs(),
    };
  }

  /** The operator whom a sign-in link is for. */
  async function ownerOf(ticket: Ticket): Promise<Operator | undefined> {
    if (ticket.from === 'console' && ticket.operatorId !== undefined) return operators.byId(ticket.operatorId);
    if (ticket.from === 'terminal' && ticket.order.operator !== undefined) return operators.byName(ticket.order.operator);
    return (await operators.list()).find(({ state, rights }) => state === 'active' && rights.includes('admin'));
  }

  /**
   * Whether it is the password of this name. Within a session that lives only its own wrong ones count: a stranger’s at the door must
   * not keep the person in it from confirming. Throws Problem('sign-in-locked' | 'sign-in-refused' | 'sign-in-busy').
   */
  async function checkPassword(name: string, password: string, { address }: From, sessionId?: string): Promise<Proven> {
    const attempt = sessionId === undefined ? lockOut.begin(name, address) : lockInside.begin(sessionId, sessionId);
    const operator = await operators.byName(name);
    const credential = operator && (await operators.password(operator.id));
    const right = await passwords.verify(password, operator?.state === 'active' ? credential?.secret : undefined).catch((error) => {
      attempt.untried();
      throw error;
    });
    if (!right || !operator || !credential) {
      failed.note(operator?.name, address);
      throw new Problem('sign-in-refused', 'No operator has this name and password.');
    }
    attempt.passed();
    await operators.noteUse(credential.id, clock.nowMs());
    return { operator, credential };
  }

  return {
    start,
    checkPassword,
    passwordCredential,

    /**
     * Makes the first operator. Rejects with Problem('setup-done') where there is one already, Problem('link-spent'),
     * Problem('password-weak').
     */
    async setUp({ secret, name, password }: { secret: string; name: string; password?: string | undefined }, from: From): Promise<Started> {
      if (await operators.any()) throw new Problem('setup-done');
      if (password !== undefined) requireGoodPassword(password, name);
      const known = await tickets.read(secret);
      if (known === undefined || purposeOf(known) !== 'sign-in') throw wrongLink();
      const id = newId();
      const credential = password === undefined ? undefined : await passwordCredential(id, password);
      await taken(secret).catch(async (error) => {
        // It went with the set-up that was quicker.
        throw (await operators.any()) ? new Problem('setup-done') : error;
      });
      const now = clock.nowMs();
      const operator: Operator = { id, name, rights: ['approver', 'admin'], state: 'active', createdMs: now, createdBy: TERMINAL.name };
      return admit('setup', from, async (inside, tell) => {
        // Two links that are spent at once make one first operator.
        if (await inside.operators.any()) throw new Problem('setup-done');
        // The other links of the set-up would now sign in as this operator.
        await inside.links.clear();
        await inside.operators.add(operator);
        if (credential) await inside.operators.addCredential(credential);
        await tell({
          actor: TERMINAL,
          what: 'operator.created',
          text: `${name} was made the first operator, as approver and admin, with a link of the terminal.`,
          details: { operator: name, rights: operator.rights },
        });
        return operator;
      });
    },

    /** Spends a sign-in link. Rejects with Problem('setup-required'), the link left as it is, or Problem('link-spent'). */
    async spend(secret: string, from: From): Promise<Started> {
      const known = await tickets.read(secret);
      if (known === undefined || purposeOf(known) !== 'sign-in') throw wrongLink();
      if (!(await operators.any())) throw new Problem('setup-required');
      const owner = await ownerOf(known);
      if (owner?.state !== 'active') throw new Problem('link-spent', 'The operator of this link is not there or cannot sign in.');
      await taken(secret);
      return start(owner, 'link', from);
    },

    /** Rejects with Problem('sign-in-locked' | 'sign-in-refused' | 'sign-in-busy'). */
    async byPassword({ name, password }: { name: string; password: string }, from: From): Promise<Started> {
      const { operator, credential } = await checkPassword(name, password, from);
      return start(operator, 'password', from, credential);
    },

    /** What a link is for. Rejects with Problem('link-spent'). */
    async readLink(secret: string): Promise<LinkView> {
      const ticket = await tickets.read(secret);
      if (!ticket) throw wrongLink();
      const expiresAt = isoOf(ticket.expiresMs);
      const purpose = purposeOf(ticket);
      if (purpose === 'sign-in' && !(await operators.any())) return { purpose: 'setup', expiresAt };
      const named = ticket.from === 'terminal' && ticket.order.purpose === 'invitation' ? ticket.order.operator : undefined;
      const operator = named ?? (await ownerOf(ticket))?.name;
      return { purpose, expiresAt, ...(operator === undefined ? {} : { operator }) };
    },

    /**
     * Accepts an invitation or a reset. A reset ends the operator's sessions and drops what it signed in with before.
     * Rejects with Problem('link-spent'), Problem('password-weak'), Problem('operator-exists').
     */
    async acceptLink({ secret, password }: { secret: string; password?: string | undefined }, from: From): Promise<Started> {
      const known = await tickets.read(secret);
      if (known === undefined || purposeOf(known) === 'sign-in') throw wrongLink();
      const order = known.from === 'terminal' ? known.order : undefined;
      const now = clock.nowMs();
      const invited = order?.purpose === 'invitation' ? order : undefined;
      const before = invited ? undefined : await ownerOf(known);
      const name = invited?.operator ?? before?.name;
      if (name === undefined) throw spent();
      if (invited && (await operators.byName(invited.operator)))
        throw new Problem('operator-exists', `There is an operator ${name} already.`);
      if (password !== undefined) requireGoodPassword(password, name);
      const id = before?.id ?? newId();
      const credential = password === undefined ? undefined : await passwordCredential(id, password);
      await taken(secret);
      const reset = purposeOf(known) === 'reset';
      let forgetTokens = () => {};
      const started = await admit('link', from, async (inside, tell) => {
        if (invited) {
          await requireUnlikeOperators(inside, name);
          await requireUnlikeTokens(inside, name, now);
          await inside.operators.add({ id, name, rights: invited.rights, state: 'invited', createdMs: now, createdBy: TERMINAL.name });
        }
        const found = await inside.operators.byId(id);
        if (!found || (order === undefined && found.state === 'disabled')) throw spent();
        const rights = order?.purpose === 'reset' && order.admin ? [...new Set([...found.rights, 'admin' as const])] : found.rights;
        const more = rights.filter((right) => right !== 'viewer');
        const accepted: Operator = { ...found, state: 'active', rights: more.length > 0 ? more : rights };
        await inside.operators.change(id, accepted);
        await inside.links.removeOf(id);
        await inside.links.removeMadeBy(id);
        await inside.operators.removeCredentialsOf(id);
        if (credential) await inside.operators.addCredential(credential);
        await tell({
          actor: order ? TERMINAL : { kind: 'person', name },
          what: reset ? 'operator.reset' : 'operator.accepted',
          text: reset
            ? `${name} was reset: what ${name} signed in with before is gone, and every session of ${name} and every API token that ${name} had made ended.`
            : `${name} accepted the invitation as ${accepted.rights.join(' and ')}.`,
          details: { operator: name, rights: accepted.rights },
        });
        // Whoever had the account until now knows the texts of its tokens.
        if (reset) forgetTokens = await deps.revokeTokens(id, inside, tell, order ? TERMINAL : { kind: 'person', name });
        sessions.endOf(id);
        return accepted;
      });
      forgetTokens();
      return started;
    },
  };
}

export type SignIn = ReturnType<typeof createSignIn>;
