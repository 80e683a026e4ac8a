// The lists that only read: overview and devices. An error is an error here, never an empty list.
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import type { DeviceView, Overview, Page } from '../shapes.ts';

export function listRoutes(app: Console): Route[] {
  return [
    route({
      method: 'GET',
      path: '/overview',
      access: 'viewer',
      handler: async ({ actor }): Promise<Overview> => {
        const { kind, name, rights } = actor();
        return { you: { kind, name, rights: [...rights] }, ...(await app.overview()) };
      },
    }),
    route({
      method: 'GET',
      path: '/devices',
      access: 'viewer',
      handler: (): Page<DeviceView> => ({ items: app.desks().flatMap((d) => d.devices()), freshness: app.freshness() }),
    }),
  ];
}
