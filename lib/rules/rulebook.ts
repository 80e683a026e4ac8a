// The rules in force, in order, with every change recorded in the same breath.
import type { RulesDiff, RulesFileView } from '../api/rule-shapes.ts';
import type { DecisionActor } from '../api/shapes.ts';
import type { RuleInForce } from './case.ts';
import type { RuleBody } from './rule.ts';
import { createEdits } from './rulebook-edits.ts';
import { createFollowedFile, type FollowedFile } from './rulebook-follow.ts';
import { mustBe, planOf } from './rulebook-import.ts';
import { changesFor, markUnseen } from './rulebook-plan.ts';
import { createShelf, type RulebookChange, type ShelfDeps } from './rulebook-shelf.ts';
import { type Maker, stepsTo } from './rules-diff.ts';
import type { RulesFormat } from './rules-text.ts';
import { rulesText } from './rules-text-write.ts';
import type { WatchTimes } from './rules-watch.ts';

export type { RulebookChange };

export type RulebookDeps = ShelfDeps & {
  /** A file that holds the rules. `agentsCouldWrite` is asked of the file and of its folder; unknown counts as could. */
  file?: { path: string; agentsCouldWrite: (owner: { uid: number; mode: number }) => boolean; times?: WatchTimes };
  onFile: (view: RulesFileView) => void;
};

export type Rulebook = Awaited<ReturnType<typeof createRulebook>>;

/** How often it is looked whether a rule came to its end, and whether agents can write the rules file by now, ms. */
const LOOK_MS = 2000;
const FILE_ACTOR: DecisionActor = { kind: 'file', name: 'the rules file' };

/** Loads the rules. `start` follows the rules file and the ends of rules, `dispose` stops both. */
export async function createRulebook(deps: RulebookDeps) {
  const { clock, newId } = deps;
  // Until the file was read, nobody knows who could have written what was kept of it.
  const shelf = await createShelf(deps, deps.file && { broken: new Set(), writableByAgents: true });
  const { writable, ...edits } = createEdits({ shelf, clock, newId, path: deps.file?.path });
  let timer: NodeJS.Timeout | undefined;
  let followed: FollowedFile | undefined;

  const maker = (actor: DecisionActor): Maker => ({ newId, actor, now: clock.nowMs(), source: shelf.source });

  const applyFile = (bodies: readonly RuleBody[]): Promise<void> =>
    shelf.inTurn(async () => {
      const before = shelf.own();
      const steps = markUnseen(stepsTo(bodies, before, maker(FILE_ACTOR)), before, clock.nowMs());
      await shelf.commit(changesFor(steps, before, await shelf.othersThan(before), { actor: FILE_ACTOR, whence: '', told: shelf.told }));
    });

  async function onFileState(): Promise<void> {
    const file = followed;
    if (file) await shelf.setFile(file.state(), () => deps.onFile(file.view()));
  }

  return {
    ...edits,
    /** In the order in which they are asked. */
    inForce: (): readonly RuleInForce[] => shelf.inForce(),
    views: shelf.views,
    view: shelf.view,
    /** The file that holds the rules, when one does. */
    file: (): RulesFileView | undefined => followed?.view(),

    /** The rules as a file, in order: those of the file that holds them, or those of the console. */
    exportText: (format: RulesFormat): string =>
      rulesText(
        // What nobody recorded is nobody's rule: written out, it would come back as one.
        shelf.own().flatMap(({ rule, recorded, unreadable }) => (recorded && !unreadable ? [rule] : [])),
        format,
      ),

    /** What importing a text would change; nothing is changed. */
    diff: (text: string, format: RulesFormat, actor: DecisionActor): RulesDiff => planOf(text, format, shelf, maker(actor)).diff,

    /**
     * Imports a text as a whole, when `digest` is that of the changes that were read: afterwards the rules are those of the text.
     * Problem('rules-file-broken' | 'request-changed' | 'rules-read-only' | 'store-unwritable').
     */
    apply: (text: string, format: RulesFormat, digest: string, actor: DecisionActor): Promise<RulesDiff> =>
      shelf.inTurn(async () => {
        writable();
        const before = shelf.own();
        const { steps, diff } = planOf(text, format, shelf, maker(actor));
        mustBe(diff, digest);
        await shelf.commit(
          changesFor(steps, before, await shelf.othersThan(before), { actor, whence: ' by importing a file', told: shelf.told }),
        );
        return diff;
      }),

    /** Reads the rules file, where there is one, and follows it from then on. Resolves when what stands there now was taken. */
    async start(): Promise<void> {
      timer = setInterval(() => {
        shelf.lookForEnds();
        void followed?.tell().catch(deps.onError);
      }, LOOK_MS);
      if (!deps.file) return;
      const { path, agentsCouldWrite, times } = deps.file;
      followed = createFollowedFile({
        path,
        agentsCouldWrite,
        clock,
        apply: applyFile,
        onState: onFileState,
        onError: deps.onError,
        ...(times ? { times } : {}),
      });
      await followed.start();
    },

    /** Looks at the rules file now instead of at the next poll. */
    look: async (): Promise<void> => followed?.look(),

    async dispose(): Promise<void> {
      clearInterval(timer);
      await followed?.dispose();
      await shelf.quiet();
    },
  };
}
