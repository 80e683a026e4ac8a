// The guards that nobody can switch off, and the figures that a person can tighten.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';

const figure = z.number().int().min(1).max(1_000_000);

/** All three figures. Which are too large is the guards' own word, so that it is answered as such. */
export const guardLimitsInput = z.strictObject({ approvalsPerMinute: figure, devicesPerMinute: figure, requestsPerMinute: figure });

export function guardRoutes(app: Pick<Console, 'guards'>): Route[] {
  const { guards } = app;
  return [
    route({ method: 'GET', path: '/guards', access: 'viewer', handler: () => guards.view() }),
    route({
      method: 'PUT',
      path: '/guards/limits',
      access: 'admin',
      by: 'person',
      input: guardLimitsInput,
      handler: ({ input, actor }) => guards.setLimits(input, actorOf(actor())),
    }),
  ];
}
