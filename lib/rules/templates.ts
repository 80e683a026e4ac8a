// The ready-made rules. They are offered, never stored or switched on by themselves.
import type { RuleInput, RuleTemplate } from '../api/rule-shapes.ts';
import { sentenceOf } from './rule.ts';

/** The six scopes that the OpenClaw CLI asks for (seen on 2026.4.14). */
const CLI_SCOPES = ['operator.read', 'operator.write', 'operator.approvals', 'operator.pairing', 'operator.talk.secrets', 'operator.admin'];
const CLI_NAMED = ['operator.approvals', 'operator.pairing', 'operator.talk.secrets', 'operator.admin'];

/** Both ready-made rules; each heals the seed case, the second also where a sub-agent spawn asks. */
export function ruleTemplates(): RuleTemplate[] {
  const cli: RuleInput = {
    name: 'The CLI on this host',
    enabled: false,
    scopes: CLI_SCOPES,
    confirm: CLI_NAMED,
    origin: 'host-key',
    agentsMayUse: false,
    maxPerHour: 10,
  };
  const host: RuleInput = {
    name: 'This host, agents included',
    enabled: false,
    scopes: CLI_SCOPES,
    confirm: CLI_NAMED,
    origin: 'host-key',
    agentsMayUse: true,
    maxPerHour: 10,
  };
  return [
    {
      key: 'cli-on-this-host',
      name: cli.name,
      sentence: sentenceOf(cli),
      gives:
        'The gateway’s own key may hold everything, when a process other than the gateway asks. An agent that starts the CLI by itself is told apart only while it is the gateway’s child. The key keeps admin after the rule ends.',
      body: cli,
    },
    {
      key: 'this-host-agents-included',
      name: host.name,
      sentence: sentenceOf(host),
      gives:
        'The gateway’s own key may hold everything, also when the gateway asks for an agent, as a sub-agent spawn does. Any agent of this gateway can then reach admin. The key keeps admin after the rule ends.',
      body: host,
    },
  ];
}
