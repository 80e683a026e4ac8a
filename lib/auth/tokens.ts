// API tokens: a right, a name and an end each. Held in memory by their SHA-256, because every request asks.
import type { ApiTokenView } from '../api/operator-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { Repositories } from '../store/open.ts';
import type { StoredToken, Tokens } from '../store/tokens.ts';
import type { ApiToken } from './callers.ts';
import { requireUnlikeOperators } from './operator-names.ts';
import type { Keep, Tell } from './record.ts';
import type { Right } from './rights.ts';
import { hashOf, matchesHash, newSecret, type RandomBytes } from './secrets.ts';
import { requireStillAdmin } from './still-admin.ts';

const DAY_MS = 86_400_000;
const PREFIX = 'gh_';
const USE_WRITTEN_EVERY_MS = 60_000;
const MAX_LIVING = 200;
export const TOKEN_DAYS = 90;
export const TOKEN_MAX_DAYS = 366;

const ENVIRONMENT: ApiToken = { kind: 'api-token', tokenId: 'environment', name: 'API token', rights: ['approver', 'admin'] };

export type TokenInput = { name: string; right: Right; expiresInDays: number };

/** The tokens of a store, and the one of the environment. Rejects with Problem('store-unwritable') when they cannot be read. */
export async function createTokenBook(deps: {
  tokens: Tokens;
  keep: Keep;
  /** Hex SHA-256 of the token of the environment. */
  environmentHash: string | undefined;
  /** Hears of every token that ended. */
  ended: (tokenId: string) => void;
  clock: Clock;
  random: RandomBytes;
  newId: () => string;
  startedMs: number;
}) {
  const { tokens, keep, environmentHash, ended, clock, random, newId } = deps;
  const living = (token: StoredToken) => token.revokedMs === undefined && token.expiresMs > clock.nowMs();
  const byHash = new Map<string, StoredToken>();
  const written = new Map<string, number>();
  let environmentUsedMs: number | undefined;
  for (const token of await tokens.list()) if (living(token)) byHash.set(token.hash, token);

  function forget(token: StoredToken): void {
    if (byHash.delete(token.hash)) ended(token.id);
  }

  function noteUse(token: StoredToken): void {
    const now = clock.nowMs();
    token.lastUsedMs = now;
    if (Math.abs(now - (written.get(token.id) ?? Number.NEGATIVE_INFINITY)) < USE_WRITTEN_EVERY_MS) return;
    written.set(token.id, now);
    // A use that cannot be written is told with the next one; the request itself says what is wrong with the store.
    tokens.noteUse(token.id, now).catch(() => written.delete(token.id));
  }

  const viewOf = (token: StoredToken): ApiTokenView => ({
    id: token.id,
    name: token.name,
    right: token.right,
    createdAt: isoOf(token.createdMs),
    createdBy: token.createdBy,
    expiresAt: isoOf(token.expiresMs),
    ...(token.lastUsedMs === undefined ? {} : { lastUsedAt: isoOf(token.lastUsedMs) }),
    ...(token.revokedMs === undefined ? {} : { revokedAt: isoOf(token.revokedMs) }),
    source: 'console',
  });

  const environmentView = (): ApiTokenView => ({
    id: ENVIRONMENT.tokenId,
    name: ENVIRONMENT.name,
    right: 'admin',
    createdAt: isoOf(deps.startedMs),
    createdBy: 'GATEHOUSE_API_TOKEN',
    ...(environmentUsedMs === undefined ? {} : { lastUsedAt: isoOf(environmentUsedMs) }),
    source: 'environment',
  });

  async function revokeIn(inside: Repositories, tell: Tell, token: StoredToken, actor: DecisionActor, why: string): Promise<void> {
    await inside.tokens.revoke(token.id, clock.nowMs());
    await tell({
      actor,
      what: 'token.revoked',
      text: `${actor.name} revoked the API token ${token.name}${why}.`,
      details: { token: token.name, right: token.right },
    });
  }

  return {
    /** Whose token this is. Undefined for any that is not a living one. */
    find(offered: string): ApiToken | undefined {
      if (environmentHash !== undefined && matchesHash(offered, environmentHash)) {
        environmentUsedMs = clock.nowMs();
        return ENVIRONMENT;
      }
      const token = offered.startsWith(PREFIX) ? byHash.get(hashOf(offered)) : undefined;
      if (!token) return undefined;
      if (!living(token)) {
        forget(token);
        return undefined;
      }
      noteUse(token);
      return { kind: 'api-token', tokenId: token.id, name: token.name, rights: [token.right] };
    },

    /** All of them, also those that ended. */
    async list(): Promise<ApiTokenView[]> {
      const used = new Map([...byHash.values()].map((token) => [token.id, token.lastUsedMs]));
      const stored = (await tokens.list()).map((token) => {
        const lastUsedMs = used.get(token.id) ?? token.lastUsedMs;
        return viewOf({ ...token, ...(lastUsedMs === undefined ? {} : { lastUsedMs }) });
      });
      return [...(environmentHash === undefined ? [] : [environmentView()]), ...stored];
    },

    /** Makes a token; its text is in the answer only. */
    async make({ name, right, expiresInDays }: TokenInput, by: { operatorId: string; actor: DecisionActor }) {
      if (byHash.size >= MAX_LIVING)
        throw new Problem('input-invalid', `There are ${MAX_LIVING} API tokens already; revoke some.`, { field: '' });
      const secret = `${PREFIX}${newSecret(random)}`;
      const now = clock.nowMs();
      const token: StoredToken = {
        id: newId(),
        name,
        hash: hashOf(secret),
        right,
        createdMs: now,
        createdBy: by.actor.name,
        creatorId: by.operatorId,
        expiresMs: now + expiresInDays * DAY_MS,
      };
      await keep(async (inside, tell) => {
        await requireStillAdmin(inside, { operatorId: by.operatorId, name: by.actor.name });
        await requireUnlikeOperators(inside, name);
        await inside.tokens.add(token);
        await tell({
          actor: by.actor,
          what: 'token.created',
          text: `${by.actor.name} made the API token ${name} with the right ${right} for ${expiresInDays} days.`,
          details: { token: name, right, expiresAt: isoOf(token.expiresMs) },
        });
      });
      byHash.set(token.hash, token);
      return { token: viewOf(token), secret };
    },

    /** Ends a token with its bridges, at once. Rejects with Problem('token-unknown'), Problem('setting-fixed') for the environment's. */
    async revoke(id: string, actor: DecisionActor): Promise<void> {
      if (id === ENVIRONMENT.tokenId && environmentHash !== undefined)
        throw new Problem('setting-fixed', 'GATEHOUSE_API_TOKEN is changed where the console is started.');
      const token = (await tokens.list()).find((known) => known.id === id);
      if (!token || token.revokedMs !== undefined) throw new Problem('token-unknown');
      await keep((inside, tell) => revokeIn(inside, tell, token, actor, ''));
      forget(token);
    },

    /**
     * Within a transaction: the tokens that an operator made end with the right to make them. Answers what is to be called once that is
     * kept: the operator knows their texts.
     */
    async revokeOf(operatorId: string, inside: Repositories, tell: Tell, actor: DecisionActor): Promise<() => void> {
      const theirs = [...byHash.values()].filter((token) => token.creatorId === operatorId);
      for (const token of theirs) await revokeIn(inside, tell, token, actor, `, which ${token.createdBy} had made`);
      return () => theirs.forEach(forget);
    },

    /** Ends those that ran out. */
    sweep(): void {
      for (const token of byHash.values()) if (!living(token)) forget(token);
    },
  };
}

export type TokenBook = Awaited<ReturnType<typeof createTokenBook>>;
