// Node capability requests: what waits in the gateways' other queue, the two acts on it, and what became of earlier ones.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';
import type { NodeDecisionView, NodeRequestPage } from '../node-shapes.ts';
import { nodeDecisionInput } from '../openapi/nodes.ts';
import type { Page } from '../shapes.ts';
import { ask, listQuery } from './query.ts';

/** A node names up to a thousand commands. */
export const NODE_DECISION_BYTES = 192 * 1024;

export const nodeDecisionListQuery = listQuery
  .pick({ limit: true, before: true })
  .extend({ gateway: z.string().min(1).max(200).optional(), node: z.string().min(1).max(200).optional() });

export function nodeRequestRoutes(app: Console): Route[] {
  const act = (action: 'approve' | 'reject') =>
    route({
      method: 'POST',
      path: `/node-requests/:gateway/:requestId/${action}`,
      access: 'approver',
      input: nodeDecisionInput,
      maxBodyBytes: NODE_DECISION_BYTES,
      handler: ({ param, input, actor }): Promise<NodeDecisionView> =>
        app.desk(param('gateway')).nodes.decide({ action, requestId: param('requestId'), seen: input, actor: actorOf(actor()) }),
    });
  return [
    route({
      method: 'GET',
      path: '/node-requests',
      access: 'viewer',
      handler: (): NodeRequestPage => ({
        items: app.desks().flatMap((desk) => desk.nodes.requests()),
        freshness: app.freshness(),
        gaps: app.desks().flatMap((desk) => desk.nodes.gap() ?? []),
      }),
    }),
    route({
      method: 'GET',
      path: '/node-decisions',
      access: 'viewer',
      query: nodeDecisionListQuery,
      handler: async ({ query }): Promise<Page<NodeDecisionView>> => ({
        ...(await app.store.nodeDecisions.list({ ...ask(query), ...(query.node === undefined ? {} : { nodeId: query.node }) })),
        freshness: { state: 'live' },
      }),
    }),
    act('approve'),
    act('reject'),
  ];
}
