// The kept rules as the rulebook has them in hand: loaded, shown, and written with their Activity row, one change after another.
import type { RuleView } from '../api/rule-shapes.ts';
import type { ActivityView, DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Store } from '../store/open.ts';
import type { RuleChange } from '../store/rules.ts';
import type { Rule } from './rule.ts';
import { type Book, bookOf, type FileState, isOpen, type Kept, keptOf } from './rulebook-entries.ts';
import { viewOf } from './rulebook-view.ts';

/** What changed. `order`: the ids of all rules as they are listed now. */
export type RulebookChange = { set: RuleView } | { gone: string } | { order: string[] };

export type ShelfDeps = {
  store: Store;
  clock: Clock;
  newId: () => string;
  /** Asked at each view: whether any gateway runs as the console's own user. */
  sameUser: (gateway: string | undefined) => boolean;
  statement: (gateway: string | undefined) => boolean | undefined;
  /** Devices that got something from a rule and still hold it. */
  grantsOf: (ruleId: string) => { devices: number };
  /** Without an activity entry a rule only came to its end, or another thing about it changed that is not recorded here. */
  onChange: (change: RulebookChange, activity?: ActivityView) => void;
  onError: (error: unknown) => void;
};

export type Shelf = Awaited<ReturnType<typeof createShelf>>;

/** Loads the kept rules. `file`: what a rules file means for them until it was read; undefined where none holds the rules. */
export async function createShelf(deps: ShelfDeps, file: FileState | undefined) {
  const { store, clock } = deps;
  const source: Rule['source'] = file ? 'file' : 'console';
  let state = file;
  let kept: Kept[] = [];
  let book: Book = { inForce: [], all: [] };
  let ended = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();

  const endedNow = () => new Set(kept.filter(({ rule }) => Date.parse(rule.expiresAt) <= clock.nowMs()).map(({ rule }) => rule.id));
  async function load() {
    kept = (await store.rules.list()).map(keptOf);
    book = bookOf(kept, state);
  }
  await load();
  ended = endedNow();

  function find(id: string) {
    const found = book.all.find(({ kept: { rule } }) => rule.id === id);
    if (!found) throw new Problem('rule-unknown', 'There is no rule with this id.');
    return found;
  }

  const show = ({ kept: one, entry }: Book['all'][number]): Promise<RuleView> => {
    const { gateway } = one.rule;
    return viewOf(entry, {
      store,
      context: { now: clock.nowMs(), sameUser: deps.sameUser(gateway), statement: deps.statement(gateway) },
      unacknowledged: isOpen(one, state),
      grants: deps.grantsOf(one.rule.id),
    });
  };

  const views = (): Promise<RuleView[]> => Promise.all(book.all.map(show));
  const idsNow = () => book.all.map(({ kept: { rule } }) => rule.id);

  const told = (actor: DecisionActor, what: string, text: string, details: Record<string, unknown>): NewActivity => ({
    id: deps.newId(),
    at: isoOf(clock.nowMs()),
    actor,
    what,
    text,
    details,
  });

  return {
    source,
    told,
    views,
    /** Every kept rule, in order. */
    kept: (): readonly Kept[] => kept,
    inForce: () => book.inForce,
    /** The kept rule of this id, or Problem('rule-unknown'). */
    keptOf: (id: string): Kept => find(id).kept,
    view: async (id: string): Promise<RuleView> => show(find(id)),
    /** The kept rules that a file has a say in: its own, or where there is none, those of the console. */
    own: (): Kept[] => kept.filter(({ rule }) => rule.source === source),
    /** Rules that a change of these leaves alone, those that cannot be read included. */
    othersThan: async (some: readonly Kept[]): Promise<string[]> =>
      (await store.rules.list()).map(({ id }) => id).filter((id) => !some.some(({ rule }) => rule.id === id)),

    /** Changes come one after another: each is made on what the one before left. */
    inTurn<T>(work: () => Promise<T>): Promise<T> {
      const run = last.then(work, work);
      last = run.catch(() => undefined);
      return run;
    },
    /** When every change that was begun is over. */
    quiet: (): Promise<unknown> => last,

    /** Keeps a rule in place of the one before it, or last in order, and tells of it. Problem('store-unwritable'). */
    async save(rule: Rule, before: Kept | undefined, actor: DecisionActor, what: string, text: string): Promise<RuleView> {
      const position = before?.position ?? Math.max(0, ...kept.map((one) => one.position)) + 1;
      const activity = await store.rules.saveWithActivity(
        { id: rule.id, position, version: (before?.version ?? 0) + 1, body: rule },
        told(actor, what, text, { rule }),
      );
      await load();
      ended = endedNow();
      const view = await show(find(rule.id));
      deps.onChange({ set: view }, activity);
      return view;
    },

    /** Makes several changes as one and tells of each. Problem('store-unwritable'), and then none is made. */
    async commit(changes: readonly RuleChange[]): Promise<void> {
      if (changes.length === 0) return;
      const written = await store.rules.change(changes);
      await load();
      ended = endedNow();
      for (const [at, change] of changes.entries()) {
        const activity = written[at];
        if (change.kind === 'save') deps.onChange({ set: await show(find(change.rule.id)) }, activity);
        else if (change.kind === 'remove') deps.onChange({ gone: change.id }, activity);
        else deps.onChange({ order: idsNow() }, activity);
      }
    },

    /** What the file means for the rules changed: tells of each rule that it stops or lets go, after `announce`. */
    async setFile(now: FileState, announce: () => void): Promise<void> {
      const stops = () => new Map(book.all.map(({ entry }) => [entry.rule.id, entry.stopped?.code]));
      const before = stops();
      state = now;
      book = bookOf(kept, state);
      announce();
      for (const [id, code] of stops()) if (before.get(id) !== code) deps.onChange({ set: await show(find(id)) });
    },

    /** Tells of rules whose end came since the last look. */
    lookForEnds(): void {
      const now = endedNow();
      const fresh = [...now].filter((id) => !ended.has(id));
      ended = now;
      for (const id of fresh)
        void Promise.resolve(find(id))
          .then(show)
          .then((set) => deps.onChange({ set }), deps.onError);
    },
  };
}
