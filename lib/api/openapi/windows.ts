// Permit windows in the document. A test holds them to grant-shapes.ts.
import { z } from 'zod';
import { assurance, deviceId, instant, scopes } from './common.ts';

export const permitWindowView = z
  .strictObject({
    id: z.string(),
    gateway: z.string(),
    gatewayName: z.string(),
    target: z.union([z.strictObject({ kind: z.literal('device'), deviceId }), z.strictObject({ kind: z.literal('next-new-cli') })]),
    deviceName: z.string().exactOptional(),
    scopes: scopes.describe('The most that the device may hold afterwards.'),
    confirm: scopes,
    agentsMayUse: z.boolean(),
    assurance,
    uses: z.int().describe('Requests that it may approve.'),
    used: z.int(),
    openedAt: instant,
    endsAt: instant.describe('When it closes by itself, or when it closed.'),
    by: z.string(),
    state: z.enum(['open', 'used', 'ended', 'closed']),
    sentence: z.string().describe('The window read aloud.'),
    outcome: z.string().exactOptional().describe('What it did, and why it is closed.'),
  })
  .describe('A short, counted opening that a person made. It lives in memory only: a restart closes it.');
