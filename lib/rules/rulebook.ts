// The rules in force, in order, with every change recorded in the same breath.
import type { RulesDiff, RulesFileView, RuleView } from '../api/rule-shapes.ts';
import type { ActivityView, DecisionActor } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Store } from '../store/open.ts';
import type { RuleChange } from '../store/rules.ts';
import type { RuleInForce } from './case.ts';
import { makeRule, type Rule, type RuleBody } from './rule.ts';
import { type Book, bookOf, type FileState, isOpen, type Kept, keptOf } from './rulebook-entries.ts';
import { createFollowedFile, type FollowedFile } from './rulebook-follow.ts';
import { mustBe, planOf } from './rulebook-import.ts';
import { changesFor, markUnseen } from './rulebook-plan.ts';
import { viewOf } from './rulebook-view.ts';
import { acknowledgedBy } from './rulebook-word.ts';
import { type Maker, stepsTo } from './rules-diff.ts';
import { MAX_RULES, nameKey, type RulesFormat } from './rules-text.ts';
import { rulesText } from './rules-text-write.ts';
import type { WatchTimes } from './rules-watch.ts';
import { sentenceOf } from './sentence.ts';

export type { RuleBody };

/** What changed. `order`: the ids of all rules as they are listed now. */
export type RulebookChange = { set: RuleView } | { gone: string } | { order: string[] };

export type RulebookDeps = {
  store: Store;
  clock: Clock;
  newId: () => string;
  /** Asked at each view: whether any gateway runs as the console's own user. */
  sameUser: (gateway: string | undefined) => boolean;
  statement: (gateway: string | undefined) => boolean | undefined;
  /** Devices that got something from a rule and still hold it. */
  grantsOf: (ruleId: string) => { devices: number };
  /** A file that holds the rules. `agentsCouldWrite` is asked of the file and of its folder; unknown counts as could. */
  file?: { path: string; agentsCouldWrite: (owner: { uid: number; mode: number }) => boolean; times?: WatchTimes };
  onFile: (view: RulesFileView) => void;
  /** Without an activity entry a rule only came to its end, or another thing about it changed that is not recorded here. */
  onChange: (change: RulebookChange, activity?: ActivityView) => void;
  onError: (error: unknown) => void;
};

export type Rulebook = Awaited<ReturnType<typeof createRulebook>>;

/** How often it is looked whether a rule came to its end, and whether agents can write the rules file by now, ms. */
const LOOK_MS = 2000;
const FILE_ACTOR: DecisionActor = { kind: 'file', name: 'the rules file' };

