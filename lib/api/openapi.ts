// The OpenAPI document of /api/v1. Inputs come from the schemas that check them; a test holds the paths to the routes.
import { z } from 'zod';
import { PROBLEMS } from '../problem.ts';
import { ruleInput } from '../rules/rule.ts';
import { statementInput, vouchedInput } from './routes/gateways.ts';
import { seen } from './routes/requests.ts';
import { automationInput } from './routes/rules.ts';

const json = (schema: z.ZodType) => ({ 'application/json': { schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) } });

/** The document, as served. */
export function openApiDocument(version: string): Record<string, unknown> {
  return { openapi: '3.1.0', info: { title: 'Gatehouse', version }, paths: {}, components: { schemas: { Seen: json(seen), Rule: json(ruleInput), Statement: json(statementInput), Vouched: json(vouchedInput), Automation: json(automationInput), Problem: { enum: Object.keys(PROBLEMS) } } } };
}
