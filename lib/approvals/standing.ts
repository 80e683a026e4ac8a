// What people said of a gateway and its keys, kept in the store and in memory: the statement, the identity first seen, the ledger.
import { z } from 'zod';
import type { DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import type { StatementNote } from '../gateway/gateway-view.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { shortScopes } from '../gateway/scopes.ts';
import { Problem, type ProblemView, problemView } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { LedgerEntry, LedgerKey } from '../store/ledger.ts';
import type { Store } from '../store/open.ts';

const statementNote = z.object({
  noProxyInFront: z.boolean(),
  by: z.string().optional(),
  at: z.string().optional(),
  droppedBecause: z.string().optional(),
  unacknowledged: z.boolean(),
  fingerprint: z.string().optional(),
});
type Statement = z.infer<typeof statementNote>;
const NO_STATEMENT: Statement = { noProxyInFront: false, unacknowledged: false };

export type Standings = Awaited<ReturnType<typeof createStanding>>;

/** Loads what is known of one gateway. What cannot be read counts as not said. */
export async function createStanding(deps: {
  gateway: string;
  store: Store;
  clock: Clock;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
}) {
  const { gateway, store, clock, record } = deps;
  let statement: Statement = statementNote.safeParse(await store.notes.get(gateway, 'statement')).data ?? NO_STATEMENT;
  let pinned = z.string().safeParse(await store.notes.get(gateway, 'identity')).data;
  let wasAdmitted = (await store.notes.get(gateway, 'admitted')) !== undefined;
  let changedTo: string | undefined;
  const keyOf = (key: Pick<LedgerKey, 'deviceId' | 'publicKey'>) => `${key.deviceId} ${key.publicKey}`;
  const ledger = new Map((await store.ledger.all(gateway)).map((entry) => [keyOf(entry), entry]));

  async function reload(key: LedgerKey) {
    const entry = await store.ledger.get(key);
    if (entry) ledger.set(keyOf(key), entry);
  }

  async function keepStatement(next: Statement) {
    await store.notes.set(gateway, 'statement', next);
    statement = next;
  }

  async function dropStatement(because: string): Promise<boolean> {
    if (!statement.noProxyInFront) return false;
    // Withdrawn in memory first: a store that cannot be written must not keep it alive.
    statement = { noProxyInFront: false, unacknowledged: false, droppedBecause: because, at: isoOf(clock.nowMs()) };
    await store.notes.set(gateway, 'statement', statement);
    await record({
      actor: { kind: 'gateway', name: gateway },
      what: 'statement.dropped',
      gateway,
      text: `The statement that no proxy stands in front was dropped. ${because}`,
    });
    return true;
  }

  return {
    statement: (): StatementNote => {
      const { fingerprint: _kept, noProxyInFront, unacknowledged, by, at, droppedBecause } = statement;
      return {
        noProxyInFront,
        unacknowledged,
        ...(by ? { by } : {}),
        ...(at ? { at } : {}),
        ...(droppedBecause ? { droppedBecause } : {}),
      };
    },
    ledgerOf: (key: Pick<LedgerKey, 'deviceId' | 'publicKey'>): LedgerEntry | undefined => ledger.get(keyOf(key)),
    dropStatement,

    /** How a paired row is known: approved here or vouched for, and still the row that it was then. A key that paired anew is not. */
    provenanceOf(row: PairedDevice | undefined): 'ledger' | 'vouched' | undefined {
      // A row that does not say when it was made cannot be told from one that was made anew.
      if (row?.createdAtMs === undefined) return undefined;
      const entry = ledger.get(keyOf(row));
      if (entry?.approved?.rowMs === row.createdAtMs) return 'ledger';
      return entry?.vouched?.rowMs === row.createdAtMs ? 'vouched' : undefined;
    },

    /** A key of the ledger by its device id. */
    knownKey: (deviceId: string): LedgerEntry | undefined => [...ledger.values()].find((e) => e.deviceId === deviceId),

    /** Keys that were approved here or vouched for and that the gateway lists no more: somebody removed them. */
    missingFrom: (paired: readonly PairedDevice[]): LedgerEntry[] => {
      const listed = new Set(paired.map(keyOf));
      return [...ledger.values()].filter((e) => (e.approved || e.vouched) && !e.refused && !listed.has(keyOf(e)));
    },

    /** Gives or takes back the operator's word, bound to the configuration as it is now. */
    async setStatement(noProxyInFront: boolean, actor: DecisionActor, fingerprint: string | undefined) {
      if (noProxyInFront && fingerprint === undefined)
        throw new Problem('gateway-down', 'The statement is about a configuration that cannot be read right now.');
      const text = noProxyInFront
        ? `${actor.name} stated that no proxy or tunnel stands in front of this gateway.`
        : `${actor.name} took back the statement that no proxy stands in front.`;
      await record({ actor, what: noProxyInFront ? 'statement.set' : 'statement.withdrawn', gateway, text });
      await keepStatement({
        noProxyInFront,
        by: actor.name,
        at: isoOf(clock.nowMs()),
        unacknowledged: noProxyInFront && actor.kind === 'api-token',
        ...(fingerprint ? { fingerprint } : {}),
      });
    },

    async acknowledge(at: string, actor: DecisionActor) {
      if (statement.at !== at) throw new Problem('request-changed', 'The statement was made anew since you read it. Read it again.');
      if (!statement.unacknowledged) return;
      await record({
        actor,
        what: 'statement.acknowledged',
        gateway,
        text: `${actor.name} acknowledged the statement that the API token made.`,
      });
      await keepStatement({ ...statement, unacknowledged: false });
    },

    /** Told the configuration's fingerprint after each reading. Answers whether it cost the statement. */
    configurationIs(fingerprint: string): Promise<boolean> {
      if (!statement.noProxyInFront || statement.fingerprint === fingerprint) return Promise.resolve(false);
      return dropStatement('The gateway’s configuration changed.');
    },

    /** Told the identity that the gateway shows. The first one is kept; answers true for another. */
    async identityIs(deviceId: string): Promise<boolean> {
      if (pinned === undefined) {
        await store.notes.set(gateway, 'identity', deviceId);
        pinned = deviceId;
      }
      const changed = pinned !== deviceId;
      const news = changed && changedTo !== deviceId;
      changedTo = changed ? deviceId : undefined;
      return news;
    },

    async acceptIdentity(deviceId: string, actor: DecisionActor) {
      await record({
        actor,
        what: 'gateway.identity',
        gateway,
        text: `${actor.name} accepted ${deviceId.slice(0, 8)} as this gateway’s identity; it was ${pinned?.slice(0, 8) ?? 'not known'}.`,
      });
      await store.notes.set(gateway, 'identity', deviceId);
      pinned = deviceId;
      changedTo = undefined;
    },

    identityProblem: (): ProblemView | undefined =>
      changedTo === undefined
        ? undefined
        : problemView(
            new Problem(
              'gateway-identity-changed',
              `The gateway shows the identity ${changedTo.slice(0, 8)}; it was ${pinned?.slice(0, 8)}.`,
            ),
          ),

    /** Records how the console itself came in, the first time that it is in. */
    async admitted(scopes: readonly string[], row: PairedDevice | undefined) {
      if (wasAdmitted) return;
      wasAdmitted = true;
      const silently = row?.approvedVia === undefined || row.approvedVia === 'silent';
      await record({
        actor: { kind: 'gateway', name: gateway },
        what: 'console.connected',
        gateway,
        text: `This console was admitted${silently ? ', by the gateway itself unless somebody approved it there,' : ''} and holds ${shortScopes(scopes)}.`,
        details: { approvedVia: row?.approvedVia ?? 'not told by this version' },
      });
      await store.notes.set(gateway, 'admitted', isoOf(clock.nowMs()));
    },

    async approved(row: PairedDevice, by: string, byPerson: boolean) {
      const key = { gateway, deviceId: row.deviceId, publicKey: row.publicKey };
      await store.ledger.recordApproved(key, { atMs: clock.nowMs(), by, rowMs: row.createdAtMs });
      if (byPerson) await store.ledger.liftRefusal(key);
      await reload(key);
    },

    async refused(key: LedgerKey, by: string, why: string) {
      await store.ledger.recordRefused(key, { atMs: clock.nowMs(), by, why });
      await reload(key);
    },

    /** Somebody rejected, revoked or removed a key on the gateway itself. A later approval of ours wins. Answers whether it is news. */
    async refusedElsewhere(who: Pick<LedgerKey, 'deviceId' | 'publicKey'>, what: string, atMs: number): Promise<boolean> {
      const key = { gateway, deviceId: who.deviceId, publicKey: who.publicKey };
      const known = ledger.get(keyOf(key));
      if ((known?.approved?.atMs ?? 0) > atMs || known?.refused) return false;
      await store.ledger.recordRefused(key, { atMs, by: 'somebody on the gateway', why: what });
      await reload(key);
      return true;
    },

    async setVouched(row: PairedDevice, vouched: boolean, actor: DecisionActor) {
      const key = { gateway, deviceId: row.deviceId, publicKey: row.publicKey };
      const text = vouched
        ? `${actor.name} vouched for the device ${key.deviceId.slice(0, 8)}.`
        : `${actor.name} no longer vouches for the device ${key.deviceId.slice(0, 8)}.`;
      await record({ actor, what: vouched ? 'device.vouched' : 'device.unvouched', gateway, text, details: { deviceId: key.deviceId } });
      await store.ledger.setVouched(key, vouched, { atMs: clock.nowMs(), by: actor.name, rowMs: row.createdAtMs });
      await reload(key);
    },
  };
}
