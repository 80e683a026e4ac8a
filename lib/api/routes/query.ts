// The query of every list: a page size and where to go on.
import { z } from 'zod';

export const cursor = z.string().regex(/^\d{1,16}$/, 'a cursor is the number that the last answer gave');

export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  before: cursor.optional(),
  gateway: z.string().max(100).optional(),
});

/** `decision` leaves the rows of one decision. */
export const activityListQuery = listQuery.extend({ decision: z.string().min(1).max(100).optional() });

/** The part of a query that a repository takes, without keys that are undefined. */
export function ask<T extends { limit: number; before?: string | undefined; gateway?: string | undefined }>(query: T) {
  return {
    limit: query.limit,
    ...(query.before === undefined ? {} : { before: query.before }),
    ...(query.gateway === undefined ? {} : { gateway: query.gateway }),
  };
}
