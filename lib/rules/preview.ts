// What a draft would have done with the requests that were recorded: the whole rulebook with the draft in its place goes through them in
// the order of time, under the same decision as live ones and with the limits as they would have filled up.
import type { PreviewItem, PreviewView } from '../api/rule-shapes.ts';
import { isoOf } from '../clock.ts';
import { addedScopes } from '../gateway/scopes.ts';
import type { RecordedCase, RuleHistory, RuleInForce, VerdictInput } from './case.ts';
import { readyRule } from './compile.ts';
import { type Decided, decideOn } from './decide.ts';
import { createPreviewHistory } from './preview-history.ts';
import { createPreviewList } from './preview-list.ts';
import { groupText, leftCode, type Tried, whyText } from './preview-why.ts';
import { caseInput, isRejectedByPeople } from './recorded.ts';
import { subjectOf } from './subject.ts';

const DAY_MS = 86_400_000;
const NO_HISTORY: RuleHistory = { byRule: new Map(), uses: new Map(), rejectedAtMs: new Map() };

/** The rulebook with a draft in the place of the rule of its id, or last. What is in force is what a preview asks, also of the draft. */
export function withDraft(rules: readonly RuleInForce[], draft: RuleInForce): { rules: RuleInForce[]; draft: RuleInForce } {
  const inForce = readyRule({ ...draft, rule: { ...draft.rule, enabled: true, shadow: false } });
  const known = rules.some((entry) => entry.rule.id === draft.rule.id);
  const others = rules.map((entry) => (entry.rule.id === draft.rule.id ? inForce : readyRule(entry)));
  return { rules: known ? others : [...others, inForce], draft: inForce };
}

const wouldBe = ({ kind, entry }: Decided, draft: RuleInForce): Tried['would'] =>
  entry !== draft || kind === 'hold' ? 'left' : kind === 'approve' ? 'approved' : 'rejected';

/** It approves, or would if it did not rest. */
const wouldApprove = ({ kind, code, entry }: Decided): boolean =>
  entry?.rule.effect === 'approve' && (kind === 'approve' || code.startsWith('limit-') || code === 'cooling-off');

const becameOf = ({ outcome }: RecordedCase): PreviewItem['became'] =>
  outcome === undefined
    ? 'waiting'
    : outcome.what === 'unanswered'
      ? 'unanswered'
      : `${outcome.what}-by-${outcome.by === 'rule' ? 'rule' : 'person'}`;

const givesAdmin = ({ request }: RecordedCase): boolean =>
  request.scopes.includes('operator.admin') && !(request.paired?.scopes.includes('operator.admin') ?? false);

/** Marked where the draft would have approved what it should not. */
function redOf(recorded: RecordedCase, would: Tried['would']): PreviewItem['red'] {
  if (would !== 'approved') return [];
  return [
    ...(isRejectedByPeople(recorded) ? (['person-rejected'] as const) : []),
    ...(givesAdmin(recorded) ? (['gives-admin'] as const) : []),
  ];
}

/**
 * Runs a draft over recorded requests, oldest first, a slice at a time; between slices others have their turn as the source gives it.
 * `sinceMs` is when recording began, `total` how many requests there are. Rejects with what the source rejects with.
 */
export async function preview(deps: {
  cases: AsyncIterable<readonly RecordedCase[]>;
  rules: readonly RuleInForce[];
  draft: RuleInForce;
  days: number;
  nowMs: number;
  total: number;
  sinceMs?: number | undefined;
  onProgress: (done: number, total: number) => void;
}): Promise<Omit<PreviewView, 'waiting'>> {
  const { nowMs } = deps;
  const fromMs = nowMs - deps.days * DAY_MS;
  const whole = withDraft(deps.rules, deps.draft);
  const { draft } = whole;
  // What has ended by now is not in force beside the draft, whenever the request was.
  const rules = whole.rules.filter(({ rule }) => Date.parse(rule.expiresAt) > nowMs);
  const history = createPreviewHistory(rules.map(({ rule }) => rule.id));
  const list = createPreviewList();
  const because = new Map<string, number>();
  const counts = { looked: 0, approved: 0, rejected: 0, left: 0, personRejected: 0, givesAdmin: 0 };
  const inputOf = (c: RecordedCase, now: number, past: RuleHistory): VerdictInput =>
    caseInput(c, { rules, windows: [], history: past, now });

  function look(recorded: RecordedCase) {
    const now = recorded.atMs;
    const subject = subjectOf(inputOf(recorded, now, history.at(recorded, now)));
    const decided = decideOn(subject);
    const { kind, entry } = decided;
    if (entry && kind !== 'hold') history.acted(entry.rule.id, recorded, now);
    history.ended(recorded, entry && wouldApprove(decided) ? entry.rule.id : undefined);
    const would = wouldBe(decided, draft);
    const red = redOf(recorded, would);
    counts.looked += 1;
    counts[would] += 1;
    if (red.includes('person-rejected')) counts.personRejected += 1;
    if (red.includes('gives-admin')) counts.givesAdmin += 1;
    const code = would === 'left' ? leftCode(decided, draft, subject) : decided.code;
    if (would === 'left') because.set(code, (because.get(code) ?? 0) + 1);
    list.add({ recorded, would, code, by: entry }, red);
  }

  for await (const slice of deps.cases) {
    for (const recorded of slice) look(recorded);
    deps.onProgress(counts.looked, Math.max(deps.total, counts.looked));
  }

  return {
    from: isoOf(fromMs),
    to: isoOf(nowMs),
    ...counts,
    ...(deps.sinceMs !== undefined && deps.sinceMs > fromMs ? { since: isoOf(deps.sinceMs) } : {}),
    leftBecause: [...because]
      .map(([code, count]) => ({ code, text: groupText(code, draft), count }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
    items: list.chosen().map(({ tried, red }): PreviewItem => {
      const { request, times, atMs } = tried.recorded;
      const heldScopes = [...(request.paired?.scopes ?? [])];
      return {
        gateway: request.gateway,
        deviceId: request.deviceId,
        ...(request.displayName === undefined ? {} : { displayName: request.displayName }),
        ...(request.clientId === undefined ? {} : { clientId: request.clientId }),
        at: isoOf(atMs),
        heldScopes,
        scopes: [...request.scopes],
        addedScopes: addedScopes(heldScopes, request.scopes),
        would: tried.would,
        why: whyText(tried, draft, (c) => inputOf(c, c.atMs, NO_HISTORY)),
        became: becameOf(tried.recorded),
        red,
        times,
      };
    }),
  };
}
