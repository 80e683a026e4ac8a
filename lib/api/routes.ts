// Every route of /api/v1 in one list, with the document that describes them.
import type { Auth } from '../auth/auth.ts';
import type { Clock } from '../clock.ts';
import type { Console } from '../console.ts';
import { type Route, route } from '../http/route.ts';
import type { Operators } from '../store/operators.ts';
import type { RecordNotice } from '../store/record-notice.ts';
import { openApiDocument } from './openapi.ts';
import { activityRoutes } from './routes/activity.ts';
import { deviceActRoutes } from './routes/device-acts.ts';
import { deviceChangeRoutes } from './routes/device-changes.ts';
import { deviceRoutes } from './routes/devices.ts';
import { gatewayRoutes } from './routes/gateways.ts';
import { guardRoutes } from './routes/guards.ts';
import { handshakeRoutes } from './routes/handshakes.ts';
import { listRoutes } from './routes/lists.ts';
import { localApprovalRoutes } from './routes/local-approval.ts';
import { nodeRequestRoutes } from './routes/node-requests.ts';
import { operatorRoutes } from './routes/operators.ts';
import { previewRoutes } from './routes/preview.ts';
import { requestRoutes } from './routes/requests.ts';
import { ruleRoutes } from './routes/rules.ts';
import { scopeRoutes } from './routes/scopes.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { takeBackRoutes } from './routes/take-backs.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { windowRoutes } from './routes/windows.ts';

type Log = { warn: (fields: object, text: string) => void };

/** What needs no gateway: signing in and out, operators, tokens. */
export function accountRoutes(deps: {
  auth: Auth;
  operators: Operators;
  clock: Clock;
  log: Log;
  notice?: () => RecordNotice | undefined;
}): Route[] {
  return [...signInRoutes(deps), ...sessionRoutes(deps), ...operatorRoutes(deps.auth), ...tokenRoutes(deps.auth)];
}

export function apiRoutes({
  app,
  auth,
  clock,
  version,
  log,
}: {
  app: Console;
  auth: Auth;
  clock: Clock;
  version: string;
  log: Log;
}): Route[] {
  return [
    ...accountRoutes({ auth, operators: app.store.operators, clock, log, notice: () => app.store.notice }),
    ...listRoutes(app),
    ...activityRoutes(app, clock),
    ...handshakeRoutes(app, clock),
    ...requestRoutes(app),
    ...nodeRequestRoutes(app),
    ...gatewayRoutes(app),
    ...scopeRoutes(app),
    ...localApprovalRoutes(app),
    ...deviceChangeRoutes(app),
    ...deviceRoutes(app, clock),
    ...deviceActRoutes(app),
    ...previewRoutes(app, clock),
    ...ruleRoutes(app),
    ...takeBackRoutes(app),
    ...windowRoutes(app),
    ...guardRoutes(app),
    route({ method: 'GET', path: '/openapi.json', access: 'viewer', handler: () => openApiDocument(version) }),
  ];
}
