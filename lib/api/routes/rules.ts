// Rules, their ready-made forms, and the one switch over all of them.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, reply, route } from '../../http/route.ts';
import { ruleInput } from '../../rules/rule.ts';
import { ruleTemplates } from '../../rules/templates.ts';
import { actorOf } from '../actor.ts';
import type { RuleTemplate, RuleView } from '../rule-shapes.ts';
import type { Page } from '../shapes.ts';

/** What a person read before they took it over. */
export const acknowledgeInput = z.strictObject({ version: z.number().int().min(1) });
export const automationInput = z.strictObject({ on: z.boolean() });

export function ruleRoutes(app: Console): Route[] {
  const { rulebook } = app;
  return [
    route({
      method: 'GET',
      path: '/rules',
      access: 'any',
      handler: async (): Promise<Page<RuleView>> => ({ items: await rulebook.views(), freshness: { state: 'live' } }),
    }),
    route({
      method: 'GET',
      path: '/rules/templates',
      access: 'any',
      handler: (): Page<RuleTemplate> => ({ items: ruleTemplates(), freshness: { state: 'live' } }),
    }),
    route({
      method: 'POST',
      path: '/rules',
      access: 'any',
      input: ruleInput,
      handler: async ({ input, actor }) => reply(201, await rulebook.create(input, actorOf(actor()))),
    }),
    route({
      method: 'PUT',
      path: '/rules/:id',
      access: 'any',
      input: ruleInput,
      handler: ({ param, input, actor }) => rulebook.replace(param('id'), input, actorOf(actor())),
    }),
    route({
      method: 'DELETE',
      path: '/rules/:id',
      access: 'any',
      handler: async ({ param, actor }) => {
        await rulebook.remove(param('id'), actorOf(actor()));
        return reply(204);
      },
    }),
    route({
      method: 'POST',
      path: '/rules/:id/acknowledge',
      access: 'person',
      input: acknowledgeInput,
      handler: ({ param, input, actor }) => rulebook.acknowledge(param('id'), input.version, actorOf(actor())),
    }),
    route({
      method: 'PUT',
      path: '/automation',
      access: 'any',
      input: automationInput,
      handler: ({ input, actor }) => app.setAutomation(input.on, actorOf(actor())),
    }),
    route({ method: 'GET', path: '/automation', access: 'any', handler: () => app.automation.view() }),
  ];
}
