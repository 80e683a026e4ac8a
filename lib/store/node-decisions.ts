// Decisions on the commands of nodes, written before the gateway is asked.
import type { NodeDecisionView } from '../api/node-shapes.ts';
import { damaged, isFields, readJson } from './json.ts';
import { cursorNumber, pageOf, pageSize, type Rows } from './paging.ts';
import { type Kept, readable } from './readable.ts';
import { type Db, inTransaction } from './schema.ts';

/** A decision with what a later reading is compared with. */
export type StoredNodeDecision = { view: NodeDecisionView; requestId: string; caps: string[] };
export type NodeDecisionPatch = Partial<Pick<NodeDecisionView, 'state' | 'answeredAt' | 'outcome'>>;

const isStored = (value: unknown): value is StoredNodeDecision =>
  isFields(value) &&
  isFields(value.view) &&
  typeof value.requestId === 'string' &&
  Array.isArray(value.caps) &&
  Array.isArray(value.view.commands) &&
  [value.view.id, value.view.action, value.view.gateway, value.view.nodeId, value.view.state, value.view.at, value.view.outcome].every(
    (text) => typeof text === 'string',
  );

function read(text: string): StoredNodeDecision {
  const value = readJson(text, 'node decision');
  if (!isStored(value)) throw damaged('node decision');
  return value;
}

/** The decisions of a store. Every function rejects with Problem('store-unwritable') when the database cannot be used. */
export function createNodeDecisions(db: Db) {
  return {
    /** Stores a decision about to be carried out. It is on the disk when this resolves. */
    async begin(decision: StoredNodeDecision): Promise<void> {
      const { id, gateway, nodeId, state, at } = decision.view;
      await db
        .insertInto('node_decisions')
        .values({ id, gateway, node_id: nodeId, state, at_ms: Date.parse(at), body: JSON.stringify(decision) })
        .execute();
    },

    /** Writes what became of one that is still being asked, and answers it; undefined when something else completed it before. */
    complete(id: string, patch: NodeDecisionPatch): Promise<NodeDecisionView | undefined> {
      return inTransaction(db, async (trx) => {
        const row = await trx
          .selectFrom('node_decisions')
          .select('body')
          .where('id', '=', id)
          .where('state', '=', 'asking')
          .executeTakeFirst();
        if (!row) return undefined;
        const before = read(row.body);
        const view = { ...before.view, ...patch };
        const body = JSON.stringify({ ...before, view });
        await trx.updateTable('node_decisions').set({ state: view.state, body }).where('id', '=', id).execute();
        return view;
      });
    },

    /** Those of a gateway whose answer never came, oldest first. What is damaged costs itself alone: it is left out and counted. */
    async unsettled(gateway: string): Promise<Kept<StoredNodeDecision>> {
      const rows = await db
        .selectFrom('node_decisions')
        .select('body')
        .where('gateway', '=', gateway)
        .where('state', '=', 'asking')
        .orderBy('seq')
        .execute();
      return readable(rows, (row) => read(row.body));
    },

    /** The newest of all gateways, newest first. What is damaged costs itself alone, as the first page needs the others: it is counted. */
    async latest(limit: number): Promise<Kept<NodeDecisionView>> {
      const rows = await db.selectFrom('node_decisions').select('body').orderBy('seq', 'desc').limit(pageSize(limit)).execute();
      return readable(rows, (row) => read(row.body).view);
    },

    /** Newest first. */
    async list(ask: { gateway?: string; nodeId?: string; before?: string; limit: number }): Promise<Rows<NodeDecisionView>> {
      const size = pageSize(ask.limit);
      let query = db
        .selectFrom('node_decisions')
        .select(['seq', 'body'])
        .orderBy('seq', 'desc')
        .limit(size + 1);
      if (ask.gateway !== undefined) query = query.where('gateway', '=', ask.gateway);
      if (ask.nodeId !== undefined) query = query.where('node_id', '=', ask.nodeId);
      if (ask.before !== undefined) query = query.where('seq', '<', cursorNumber(ask.before, 'before'));
      return pageOf(await query.execute(), size, (row) => read(row.body).view);
    },
  };
}
