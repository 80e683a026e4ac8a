// The ready-made rules, from strict to wide. They are offered, never stored or switched on by themselves.
import type { RuleTemplate } from '../api/rule-shapes.ts';
import { sentenceOf } from './sentence.ts';

/** The six scopes that the OpenClaw CLI asks for (seen on 2026.4.14). */
const CLI_SCOPES = ['operator.read', 'operator.write', 'operator.approvals', 'operator.pairing', 'operator.talk.secrets', 'operator.admin'];
const CLI_NAMED = ['operator.approvals', 'operator.pairing', 'operator.talk.secrets', 'operator.admin'];

const offered = (): Omit<RuleTemplate, 'name' | 'sentence'>[] => [
  {
    key: 'admin-to-a-person',
    gives:
      'Nothing. Whoever asks for admin waits for you, through a proxy and from here alike, whatever the rules below it say: keep it on top.',
    body: {
      name: 'Nobody gets admin by a rule',
      enabled: false,
      effect: 'leave',
      origin: 'any',
      scopes: ['operator.admin'],
      note: 'Admin can change every device, rule and secret of this gateway.',
    },
  },
  {
    key: 'read-over-loopback',
    gives:
      'A device of this host that you approved here or vouched for may read: sessions, logs and settings, nothing that changes anything. It keeps read after the rule ends.',
    body: {
      name: 'Read for any vouched device over loopback',
      enabled: false,
      origin: 'loopback',
      scopes: ['operator.read'],
      maxPerHour: 10,
    },
  },
  {
    key: 'local-tools',
    gives:
      'A CLI of this host that you approved here or vouched for a day ago or longer may read and write. Write makes agents act with all their tools. It keeps both after the rule ends.',
    body: {
      name: 'Local tools: read and write',
      enabled: false,
      origin: 'loopback',
      clientIds: ['cli'],
      pairedForHours: 24,
      scopes: ['operator.read', 'operator.write'],
      maxPerHour: 10,
    },
  },
  {
    key: 'cli-on-this-host',
    gives:
      'The gateway’s own key may hold everything, when a process other than the gateway asks. An agent that starts the CLI by itself is told apart only while it is the gateway’s child. The key keeps admin after the rule ends.',
    body: {
      name: 'The CLI on this host',
      enabled: false,
      scopes: CLI_SCOPES,
      confirm: CLI_NAMED,
      origin: 'host-key',
      agentsMayUse: false,
      maxPerHour: 10,
    },
  },
  {
    key: 'this-host-agents-included',
    gives:
      'The gateway’s own key may hold everything, also when the gateway asks for an agent, as a sub-agent spawn does. Any agent of this gateway can then reach admin. The key keeps admin after the rule ends.',
    body: {
      name: 'This host, agents included',
      enabled: false,
      scopes: CLI_SCOPES,
      confirm: CLI_NAMED,
      origin: 'host-key',
      agentsMayUse: true,
      maxPerHour: 10,
    },
  },
];

/** All ready-made rules, switched off; the last two heal the seed case, the very last also where a sub-agent spawn asks. */
export const ruleTemplates = (): RuleTemplate[] =>
  offered().map(({ key, gives, body }) => ({ key, name: body.name, sentence: sentenceOf(body), gives, body }));
