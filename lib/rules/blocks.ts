// Why a rule cannot act at all at present, whatever is asked. Shown on the Rules page too.
import type { VerdictReason } from '../api/rule-shapes.ts';
import type { RuleInForce } from './case.ts';
import { type CompiledRule, compiledOf } from './compile.ts';
import { dayOf } from './sentence.ts';

/** What a block depends on beside the rule. `statement` undefined: asked without a gateway. */
export type BlockContext = { now: number; sameUser: boolean; statement: boolean | undefined };

type Block = {
  code: string;
  /** Only of rules that approve: the others give nothing. */
  approving?: true;
  test: (entry: RuleInForce, compiled: CompiledRule, context: BlockContext) => boolean;
  text: (compiled: CompiledRule) => string;
};

/** Who must act, where the API token made or changed the rule: it cannot acknowledge, and whoever reads this may have tried with it. */
function waitsForPerson({ rule }: CompiledRule, what: string): string {
  const changed = rule.madeBy.kind === 'api-token';
  if (!changed && !(rule.source === 'console' && rule.unacknowledged)) return '';
  const did = changed ? 'made or changed it' : 'took away what narrowed it';
  return ` The API token ${did} and cannot ${what}: it waits for a person, who edits it on the Rules page, types the confirmation and saves it.`;
}

const BLOCKS: readonly Block[] = [
  { code: 'rule-off', test: ({ rule }) => !rule.enabled, text: () => 'It is switched off.' },
  {
    code: 'rule-unrecorded',
    test: (entry) => !entry.recorded,
    text: () => 'It stands in the store without its Activity row, so it is disabled. Save it again to take it over.',
  },
  {
    code: 'rule-expired',
    test: (_entry, { endsAtMs }, { now }) => !(endsAtMs > now),
    text: ({ rule }) => `It ended on ${dayOf(rule.expiresAt)}.`,
  },
  {
    code: 'rule-empty',
    approving: true,
    test: (_entry, { ceiling }) => ceiling === 0,
    text: () => 'It gives nothing: its scopes are not confirmed one by one.',
  },
  {
    code: 'same-user',
    approving: true,
    test: ({ rule }, { aboveWrite }, { sameUser }) => aboveWrite && sameUser && !rule.acknowledge.includes('same-user'),
    text: (compiled) =>
      `It gives more than write while console and gateway run as one user, so agents with file or exec tools can act as this console. Acknowledge that, or run the console as another user.${waitsForPerson(compiled, 'acknowledge that')}`,
  },
  {
    code: 'log-unconfirmed',
    approving: true,
    test: ({ rule }) => rule.assurance === 'log' && !rule.acknowledge.includes('log-assurance'),
    text: (compiled) =>
      `It accepts proof without the caller’s socket, which its author has not confirmed.${waitsForPerson(compiled, 'confirm that')}`,
  },
  {
    code: 'loopback-needs-statement',
    approving: true,
    test: ({ rule }, _compiled, { statement }) => rule.origin === 'loopback' && rule.assurance !== 'log' && statement === false,
    text: () => 'A rule for loopback needs your word that no proxy or tunnel stands in front. It is given on the Gateways page.',
  },
  {
    code: 'log-needs-statement',
    approving: true,
    test: ({ rule }, _compiled, { statement }) => rule.assurance === 'log' && statement === false,
    text: () => 'Without the caller’s socket it needs the statement that no proxy stands in front.',
  },
  {
    code: 'log-ceiling',
    approving: true,
    test: ({ rule }, { aboveWrite }) => rule.assurance === 'log' && aboveWrite,
    text: () => 'Without the caller’s socket a rule may give no more than write.',
  },
];

const applies = (block: Block, { rule }: RuleInForce): boolean => block.approving !== true || rule.effect === 'approve';

/** The code of the first block, without words. A rule that was stopped from outside is blocked first of all. */
export function firstBlock(entry: RuleInForce, compiled: CompiledRule, context: BlockContext): string | undefined {
  if (entry.stopped) return entry.stopped.code;
  return BLOCKS.find((block) => applies(block, entry) && block.test(entry, compiled, context))?.code;
}

/** Everything that blocks a rule, in words; empty when it can act. */
export function ruleBlocks(entry: RuleInForce, context: BlockContext): VerdictReason[] {
  const compiled = compiledOf(entry);
  const named = { rule: entry.rule.id, ruleName: entry.rule.name };
  const stopped = entry.stopped ? [{ ...entry.stopped, ...named }] : [];
  const blocks = BLOCKS.filter((block) => applies(block, entry) && block.test(entry, compiled, context));
  return [...stopped, ...blocks.map(({ code, text }) => ({ code, text: text(compiled), ...named }))];
}
