// What each scope lets a client do on a gateway.
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';

export function scopeRoutes(app: Console): Route[] {
  return [
    route({
      method: 'GET',
      path: '/gateways/:id/scopes',
      access: 'viewer',
      handler: ({ param }) => app.desk(param('id')).scopeBook(),
    }),
  ];
}