/** Loads the rules. `start` follows the rules file and the ends of rules, `dispose` stops both. */
export async function createRulebook(deps: RulebookDeps) {
  const { store, clock } = deps;
  let kept: Kept[] = [];
  // Until the file was read, nobody knows who could have written what was kept of it.
  let file: FileState | undefined = deps.file && { broken: new Set(), writableByAgents: true };
  let book: Book = { inForce: [], all: [] };
  let ended = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let followed: FollowedFile | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function load() {
    kept = (await store.rules.list()).map(keptOf);
    book = bookOf(kept, file);
  }
  const endedNow = () => new Set(kept.filter(({ rule }) => Date.parse(rule.expiresAt) <= clock.nowMs()).map(({ rule }) => rule.id));
  await load();
  ended = endedNow();

  /** Changes come one after another: each is made on what the one before left. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = last.then(work, work);
    last = run.catch(() => undefined);
    return run;
  }

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
      unacknowledged: isOpen(one, file),
      grants: deps.grantsOf(one.rule.id),
    });
  };

  function writable() {
    if (deps.file) throw new Problem('rules-read-only', `The rules are kept in ${deps.file.path} and are changed there.`);
  }

  function freeName(name: string, but?: Kept) {
    const key = nameKey(name);
    if (but && nameKey(but.rule.name) === key) return;
    if (kept.some(({ rule }) => rule.id !== but?.rule.id && nameKey(rule.name) === key))
      throw new Problem('input-invalid', 'body field name: another rule has this name already', { field: 'name' });
  }

  function made(input: RuleBody, by: { id: string; actor: DecisionActor }, before?: Kept): Rule {
    try {
      const rule = makeRule(input, { ...by, now: clock.nowMs(), ...(before ? { createdAt: before.rule.createdAt } : {}) });
      return acknowledgedBy(by.actor, rule, before);
    } catch (error) {
      if (error instanceof RangeError) throw new Problem('input-invalid', `body field expiresAt: ${error.message}`, { field: 'expiresAt' });
      throw error;
    }
  }

  const idsNow = () => book.all.map(({ kept: { rule } }) => rule.id);

  const told = (actor: DecisionActor, what: string, text: string, details: Record<string, unknown>): NewActivity => ({
    id: deps.newId(),
    at: isoOf(clock.nowMs()),
    actor,
    what,
    text,
    details,
  });

  async function save(rule: Rule, before: Kept | undefined, actor: DecisionActor, what: string, text: string): Promise<RuleView> {
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
  }

  /** The kept rules that a file has a say in: its own, or where there is none, those of the console. */
  const own = () => kept.filter(({ rule }) => rule.source === (deps.file ? 'file' : 'console'));
  const maker = (actor: DecisionActor): Maker => ({ newId: deps.newId, actor, now: clock.nowMs(), source: deps.file ? 'file' : 'console' });
  /** Rules that a change of these leaves alone, those that cannot be read included. */
  async function othersThan(some: readonly Kept[]): Promise<string[]> {
    return (await store.rules.list()).map(({ id }) => id).filter((id) => !some.some(({ rule }) => rule.id === id));
  }

  async function commit(changes: readonly RuleChange[]): Promise<void> {
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
  }

  const applyFile = (bodies: readonly RuleBody[]): Promise<void> =>
    inTurn(async () => {
      const before = own();
      const steps = markUnseen(stepsTo(bodies, before, maker(FILE_ACTOR)));
      await commit(changesFor(steps, before, await othersThan(before), { actor: FILE_ACTOR, whence: '', told }));
    });

  /** What the file means for the rules changed: tells of each rule that it stops or lets go. */
  async function onFileState(): Promise<void> {
    if (!followed) return;
    const stops = () => new Map(book.all.map(({ entry }) => [entry.rule.id, entry.stopped?.code]));
    const before = stops();
    file = followed.state();
    book = bookOf(kept, file);
    deps.onFile(followed.view());
    for (const [id, code] of stops()) if (before.get(id) !== code) deps.onChange({ set: await show(find(id)) });
  }

  /** Tells of rules whose end came since the last look. */
  function lookForEnds() {
    const now = endedNow();
    const fresh = [...now].filter((id) => !ended.has(id));
    ended = now;
    for (const id of fresh)
      void Promise.resolve(find(id))
        .then(show)
        .then((set) => deps.onChange({ set }), deps.onError);
  }

  return {
    /** In the order in which they are asked. */
    inForce: (): readonly RuleInForce[] => book.inForce,
    views: (): Promise<RuleView[]> => Promise.all(book.all.map(show)),
    view: async (id: string): Promise<RuleView> => show(find(id)),
    /** The file that holds the rules, when one does. */
    file: (): RulesFileView | undefined => followed?.view(),

    /** Makes a rule, last in order. Problem('input-invalid' | 'rules-read-only' | 'store-unwritable'). */
    create: (input: RuleBody, actor: DecisionActor): Promise<RuleView> =>
      inTurn(() => {
        writable();
        if (kept.length >= MAX_RULES) throw new Problem('input-invalid', `There are ${MAX_RULES} rules already; remove one first.`);
        freeName(input.name);
        const rule = made(input, { id: deps.newId(), actor });
        const state = rule.enabled ? (rule.shadow ? 'in shadow' : 'switched on') : 'switched off';
        return save(rule, undefined, actor, 'rule.create', `${actor.name} made the rule ${rule.name}, ${state}: ${sentenceOf(rule)}`);
      }),

    /** Replaces a rule in its place; also how it is switched on and off. */
    replace: (id: string, input: RuleBody, actor: DecisionActor): Promise<RuleView> =>
      inTurn(() => {
        writable();
        const { kept: before } = find(id);
        freeName(input.name, before);
        const rule = made(input, { id, actor }, before);
        const what = before.rule.enabled === rule.enabled ? 'rule.change' : rule.enabled ? 'rule.on' : 'rule.off';
        const verb = what === 'rule.on' ? 'switched on' : what === 'rule.off' ? 'switched off' : 'changed';
        return save(rule, before, actor, what, `${actor.name} ${verb} the rule ${rule.name}: ${sentenceOf(rule)}`);
      }),

    /** Removes a rule. What it granted stays until it is taken back. */
    remove: (id: string, actor: DecisionActor): Promise<void> =>
      inTurn(async () => {
        writable();
        const { rule } = find(id).kept;
        const activity = await store.rules.removeWithActivity(
          id,
          told(actor, 'rule.remove', `${actor.name} removed the rule ${rule.name}. Devices keep what it granted.`, { rule }),
        );
        await load();
        deps.onChange({ gone: id }, activity);
      }),

    /** A person takes over a rule that the API token or a file made, as it was when they read it: Problem('request-changed') else. */
    acknowledge: (id: string, version: number, actor: DecisionActor): Promise<RuleView> =>
      inTurn(() => {
        const { kept: before } = find(id);
        const { rule } = before;
        if (before.version !== version)
          throw new Problem('request-changed', 'The rule was changed since you read it. Read it again.', { version: before.version });
        if (!before.recorded) throw new Problem('request-changed', 'This rule has no Activity row. Save it again to take it over.');
        const text = `${actor.name} acknowledged the rule ${rule.name} that ${rule.madeBy.name} made.`;
        return save({ ...rule, unacknowledged: false }, before, actor, 'rule.acknowledge', text);
      }),

    /** Puts the rules into another order: every id once, or Problem('input-invalid'); Problem('request-changed') for others than there are. */
    reorder: (ids: readonly string[], actor: DecisionActor): Promise<RuleView[]> =>
      inTurn(async () => {
        writable();
        const names = new Map(kept.map(({ rule }) => [rule.id, rule.name]));
        if (new Set(ids).size !== ids.length)
          throw new Problem('input-invalid', 'body field ids: name every rule exactly once', { field: 'ids' });
        if (ids.length !== names.size || ids.some((id) => !names.has(id)))
          throw new Problem('request-changed', 'These are not the rules that there are now. Read them again and repeat the order.');
        const order = ids.map((id) => names.get(id) ?? '').join(', then ');
        const entry = told(actor, 'rule.order', `${actor.name} put the rules in another order: ${order}.`, {});
        const [activity] = await store.rules.change([{ kind: 'order', ids, entry }]);
        await load();
        deps.onChange({ order: idsNow() }, activity);
        return Promise.all(book.all.map(show));
      }),

    /** A person says that the devices of an ended rule keep what they got. Problem('request-changed') while it has not ended. */
    keepGrants: (id: string, actor: DecisionActor): Promise<RuleView> =>
      inTurn(() => {
        const { kept: before } = find(id);
        const { rule } = before;
        if (Date.parse(rule.expiresAt) > clock.nowMs())
          throw new Problem('request-changed', 'This rule has not ended, so nothing is asked about what it gave.');
        const grantsKept = { at: isoOf(clock.nowMs()), by: actor.name };
        const text = `${actor.name} let devices keep what the rule ${rule.name} gave, which has ended.`;
        return save({ ...rule, grantsKept }, before, actor, 'rule.keep-grants', text);
      }),

    /** The rules as a file, in order: those of the file that holds them, or those of the console. */
    exportText: (format: RulesFormat): string =>
      rulesText(
        // What nobody recorded is nobody's rule: written out, it would come back as one.
        own().flatMap(({ rule, recorded, unreadable }) => (recorded && !unreadable ? [rule] : [])),
        format,
      ),

    /** What importing a text would change; nothing is changed. */
    diff: (text: string, format: RulesFormat, actor: DecisionActor): RulesDiff => planOf(text, format, own(), maker(actor)).diff,

    /**
     * Imports a text as a whole, when `digest` is that of the changes that were read: afterwards the rules are those of the text.
     * Problem('rules-file-broken' | 'request-changed' | 'rules-read-only' | 'store-unwritable').
     */
    apply: (text: string, format: RulesFormat, digest: string, actor: DecisionActor): Promise<RulesDiff> =>
      inTurn(async () => {
        writable();
        const before = own();
        const { steps, diff } = planOf(text, format, before, maker(actor));
        mustBe(diff, digest);
        await commit(changesFor(steps, before, await othersThan(before), { actor, whence: ' by importing a file', told }));
        return diff;
      }),

    /** Reads the rules file, where there is one, and follows it from then on. Resolves when what stands there now was taken. */
    async start(): Promise<void> {
      timer = setInterval(() => {
        lookForEnds();
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
      await last;
    },
  };
}
