// The lists that only read: overview, devices, activity. An error is an error here, never an empty list.
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import { present } from '../../present.ts';
import type { ActivityView, DeviceView, Page } from '../shapes.ts';
import { activityListQuery, ask } from './query.ts';

export function listRoutes(app: Console): Route[] {
  return [
    route({ method: 'GET', path: '/overview', access: 'any', handler: () => app.overview() }),
    route({
      method: 'GET',
      path: '/devices',
      access: 'any',
      handler: (): Page<DeviceView> => ({ items: app.desks().flatMap((d) => d.devices()), freshness: app.freshness() }),
    }),
    route({
      method: 'GET',
      path: '/activity',
      access: 'any',
      query: activityListQuery,
      handler: async ({ query }): Promise<Page<ActivityView>> => ({
        ...(await app.store.activity.list({ ...ask(query), ...present({ decision: query.decision }) })),
        freshness: { state: 'live' },
      }),
    }),
  ];
}
