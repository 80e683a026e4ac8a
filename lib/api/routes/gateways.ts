// Gateways: how they stand, the operator's statement, and what only a person may do to the console's own admission.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, route } from '../../http/route.ts';
import { actorOf } from '../actor.ts';
import type { GatewayView, Page } from '../shapes.ts';

export const statementInput = z.strictObject({ noProxyInFront: z.boolean() });
/** When the statement was made that a person read before they took it over. */
export const acknowledgeStatementInput = z.strictObject({ at: z.iso.datetime() });
/** SHA-256, with or without colons. */
export const certificateInput = z.strictObject({ fingerprint: z.string().regex(/^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/) });
export const vouchedInput = z.strictObject({ vouched: z.boolean() });

export function gatewayRoutes(app: Console): Route[] {
  /** A person's act on one gateway; answers how it stands afterwards. */
  const personal = (path: string, act: (desk: ReturnType<Console['desk']>, actor: ReturnType<typeof actorOf>) => Promise<void>) =>
    route({
      method: 'POST',
      path: `/gateways/:id/${path}`,
      access: 'admin',
      by: 'person',
      handler: async ({ param, actor }) => {
        const desk = app.desk(param('id'));
        await act(desk, actorOf(actor()));
        return desk.view();
      },
    });
  return [
    route({
      method: 'GET',
      path: '/gateways',
      access: 'viewer',
      handler: (): Page<GatewayView> => ({ items: app.gateways(), freshness: app.freshness() }),
    }),
    route({
      method: 'PUT',
      path: '/gateways/:id/statement',
      access: 'admin',
      input: statementInput,
      handler: async ({ param, input, actor }) => {
        const desk = app.desk(param('id'));
        await desk.setStatement(input.noProxyInFront, actorOf(actor()));
        return desk.view();
      },
    }),
    route({
      method: 'POST',
      path: '/gateways/:id/acknowledge',
      access: 'admin',
      by: 'person',
      input: acknowledgeStatementInput,
      handler: async ({ param, input, actor }) => {
        const desk = app.desk(param('id'));
        await desk.acknowledgeStatement(input.at, actorOf(actor()));
        return desk.view();
      },
    }),
    personal('admit', (desk, actor) => desk.admit(actor)),
    personal('identity', (desk, actor) => desk.acceptIdentity(actor)),
    route({
      method: 'POST',
      path: '/gateways/:id/certificate',
      access: 'admin',
      by: 'person',
      input: certificateInput,
      handler: async ({ param, input, actor }) => {
        const desk = app.desk(param('id'));
        await desk.acceptCertificate(input.fingerprint.replaceAll(':', '').toLowerCase(), actorOf(actor()));
        return desk.view();
      },
    }),
    route({
      method: 'PUT',
      path: '/devices/:gateway/:deviceId/vouched',
      access: 'admin',
      input: vouchedInput,
      handler: ({ param, input, actor }) => app.desk(param('gateway')).setVouched(param('deviceId'), input.vouched, actorOf(actor())),
    }),
  ];
}
