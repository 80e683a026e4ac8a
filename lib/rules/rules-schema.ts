// The JSON Schema of a rules file, for editors and checks in git. It is made from what the console itself reads by.
import { z } from 'zod';
import { ruleInput } from './rule.ts';
import { MAX_RULES } from './rules-text.ts';

/** Each field in a sentence, as an editor shows it. */
const WORDS: Readonly<Record<string, string>> = {
  name: 'What the rule is known by. A rule under another name is another rule.',
  enabled: 'Switched on.',
  shadow: 'It only records what it would have done.',
  effect: 'approve (the default), reject, or leave to a person.',
  note: 'For rules that reject or leave: why, for the person who reads it.',
  gateway: 'The id of a gateway. Left out: every gateway.',
  reasons: 'Why a device asks. A rule that approves names scope-upgrade only, which is the default.',
  origin:
    'host-key (the default): this host, you or any agent. loopback: a paired device over clean loopback. any: for rules that reject or leave.',
  assurance: 'peer (the default): the caller’s socket was seen. log: all facts but that one.',
  agentsMayUse: 'The gateway process itself may ask for admin, pairing, approvals and talk.secrets, as it does for agents.',
  deviceId: 'Hex SHA-256 of the public key of the one device that it is for.',
  clientIds: 'What the caller calls itself: its own word, which proves nothing.',
  clientModes: 'What the caller says of its mode.',
  platforms: 'What the caller says of its platform.',
  displayName: 'A pattern for what the caller calls its device: * for any run of characters, ? for one.',
  pairedForHours: 'The device has been paired for at least so long.',
  heldScopes: 'The device holds all of these already.',
  authMethods: 'How every attempt signed in: token, password, device-token and the like.',
  hours: 'When it is awake, in a time zone. to at or before from runs past midnight.',
  scopes: 'Approving: the most that the device may hold afterwards. Rejecting or leaving: any of these is asked.',
  confirm: 'admin, pairing, approvals and talk.secrets are given only when they are named here once more.',
  maxPerHour: 'How much it does in an hour on one gateway; default 10.',
  maxPerDevicePerHour: 'The same for one device; default half of maxPerHour, rounded up.',
  maxUses: 'How much it does in all.',
  expiresAt: 'When it ends, at most a year ahead. Left out: 30 days after the console first read it.',
  coolOffMinutes: 'How long it rests after a person rejected what it would approve; default 60.',
  acknowledge: 'Said after reading what it means: same-user (agents could act as this console), log-assurance (no socket seen).',
};

const rule = ruleInput.safeExtend(
  Object.fromEntries(Object.entries(ruleInput.shape).map(([field, schema]) => [field, schema.describe(WORDS[field] ?? '')])),
);

const file = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  rules: z.array(rule).max(MAX_RULES).describe('In the order in which they are asked: the first that matches decides.'),
});

/** The schema, draft 2020-12. What it cannot say, such as that two names differ, the console says when it reads the file. */
export function rulesFileSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(file, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return { ...schema, title: 'Gatehouse rules file' };
}
