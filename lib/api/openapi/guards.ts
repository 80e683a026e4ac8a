// The guards in the document. A test holds them to rule-shapes.ts.
import { z } from 'zod';
import { instant } from './common.ts';

const guardView = z.strictObject({
  code: z.string().describe('As in the reasons of a verdict.'),
  title: z.string(),
  text: z.string().describe('What it holds back and why.'),
  holdsNow: z.boolean(),
  now: z.string(),
  lastHeldAt: instant.exactOptional(),
  lastHeld: z.string().exactOptional().describe('Whom it held back last.'),
  count: z.int().describe('How often it held something back since `since`; a device counts once until the guard lets go of it.'),
});

const limits = z.strictObject({ approvalsPerMinute: z.int(), devicesPerMinute: z.int(), requestsPerMinute: z.int() });

export const guardsView = z
  .strictObject({
    items: z.array(guardView),
    limits: limits.describe('The figures in force.'),
    most: limits.describe('The product’s own figures, which nobody can exceed.'),
    since: instant,
  })
  .describe('The guards that nobody can switch off.');
