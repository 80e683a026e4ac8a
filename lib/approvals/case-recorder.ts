// Records what was asked, as the rules saw it, for previews and to compare rules with people. Writes go in batches, a second after the
// fact, so that no approval waits behind them; a rejection by people goes at once, since rules must rest after it.
import type { VerdictView } from '../api/rule-shapes.ts';
import type { DecisionView } from '../api/shapes.ts';
import type { Clock } from '../clock.ts';
import type { PendingRequest } from '../gateway/records.ts';
import { Problem } from '../problem.ts';
import type { CaseOutcome, RecordedCase, VerdictInput } from '../rules/case.ts';
import type { Store } from '../store/open.ts';
import { turn } from '../turn.ts';
import { type Content, createCaseFolds, type Tracked } from './case-folds.ts';

const DELAY_MS = 1_000;
const RETRY_MS = 5_000;
/** Written in one transaction: some 5 ms, in which nobody else reaches the record. */
const BATCH = 50;
/** Kept while the record cannot be written. */
const KEPT = 5_000;

export type CaseRecorder = {
  /** A request whose evidence is settled, with what the rules were asked and said. Cheap: nothing is read or written here. */
  assessed: (request: PendingRequest, input: VerdictInput, verdict: VerdictView) => void;
  /** A decision of this console in its last state; one without an effect changes nothing. */
  decided: (decision: DecisionView) => void;
  /** A request waits no more. `left`: nobody is known to have decided it; else it was decided with another tool. May come before `decided`. */
  gone: (content: Content, how: 'left' | 'approved' | 'rejected') => void;
  /** Resolves when all that came is written, or could not be and was told. Never rejects. */
  flush: () => Promise<void>;
  /** Writes what is left, once. */
  dispose: () => Promise<void>;
};

function outcomeOf(decision: DecisionView, nowMs: number): CaseOutcome | undefined {
  const { state, actor, answeredAt } = decision;
  const what = state === 'approved' || state === 'settled-approved' ? 'approved' : state === 'rejected' ? 'rejected' : undefined;
  if (what === undefined) return undefined;
  // A permit window is a person's act; what a script does with the API token is its owner's.
  const isRule = actor.kind === 'rule' && actor.windowId === undefined;
  const by = isRule ? 'rule' : actor.kind === 'gateway' || actor.kind === 'file' ? 'elsewhere' : 'person';
  return {
    what,
    by,
    atMs: answeredAt === undefined ? nowMs : Date.parse(answeredAt),
    decisionId: decision.id,
    ...(isRule && actor.ruleId !== undefined ? { ruleId: actor.ruleId } : {}),
  };
}

const isDecided = ({ outcome }: RecordedCase): boolean => outcome !== undefined && outcome.what !== 'unanswered';

/**
 * Records the requests of one gateway. Cases that a former run left open are closed as unanswered, and go on when the same is asked again
 * soon. What cannot be written is tried again and told through `onError`; beyond 5,000 the oldest are let go, and that is told too.
 */
export function createCaseRecorder(deps: {
  store: Pick<Store, 'cases' | 'transaction'>;
  gateway: string;
  clock: Clock;
  newId: () => string;
  /** Rules whose word was compared with that of people, once that is written: how often they agree is another figure now. */
  onCompared: (ruleIds: readonly string[]) => void;
  onError: (error: unknown) => void;
}): CaseRecorder {
  const { store, clock } = deps;
  const folds = createCaseFolds({ newId: deps.newId });
  const unwritten = new Map<string, Tracked>();
  let waiting: (() => void)[] | undefined = [];
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;
  /** Cases that were let go and not yet told. */
  let lost = 0;
  let failed = false;
  let disposed = false;

  /** In the order in which things happened, once it is known what a former run left. */
  const inOrder = (work: () => void) => {
    if (waiting) waiting.push(work);
    else work();
  };

  function plan(ms: number) {
    const at = clock.monotonicMs() + ms;
    if (disposed || at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => void flush(), ms);
    timer.unref();
  }

  function note(tracked: Tracked | undefined, ms: number) {
    if (!tracked) return;
    unwritten.delete(tracked.id);
    unwritten.set(tracked.id, tracked);
    letGo();
    plan(ms);
  }

  function letGo() {
    const tooMany = unwritten.size - KEPT;
    if (tooMany <= 0) return;
    for (const id of [...unwritten.keys()].slice(0, tooMany)) unwritten.delete(id);
    lost += tooMany;
  }

  function tell(error: unknown) {
    deps.onError(error);
    if (lost === 0) return;
    deps.onError(new Problem('store-unwritable', `The record cannot be written; ${lost} of the requests to be recorded were let go.`));
    lost = 0;
  }

  async function resume() {
    const left = await store.cases.open(deps.gateway);
    for (const recorded of left) {
      const outcome: CaseOutcome = { what: 'unanswered', by: 'elsewhere', atMs: recorded.lastAtMs };
      await store.cases.close(recorded.id, outcome);
      folds.resume({ ...recorded, outcome }, clock.nowMs());
    }
  }

  const resumed = resume()
    .catch(deps.onError)
    .then(() => {
      const early = waiting ?? [];
      waiting = undefined;
      for (const work of early) work();
    });

  async function writeBatch(batch: readonly Tracked[]) {
    const rows = batch.map((tracked) => ({ recorded: folds.caseOf(tracked), calls: folds.callsOf(tracked) }));
    const decided = rows.filter(({ recorded }) => isDecided(recorded)).map(({ recorded }) => recorded.id);
    const compared = await store.transaction(async ({ cases, ruleCalls }) => {
      for (const { recorded, calls } of rows) {
        await cases.put(recorded);
        if (calls) await ruleCalls.replace(recorded.id, calls);
      }
      return decided.length === 0 ? [] : ruleCalls.comparedOn(decided);
    });
    if (compared.length > 0) deps.onCompared(compared);
  }

  async function write() {
    await resumed;
    failed = false;
    while (unwritten.size > 0) {
      const batch = [...unwritten.values()].slice(0, BATCH);
      for (const { id } of batch) unwritten.delete(id);
      try {
        await writeBatch(batch);
      } catch (error) {
        // What changed meanwhile is newer and stays.
        const newer = [...unwritten];
        unwritten.clear();
        for (const [id, tracked] of [...batch.map((b) => [b.id, b] as const), ...newer]) unwritten.set(id, tracked);
        letGo();
        tell(error);
        failed = true;
        plan(RETRY_MS);
        return;
      }
      await turn();
    }
  }

  async function flush(): Promise<void> {
    do {
      clearTimeout(timer);
      due = Number.POSITIVE_INFINITY;
      writing ??= write().finally(() => {
        writing = undefined;
      });
      await writing;
    } while (unwritten.size > 0 && !failed);
  }

  return {
    assessed(request, input, verdict) {
      const nowMs = clock.nowMs();
      inOrder(() => note(folds.assessed(request, input, verdict, nowMs), DELAY_MS));
    },
    decided(decision) {
      const outcome = outcomeOf(decision, clock.nowMs());
      if (outcome)
        inOrder(() => note(folds.decided(decision, outcome), outcome.what === 'rejected' && outcome.by !== 'rule' ? 0 : DELAY_MS));
    },
    gone(content, how) {
      const outcome: CaseOutcome = { what: how === 'left' ? 'unanswered' : how, by: 'elsewhere', atMs: clock.nowMs() };
      inOrder(() => note(folds.gone(content, outcome), how === 'rejected' ? 0 : DELAY_MS));
    },
    flush,
    async dispose() {
      disposed = true;
      await flush();
      clearTimeout(timer);
    },
  };
}
