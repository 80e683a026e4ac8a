// The rules file as the rulebook sees it: what it says now, what is wrong with it, and who could have written it.
import { createHash } from 'node:crypto';
import type { RulesFileProblem, RulesFileView } from '../api/rule-shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { problemView } from '../problem.ts';
import type { RuleBody } from './rule.ts';
import type { FileState } from './rulebook-entries.ts';
import { type FileReading, type Owner, readRulesFile } from './rules-file.ts';
import { formatOf, nameKey, parseRules } from './rules-text.ts';
import { createRulesWatch, type WatchTimes } from './rules-watch.ts';

/**
 * Follows a rules file. `apply` gets the rules of each good text and may reject, then the text counts as not taken and is tried again.
 * `onState` hears of every change of what is shown or of what is stopped.
 */
export function createFollowedFile(deps: {
  path: string;
  agentsCouldWrite: (owner: Owner) => boolean;
  clock: Clock;
  apply: (rules: readonly RuleBody[]) => Promise<void>;
  onState: () => void | Promise<void>;
  onError: (error: unknown) => void;
  read?: () => FileReading;
  times?: WatchTimes;
}) {
  const { path, clock } = deps;
  const format = formatOf(path);
  const read = deps.read ?? (() => readRulesFile(path));
  let readAt: string | undefined;
  let problems: RulesFileProblem[] = [];
  /** When what stands in the way now began; a later fault in its place does not begin it anew. */
  let brokenSince: string | undefined;
  /** A text that gives more is there and must stay as it is for a while. */
  let waiting = false;
  /** Names of rules that some text since the last good one had wrong. A file that then cannot be read mends none of them. */
  const broken = new Set<string>();
  let owners: readonly Owner[] = [];
  let shown = '';

  // As long as nobody knows whose the file is, agents could have written what was kept of it.
  const writableByAgents = () => owners.length === 0 || owners.some(deps.agentsCouldWrite);
  const state = (): FileState => ({ broken: new Set(broken), writableByAgents: writableByAgents() });
  const view = (): RulesFileView => ({
    path,
    format,
    ...(readAt === undefined ? {} : { readAt }),
    problems,
    ...(brokenSince === undefined || problems.length === 0 ? {} : { brokenSince }),
    ...(waiting ? { waiting } : {}),
    writableByAgents: writableByAgents(),
  });
  const faulty = (found: RulesFileProblem[]) => {
    problems = found;
    brokenSince ??= isoOf(clock.nowMs());
    return tell();
  };
  const markOf = () =>
    createHash('sha256')
      .update(JSON.stringify({ ...view(), readAt: readAt !== undefined, broken: [...broken] }))
      .digest('hex');

  /** Tells of the state when it differs from the one that was told last. */
  async function tell(): Promise<void> {
    const mark = markOf();
    if (mark === shown) return;
    shown = mark;
    await deps.onState();
  }

  async function take(reading: FileReading): Promise<void> {
    if (reading.kind === 'refused') {
      return faulty([{ path: '', message: `${reading.message}. The last good rules stay in force.` }]);
    }
    owners = reading.owners;
    const parsed = parseRules(reading.text, format, clock.nowMs());
    if (parsed.problems.length > 0) {
      for (const { rule } of parsed.problems) if (rule !== undefined) broken.add(nameKey(rule));
      return faulty(parsed.problems);
    }
    problems = [];
    try {
      await deps.apply(parsed.rules);
      broken.clear();
      brokenSince = undefined;
      readAt = isoOf(clock.nowMs());
      shown = '';
    } catch (error) {
      await faulty([{ path: '', message: `It is good but could not be taken over: ${problemView(error).detail} It is tried again.` }]);
      throw error;
    }
    await tell();
  }

  const watch = createRulesWatch({
    path,
    read,
    onReading: take,
    onWaiting(now) {
      waiting = now;
      void tell().catch(deps.onError);
    },
    onError: deps.onError,
    ...(deps.times ? { times: deps.times } : {}),
  });

  return {
    state,
    view,
    start: watch.start,
    /** Looks at the file now instead of at the next poll. */
    look: watch.look,
    /** Who could write the file depends on gateways too: asked again from time to time. */
    tell,
    dispose: watch.dispose,
  };
}

export type FollowedFile = ReturnType<typeof createFollowedFile>;
