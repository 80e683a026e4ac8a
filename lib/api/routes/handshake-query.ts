// What the handshake log may be asked. Names that it does not know are refused: a mistyped filter must not widen an export.
import { z } from 'zod';
import type { HandshakeFilter } from '../../handshakes/filter.ts';
import { present } from '../../present.ts';
import type { HandshakeOutcome } from '../shapes.ts';
import { cursor, listQuery } from './query.ts';

const OUTCOMES = ['refused', 'waiting', 'timed-out', 'left-early', 'admitted', 'note', 'gap'] as const satisfies HandshakeOutcome[];
const ONE = `(${OUTCOMES.join('|')})`;
const outcomesOf = (text: string): HandshakeOutcome[] => OUTCOMES.filter((outcome) => text.split(',').includes(outcome));

const said = z.string().max(200);
// Beyond these years the edges of a histogram would leave the form of ISO 8601 that everybody reads.
const EARLIEST_MS = Date.UTC(1971);
const LATEST_MS = Date.UTC(9999);
const moment = z.iso
  .datetime({ offset: true, error: 'a time is like 2026-11-22T16:40:00Z' })
  .refine((text) => Date.parse(text) >= EARLIEST_MS && Date.parse(text) < LATEST_MS, 'a time lies between the years 1971 and 9998');

const filters = {
  gateway: z.string().max(100).optional(),
  outcome: z
    .string()
    .max(100)
    .regex(new RegExp(`^${ONE}(,${ONE})*$`), `outcomes are ${OUTCOMES.join(', ')}, with commas between`)
    .optional()
    .describe('One or more, with commas between.'),
  cause: said.optional().describe('Key of the diagnosis, such as pairing-required/scope-upgrade.'),
  device: said.optional(),
  client: said.optional(),
  origin: z.enum(['host-key', 'loopback', 'proxied', 'remote', 'unknown']).optional(),
  text: said.optional().describe('Free text, without regard to case.'),
  from: moment.optional().describe('The first moment.'),
  to: moment.optional().describe('The last moment.'),
};

type Filters = z.infer<z.ZodObject<typeof filters>>;

const inOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean =>
  from === undefined || to === undefined || Date.parse(from) <= Date.parse(to);
const ORDER = { path: ['from'], error: 'lies after to' };

export const handshakeListQuery = z
  .strictObject({
    limit: listQuery.shape.limit,
    before: cursor.optional(),
    run: cursor.optional().describe('Only the attempts of the run with this id.'),
    fold: z.enum(['0', '1']).optional().describe('With 1, one row for each run: its newest attempt.'),
    ...filters,
  })
  .refine(inOrder, ORDER);

export const facetsQuery = z.strictObject(filters).refine(inOrder, ORDER);

export const exportQuery = z.strictObject({ format: z.enum(['jsonl', 'csv']).default('jsonl'), ...filters }).refine(inOrder, ORDER);

export const histogramQuery = z
  .strictObject({
    buckets: z.coerce.number().int().min(1).max(400).default(60).describe('About how many. Their size is the next round one.'),
    ...filters,
  })
  .refine(inOrder, ORDER);

/** The filter that a checked query asks for; times in ms. */
export function filterOf({ gateway, outcome, cause, device, client, origin, text, from, to }: Filters): HandshakeFilter {
  return present({
    gateway,
    outcomes: outcome === undefined ? undefined : outcomesOf(outcome),
    cause,
    device,
    client,
    origin,
    text: text === '' ? undefined : text,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  });
}
