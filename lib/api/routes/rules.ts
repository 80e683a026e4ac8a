// Rules, their order, their files, their ready-made forms, and the one switch over all of them.
import { z } from 'zod';
import type { Console } from '../../console.ts';
import { type Route, reply, route, streamed } from '../../http/route.ts';
import { ruleInput } from '../../rules/rule.ts';
import { rulesFileSchema } from '../../rules/rules-schema.ts';
import { MAX_FILE_BYTES } from '../../rules/rules-text.ts';
import { ruleTemplates } from '../../rules/templates.ts';
import { actorOf } from '../actor.ts';
import type { RulesFileView, RuleTemplate, RuleView } from '../rule-shapes.ts';
import type { Page } from '../shapes.ts';

/** What a person read before they took it over. */
export const acknowledgeInput = z.strictObject({ version: z.number().int().min(1) });
export const orderInput = z.strictObject({ ids: z.array(z.string().max(100)).max(1000) });
const format = z.enum(['yaml', 'json']);
export const importInput = z.strictObject({
  text: z.string().max(MAX_FILE_BYTES),
  format,
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the digest of the changes that were read')
    .exactOptional()
    .describe('Of the changes that were read. Without it nothing is changed.'),
});
export const exportQuery = z.strictObject({ format: format.default('yaml') });
/** A text of that size with every character escaped is still a body. */
const IMPORT_BYTES = 2 * MAX_FILE_BYTES + 1024;
const EXPORTS = {
  yaml: { type: 'application/yaml; charset=utf-8', name: 'gatehouse-rules.yaml' },
  json: { type: 'application/json; charset=utf-8', name: 'gatehouse-rules.json' },
};

export const automationInput = z.strictObject({ on: z.boolean() });

export function ruleRoutes(app: Console): Route[] {
  const { rulebook } = app;
  return [
    route({
      method: 'GET',
      path: '/rules',
      access: 'viewer',
      handler: async (): Promise<Page<RuleView>> => ({ items: await rulebook.views(), freshness: { state: 'live' } }),
    }),
    route({
      method: 'GET',
      path: '/rules/templates',
      access: 'viewer',
      handler: (): Page<RuleTemplate> => ({ items: ruleTemplates(), freshness: { state: 'live' } }),
    }),
    route({
      method: 'GET',
      path: '/rules/file',
      access: 'viewer',
      handler: (): Page<RulesFileView> => {
        const file = rulebook.file();
        return { items: file ? [file] : [], freshness: { state: 'live' } };
      },
    }),
    route({ method: 'GET', path: '/rules/schema.json', access: 'viewer', handler: () => rulesFileSchema() }),
    route({
      method: 'GET',
      path: '/rules/export',
      access: 'viewer',
      query: exportQuery,
      handler: ({ query }) => {
        const { type, name } = EXPORTS[query.format];
        return streamed({
          type,
          headers: { 'Content-Disposition': `attachment; filename="${name}"` },
          async *open() {
            yield rulebook.exportText(query.format);
          },
        });
      },
    }),
    route({
      method: 'POST',
      path: '/rules/import',
      access: 'viewer',
      input: importInput,
      maxBodyBytes: IMPORT_BYTES,
      handler: ({ input: { text, format: written, digest }, actor, need }) => {
        if (digest !== undefined) need('admin');
        const by = actorOf(actor());
        return digest === undefined ? rulebook.diff(text, written, by) : rulebook.apply(text, written, digest, by);
      },
    }),
    route({
      method: 'PUT',
      path: '/rules/order',
      access: 'admin',
      input: orderInput,
      handler: async ({ input, actor }): Promise<Page<RuleView>> => ({
        items: await rulebook.reorder(input.ids, actorOf(actor())),
        freshness: { state: 'live' },
      }),
    }),
    route({
      method: 'POST',
      path: '/rules',
      access: 'admin',
      input: ruleInput,
      handler: async ({ input, actor }) => reply(201, await rulebook.create(input, actorOf(actor()))),
    }),
    route({
      method: 'PUT',
      path: '/rules/:id',
      access: 'admin',
      input: ruleInput,
      handler: ({ param, input, actor }) => rulebook.replace(param('id'), input, actorOf(actor())),
    }),
    route({
      method: 'DELETE',
      path: '/rules/:id',
      access: 'admin',
      handler: async ({ param, actor }) => {
        await rulebook.remove(param('id'), actorOf(actor()));
        return reply(204);
      },
    }),
    route({
      method: 'POST',
      path: '/rules/:id/acknowledge',
      access: 'admin',
      by: 'person',
      input: acknowledgeInput,
      handler: ({ param, input, actor }) => rulebook.acknowledge(param('id'), input.version, actorOf(actor())),
    }),
    route({
      method: 'POST',
      path: '/rules/:id/keep-grants',
      access: 'admin',
      by: 'person',
      handler: ({ param, actor }) => rulebook.keepGrants(param('id'), actorOf(actor())),
    }),
    route({
      method: 'PUT',
      path: '/automation',
      access: 'approver',
      or: 'admin',
      input: automationInput,
      handler: ({ input, actor, need }) => {
        // Stopping is anybody's who may act at all; starting gives rules their force again.
        if (input.on) need('admin');
        return app.setAutomation(input.on, actorOf(actor()));
      },
    }),
    route({ method: 'GET', path: '/automation', access: 'viewer', handler: () => app.automation.view() }),
  ];
}
