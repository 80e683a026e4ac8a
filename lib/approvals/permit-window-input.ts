// What may be asked of a permit window, and how far one may go.
import { z } from 'zod';
import type { PermitWindowInput } from '../api/grant-shapes.ts';
import { coversScopes, isScope, NAMED_SCOPES, normaliseScopes, SCOPES } from '../gateway/scopes.ts';
import { Problem } from '../problem.ts';
import { WRITE_CEILING } from '../rules/compile.ts';

const MOST_SECONDS = 600;
const MOST_USES = 5;

/** What POST /api/v1/windows takes. */
export const permitWindowInput = z.strictObject({
  gateway: z.string().min(1).max(100),
  target: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('device'),
      deviceId: z.string().regex(/^[0-9a-f]{64}$/, 'a device id is 64 hexadecimal digits'),
    }),
    z.strictObject({ kind: z.literal('next-new-cli') }),
  ]),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  confirm: z.array(z.enum(SCOPES)).max(SCOPES.length).exactOptional(),
  seconds: z.number().int().min(1).max(MOST_SECONDS),
  uses: z.number().int().min(1).max(MOST_USES).exactOptional(),
  assurance: z.enum(['peer', 'log']).exactOptional(),
  agentsMayUse: z.boolean().exactOptional(),
});

/** A Problem('input-invalid') about one field of the body. */
export const badField = (field: string, text: string) => new Problem('input-invalid', `body field ${field}: ${text}`, { field });

/** The input with everything named. Throws Problem('input-invalid'). */
export function checkedInput(input: PermitWindowInput): Required<PermitWindowInput> {
  const parsed = permitWindowInput.safeParse(input);
  if (!parsed.success) throw badField(parsed.error.issues[0]?.path.join('.') ?? '', parsed.error.issues[0]?.message ?? 'not valid');
  const scopes = normaliseScopes(input.scopes);
  const confirm = normaliseScopes(input.confirm ?? []);
  const grave = scopes.filter((s) => isScope(s) && NAMED_SCOPES.includes(s));
  const unnamed = grave.find((s) => !confirm.includes(s));
  if (unnamed) throw badField('confirm', `${unnamed} must be named here once more.`);
  const stray = confirm.find((s) => !grave.includes(s));
  if (stray) throw badField('confirm', `${stray} is none of the grave scopes that are asked for.`);
  const assurance = input.assurance ?? 'peer';
  if (assurance === 'log' && !coversScopes(WRITE_CEILING, scopes))
    throw badField('assurance', 'Without the caller’s socket a window may give no more than write.');
  return { ...input, scopes, confirm, assurance, uses: input.uses ?? 1, agentsMayUse: input.agentsMayUse ?? false };
}
