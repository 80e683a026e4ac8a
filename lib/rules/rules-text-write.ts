// Writes rules as a file that can be kept in git: the same rules always give the same text, and reading it gives the same rules.
import { Document, isMap, isSeq, type YAMLMap } from 'yaml';
import { NAMED_SCOPES } from '../gateway/scopes.ts';
import { ceilingOf } from './ceiling.ts';
import { type Rule, type RuleBody, sentenceOf } from './rule.ts';
import type { RulesFormat } from './rules-text.ts';

/** The fields of a rule in the order in which they are written and compared: who, what, how often, until when. */
export const FIELDS = [
  'name',
  'enabled',
  'shadow',
  'effect',
  'note',
  'gateway',
  'reasons',
  'origin',
  'assurance',
  'agentsMayUse',
  'deviceId',
  'clientIds',
  'clientModes',
  'platforms',
  'displayName',
  'pairedForHours',
  'heldScopes',
  'authMethods',
  'hours',
  'scopes',
  'confirm',
  'maxPerHour',
  'maxPerDevicePerHour',
  'maxUses',
  'coolOffMinutes',
  'expiresAt',
  'acknowledge',
] as const satisfies readonly (keyof RuleBody)[];

/** What goes without saying. Whatever bounds a rule is always written, so that no later default can widen it. */
const UNSAID: Readonly<Partial<Record<(typeof FIELDS)[number], string>>> = {
  shadow: 'false',
  reasons: '["scope-upgrade"]',
  agentsMayUse: 'false',
  confirm: '[]',
  acknowledge: '[]',
};

/** What the author wrote of a rule, without what the console keeps beside it. */
export function bodyOf(rule: Rule): RuleBody {
  const {
    id: _id,
    createdAt: _made,
    updatedAt: _changed,
    madeBy: _by,
    source: _source,
    unacknowledged: _open,
    grantsKept: _kept,
    ...body
  } = rule;
  return body;
}

function written(rule: Rule): Record<string, unknown> {
  const body: Record<string, unknown> = bodyOf(rule);
  // A grave scope that was never confirmed gives nothing, and a file that names it would be refused.
  if (rule.effect === 'approve') {
    body.scopes = rule.scopes.filter((s) => !NAMED_SCOPES.includes(s) || rule.confirm.includes(s));
    body.confirm = rule.confirm.filter((s) => rule.scopes.includes(s));
  }
  return Object.fromEntries(
    FIELDS.flatMap((field) => (body[field] === undefined || JSON.stringify(body[field]) === UNSAID[field] ? [] : [[field, body[field]]])),
  );
}

const HEAD = ` Rules of Gatehouse, in the order in which they are asked: the first that matches decides.
 The name is what a rule is known by; a rule under another name is another rule.
 Import it on the Rules page, or let the console follow it: GATEHOUSE_RULES_FILE.`;

/** Rules as a file. One that gives nothing, since none of its scopes was confirmed, is left out. */
export function rulesText(rules: readonly Rule[], format: RulesFormat): string {
  const kept = rules.filter((rule) => rule.effect !== 'approve' || ceilingOf(rule).length > 0);
  const file = { version: 1, rules: kept.map(written) };
  if (format === 'json') return `${JSON.stringify(file, undefined, 2)}\n`;
  const document = new Document(file, { version: '1.2', schema: 'core', aliasDuplicateObjects: false });
  document.commentBefore = HEAD;
  const list = document.get('rules');
  if (isSeq(list))
    for (const [index, item] of list.items.entries()) {
      const rule = kept[index];
      if (!isMap(item) || !rule) continue;
      item.commentBefore = ` ${sentenceOf(rule)}`;
      item.spaceBefore = index > 0;
      for (const field of ['scopes', 'confirm', 'heldScopes', 'reasons', 'acknowledge']) flow(item, field);
    }
  return document.toString({ lineWidth: 0 });
}

const flow = (item: YAMLMap, field: string): void => {
  const value = item.get(field);
  if (isSeq(value)) value.flow = true;
};
