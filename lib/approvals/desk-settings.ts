// What a desk tells of its gateway itself: what each scope opens there, and the one setting of it that can be changed.
import type { ScopeBook } from '../api/device-shapes.ts';
import { scopeBook } from '../scopes/scope-book.ts';
import type { DeskDeps } from './desk-shape.ts';
import type { Connection } from './desk-views.ts';
import { createLocalApproval, type LocalApproval } from './local-approval.ts';
import type { Standings } from './standing.ts';

export type DeskSettings = LocalApproval & {
  /** What each scope lets a client do on this gateway. */
  scopeBook: () => ScopeBook;
};

export function createDeskSettings(deps: {
  desk: Pick<DeskDeps, 'endpoint' | 'record'>;
  connection: Readonly<Connection>;
  request: Parameters<typeof createLocalApproval>[0]['request'];
  standing: Pick<Standings, 'statement'>;
  live: { checkConfig: () => Promise<void> };
  fault: (error: unknown) => void;
}): DeskSettings {
  const { connection } = deps;
  const { endpoint, record } = deps.desk;
  return {
    ...createLocalApproval({
      gateway: endpoint.id,
      name: endpoint.name,
      connection,
      request: deps.request,
      hasStatement: () => deps.standing.statement().noProxyInFront,
      reread: deps.live.checkConfig,
      record,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      fault: deps.fault,
    }),
    scopeBook: () =>
      scopeBook({
        gateway: endpoint.id,
        version: connection.lastVersion,
        offered: connection.state.kind === 'live' ? connection.state.hello.features.methods : undefined,
        answersMore: endpoint.source !== 'practice',
      }),
  };
}
