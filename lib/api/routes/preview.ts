// POST /rules/preview: a draft is tried on what is recorded, with progress on the way, and on what waits now.
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type Route, route, streamed } from '../../http/route.ts';
import { Problem } from '../../problem.ts';
import type { RecordedCase, RuleInForce, VerdictInput } from '../../rules/case.ts';
import { preview, withDraft } from '../../rules/preview.ts';
import { makeRule, type RuleBody, ruleInput } from '../../rules/rule.ts';
import { traceOf, verdictOf } from '../../rules/verdict.ts';
import type { Store } from '../../store/open.ts';
import { turn } from '../../turn.ts';
import { actorOf } from '../actor.ts';
import type { PreviewFrame, PreviewView } from '../rule-shapes.ts';
import type { DecisionActor } from '../shapes.ts';

export const previewInput = z.strictObject({
  rule: ruleInput,
  id: z
    .string()
    .min(1)
    .max(100)
    .exactOptional()
    .describe('The stored rule that the draft changes and whose place it takes. Without it the draft comes last.'),
  days: z.union([z.literal(7), z.literal(30), z.literal(90)]),
});

/** A request that waits, with what the rules were asked about it last: its history is of that moment. */
export type WaitingInput = { requestId: string; displayName?: string; clientId?: string; input: VerdictInput };

type Needs = {
  rulebook: { inForce: () => readonly RuleInForce[] };
  store: { cases: Pick<Store['cases'], 'each' | 'countSince' | 'earliestMs'> };
  waitingInputs: () => readonly WaitingInput[];
};

const DAY_MS = 86_400_000;
/** A preview takes most of a core while it runs; more would only make all of them late. */
const AT_ONCE = 2;
const TELL_EVERY_MS = 100;
/** Waiting requests that are explained; each takes the time of a whole verdict in words. */
const WAITING_SHOWN = 200;
const NEW_ID = 'draft';

const line = (frame: PreviewFrame): string => `${JSON.stringify(frame)}\n`;

/** The draft as a rule in force. Throws Problem('rule-unknown' | 'input-invalid'). */
export function draftOf(
  { rule, id }: { rule: RuleBody; id?: string },
  rules: readonly RuleInForce[],
  actor: DecisionActor,
  now: number,
): RuleInForce {
  const known = rules.find((entry) => entry.rule.id === id);
  if (id !== undefined && !known) throw new Problem('rule-unknown', 'There is no rule of this id, so the draft has no place.');
  try {
    return { rule: makeRule(rule, { id: id ?? NEW_ID, actor, now }), version: (known?.version ?? 0) + 1, recorded: true };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem('input-invalid', `body field rule.expiresAt: ${error.message}`, { field: 'rule.expiresAt' });
  }
}

/** What the rulebook with the draft in its place says of what waits now, always with the draft's own conditions. */
async function waitingWith(app: Needs, draft: RuleInForce): Promise<PreviewView['waiting']> {
  const out: PreviewView['waiting'] = [];
  for (const { requestId, displayName, clientId, input } of app.waitingInputs().slice(0, WAITING_SHOWN)) {
    const whole = withDraft(input.rules, draft);
    const asked = { ...input, rules: whole.rules };
    const verdict = verdictOf(asked);
    const trace = verdict.rule === draft.rule.id && verdict.trace ? verdict.trace : traceOf(whole.draft, asked);
    out.push({
      gateway: input.request.gateway,
      requestId,
      deviceId: input.request.deviceId,
      ...(displayName === undefined ? {} : { displayName }),
      ...(clientId === undefined ? {} : { clientId }),
      verdict: { ...verdict, trace },
    });
    await turn();
  }
  return out;
}

/** Lets two run at a time; the others wait for their turn. */
function createGate() {
  let running = 0;
  const queue: (() => void)[] = [];
  return {
    async enter(): Promise<void> {
      if (running < AT_ONCE) running += 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
    },
    leave() {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    },
  };
}

async function* until(cases: AsyncIterable<RecordedCase[]>, isOver: () => boolean): AsyncGenerator<RecordedCase[]> {
  for await (const slice of cases) {
    if (isOver()) return;
    yield slice;
  }
}

/** The preview of drafts. A caller that leaves ends its preview. */
export function previewRoutes(app: Needs, clock: Clock): Route[] {
  const gate = createGate();

  async function* frames(draft: RuleInForce, days: number, left: AbortSignal): AsyncGenerator<string> {
    await gate.enter();
    let over = false;
    let news = Promise.withResolvers<undefined>();
    let toldAt = clock.monotonicMs();
    let progress = { done: 0, total: 0 };
    const run = async () => {
      const nowMs = clock.nowMs();
      const from = nowMs - days * DAY_MS;
      const { cases } = app.store;
      const [total, sinceMs] = await Promise.all([cases.countSince(from), cases.earliestMs()]);
      return preview({
        cases: until(cases.each(from), () => over || left.aborted),
        rules: app.rulebook.inForce(),
        draft,
        days,
        nowMs,
        total,
        sinceMs,
        onProgress(done) {
          if (clock.monotonicMs() - toldAt < TELL_EVERY_MS) return;
          toldAt = clock.monotonicMs();
          progress = { done, total: Math.max(done, total) };
          news.resolve(undefined);
        },
      });
    };
    const running = run();
    try {
      for (;;) {
        const view = await Promise.race([running, news.promise]);
        if (view) {
          yield line({ result: { ...view, waiting: left.aborted ? [] : await waitingWith(app, draft) } });
          return;
        }
        news = Promise.withResolvers<undefined>();
        yield line(progress);
      }
    } finally {
      over = true;
      await running.catch(() => undefined);
      gate.leave();
    }
  }

  return [
    route({
      method: 'POST',
      path: '/rules/preview',
      access: 'viewer',
      input: previewInput,
      handler({ input, actor }) {
        const { id, rule, days } = input;
        const draft = draftOf({ rule, ...(id === undefined ? {} : { id }) }, app.rulebook.inForce(), actorOf(actor()), clock.nowMs());
        return streamed({ type: 'application/x-ndjson; charset=utf-8', headers: {}, open: (left) => frames(draft, days, left) });
      },
    }),
  ];
}
