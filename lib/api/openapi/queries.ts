// The query of GET /requests as it can be used: which state, and how to page through what was decided.
import { z } from 'zod';
import { listQuery } from '../routes/query.ts';

export const stateQuery = listQuery
  .pick({ limit: true, before: true })
  .extend({ state: z.enum(['pending', 'decided']).default('pending') });
