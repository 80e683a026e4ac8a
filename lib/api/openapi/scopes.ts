// What a scope opens on a gateway, and the setting that decides whether rules are asked there, as the API answers them.
import { z } from 'zod';

const scopeMeaning = z.strictObject({
  scope: z.string(),
  title: z.string(),
  sentence: z.string(),
  methods: z
    .array(z.strictObject({ method: z.string(), text: z.string().exactOptional() }))
    .describe('All that it opens, what it contains included; the gravest first.'),
  over: z
    .strictObject({ scope: z.string(), methods: z.array(z.string()) })
    .exactOptional()
    .describe('What it adds over the scope that it contains.'),
});

export const scopeBook = z
  .strictObject({
    gateway: z.string(),
    version: z.string().exactOptional(),
    source: z
      .enum(['gateway', 'version', 'unknown'])
      .describe(
        '`gateway`: the methods are those that it offers now. `version`: those of its version. `unknown`: those of the nearest known version.',
      ),
    table: z.string().describe('The version whose table says which scope a method needs. Another than `version` is the nearest known one.'),
    scopes: z.array(scopeMeaning).describe('The least first.'),
    unknown: z.array(z.string()).describe('Methods that the gateway offers and of which no scope is known here.'),
  })
  .describe('What each scope lets a client do on a gateway.');

export const localApprovalView = z
  .strictObject({
    gateway: z.string(),
    state: z
      .enum(['on', 'off', 'absent', 'unknown'])
      .describe('`on`: it grants loopback upgrades by itself. `absent`: this version does not know the setting.'),
    why: z.string(),
    change: z
      .strictObject({
        to: z.enum(['on', 'off']),
        path: z.string(),
        patch: z.string().describe('The exact text that config.patch is sent.'),
        baseHash: z.string().describe('Of the configuration as it was read; the change is bound to it.'),
        effects: z.array(z.string()),
        needsConfirm: z.string().exactOptional().describe('To be sent as `confirm`: everything local is granted unseen from then on.'),
      })
      .exactOptional(),
    whyNot: z.string().exactOptional().describe('Why it cannot be changed from here.'),
  })
  .describe('gateway.nodes.pairing.autoApproveLocal of a gateway.');
