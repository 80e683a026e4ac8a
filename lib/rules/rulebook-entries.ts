// The kept rules as the rulebook holds them, and which of them are in force while a file holds the rules.
import type { ListedRule } from '../store/rules.ts';
import type { RuleInForce } from './case.ts';
import { readyRule } from './compile.ts';
import { type Rule, readRule, unreadableRule } from './rule.ts';
import { nameKey } from './rules-text.ts';

/** A kept rule. Its `stopped` is decided by `bookOf`. */
export type Kept = { rule: Rule; version: number; recorded: boolean; position: number; unreadable?: true };

/** What a followed rules file means for the kept rules. */
export type FileState = {
  /** Names, as `nameKey` makes them, of rules that are broken in the file as it is now. */
  broken: ReadonlySet<string>;
  /** Agents of a gateway could write the file. */
  writableByAgents: boolean;
};

export type Book = {
  /** In the order in which they are asked. */
  inForce: readonly RuleInForce[];
  /** Every kept rule with what stops it, those in force first. */
  all: readonly { kept: Kept; entry: RuleInForce }[];
};

const STOPS = {
  unreadable: {
    code: 'rule-unreadable',
    text: 'What was kept of it cannot be read, as when a newer Gatehouse wrote it. Until it is saved anew or removed, everything that reaches it waits for a person.',
  },
  aside: { code: 'file-rules', text: 'A rules file holds the rules now; this one stands aside until the console is started without it.' },
  absent: {
    code: 'file-absent',
    text: 'It came from a rules file, and the console was started without one. Save it here to take it over, or remove it.',
  },
  broken: {
    code: 'file-broken',
    text: 'It is broken in the rules file, so it is stopped until the file is mended. This is its last good form.',
  },
  unacknowledged: {
    code: 'file-unacknowledged',
    text: 'Agents could have written the rules file, and this form of the rule gives more than before or more than write. It waits for a person’s acknowledgement.',
  },
} as const;

/** A kept rule of a listed one. One whose body cannot be read stays at its place, stopped, and holds what it might have decided. */
export function keptOf({ id, body, version, recorded, position }: ListedRule): Kept {
  const rule = readRule(body);
  return rule ? { rule, version, recorded, position } : { rule: unreadableRule(id, body), version, recorded, position, unreadable: true };
}

function stopOf({ rule, unreadable }: Kept, file: FileState | undefined): { code: string; text: string } | undefined {
  if (unreadable) return STOPS.unreadable;
  if (rule.source === 'console') return file ? STOPS.aside : undefined;
  if (!file) return STOPS.absent;
  if (file.broken.has(nameKey(rule.name))) return STOPS.broken;
  return rule.unacknowledged && file.writableByAgents ? STOPS.unacknowledged : undefined;
}

/**
 * What is in force. With a file only its own rules count; without one, rules that came from a file count only for what they hold back
 * until somebody takes them over.
 */
export function bookOf(kept: readonly Kept[], file: FileState | undefined): Book {
  const all = kept.map((one) => {
    const stopped = stopOf(one, file);
    const { rule, version, recorded } = one;
    return { kept: one, entry: readyRule({ rule, version, recorded, ...(stopped ? { stopped } : {}) }) };
  });
  const counts = ({ kept: { rule } }: (typeof all)[number]) => file === undefined || rule.source === 'file';
  const inForce = all.filter(counts);
  return { inForce: inForce.map(({ entry }) => entry), all: [...inForce, ...all.filter((one) => !counts(one))] };
}

/** Whether the rule shows as waiting for an acknowledgement: one of a file only while agents could write that file. */
export const isOpen = ({ rule }: Kept, file: FileState | undefined): boolean =>
  rule.unacknowledged && (rule.source === 'console' || (file?.writableByAgents ?? true));
