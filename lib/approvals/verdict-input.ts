// What the rules are asked about a request that waits: its facts as the gateway lists them, its evidence, and what rules, windows and
// people did before. Every live verdict, the first one and the one at the last moment, is made of this.
import type { Clock } from '../clock.ts';
import type { Standing } from '../evidence/collector.ts';
import type { Judgement } from '../evidence/judge.ts';
import { judgedOf } from '../evidence/judged.ts';
import type { ClockDelta } from '../gateway/clock-delta.ts';
import type { PairedDevice, PairingList, PendingRequest } from '../gateway/records.ts';
import { addedScopes } from '../gateway/scopes.ts';
import type { Guards, RuleHistory, RuleInForce, VerdictInput, WindowInForce } from '../rules/case.ts';
import type { Store } from '../store/open.ts';
import type { Automation } from './automation.ts';
import type { FirstSeen } from './first-seen.ts';
import { reasonOf } from './reason.ts';

const HOUR_MS = 3_600_000;
/** The longest rest after a rejection that a rule can name. */
const DAY_MS = 24 * HOUR_MS;
const DRIFT_MS = 60_000;
/** Nobody measured the gateway's clock: clocks that are kept agree within this. */
const UNMEASURED = { deltaMs: 0, uncertaintyMs: 1000 };

export type VerdictInputDeps = {
  gateway: string;
  automation: Pick<Automation, 'view' | 'halted'>;
  store: Pick<Store, 'decisions' | 'ruleCalls'>;
  rules: () => readonly RuleInForce[];
  /** The permit windows of this gateway that are open. */
  windows: () => readonly WindowInForce[];
  firstSeen: Pick<FirstSeen, 'note' | 'newClis'>;
  standing: (request: PendingRequest) => Standing;
  guards: (request: PendingRequest) => Omit<Guards, 'automation' | 'halted' | 'tokenDrift' | 'unreadRows'>;
  /** Why nothing is automatic on this gateway now; undefined when nothing stands against it. */
  halted: () => string | undefined;
  sameUser: () => boolean;
  /** The gateway's clock against the console's, as last measured. */
  gatewayClock: () => ClockDelta | undefined;
  clock: Clock;
};

/** One request at one moment. */
export type Moment = {
  request: PendingRequest;
  row: PairedDevice | undefined;
  judgement: Judgement;
  settled: boolean;
  /** The list that it stands in. */
  list: PairingList;
};

/** The facts of a request, its paired row among them. */
export const requestFacts = (gateway: string, request: PendingRequest, row: PairedDevice | undefined): VerdictInput['request'] => ({
  gateway,
  deviceId: request.deviceId,
  reason: reasonOf(request, row),
  roles: request.roles,
  scopes: request.scopes,
  silent: request.silent,
  clientId: request.clientId,
  clientMode: request.clientMode,
  platform: request.platform,
  displayName: request.displayName,
  paired: row && { roles: row.roles, scopes: row.scopes, createdAtMs: row.createdAtMs },
});

/** Makes the input of a verdict. Rejects with Problem('store-unwritable') when the record cannot be read. */
export function createVerdictInput(deps: VerdictInputDeps): (moment: Moment) => Promise<VerdictInput> {
  const { gateway, store, clock } = deps;

  /** The same wish, begun within a minute after an approval of it was answered: its token is out of step. */
  async function isTokenDrift({ request, judgement }: Moment): Promise<boolean> {
    const last = await store.decisions.lastApproval(gateway, request.deviceId);
    if (!last?.answeredAt) return false;
    const answered = Date.parse(last.answeredAt);
    const closed = judgement.attempts.at(-1)?.close;
    // The log and the request are dated by the gateway, the answer by the console.
    const { deltaMs, uncertaintyMs } = deps.gatewayClock() ?? UNMEASURED;
    const begun = (closed ? closed.at - (closed.durationMs ?? 0) : request.ts) - deltaMs;
    const same = addedScopes(last.scopes, request.scopes).length === 0;
    return same && begun >= answered - uncertaintyMs && begun < answered + DRIFT_MS + uncertaintyMs;
  }

  /** What counts against the limits of rules: read each time, for other desks and people write there too. */
  async function historyOf(rules: readonly RuleInForce[], deviceId: string): Promise<RuleHistory> {
    const asked = rules.filter(({ rule }) => rule.enabled).map(({ rule }) => rule);
    if (asked.length === 0) return { byRule: new Map(), uses: new Map(), rejectedAtMs: new Map() };
    const now = clock.nowMs();
    const [byRule, uses, rejected] = await Promise.all([
      store.decisions.byRulesSince(gateway, now - HOUR_MS),
      store.decisions.usesOf(asked.filter((rule) => rule.maxUses !== undefined).map((rule) => rule.id)),
      store.ruleCalls.rejections(gateway, deviceId, now - DAY_MS),
    ]);
    const rejectedAtMs = new Map<string, number>();
    for (const { id } of asked) {
      const at = Math.max(rejected.device ?? Number.NEGATIVE_INFINITY, rejected.rules.get(id) ?? Number.NEGATIVE_INFINITY);
      if (Number.isFinite(at)) rejectedAtMs.set(id, at);
    }
    return { byRule, uses, rejectedAtMs };
  }

  return async (moment) => {
    const { request, row } = moment;
    const rules = deps.rules();
    const [history, tokenDrift] = await Promise.all([historyOf(rules, request.deviceId), isTokenDrift(moment)]);
    // Read after the store, so that what was switched off meanwhile counts.
    const automation = deps.automation.view();
    const windows = deps.windows();
    deps.firstSeen.note(moment.list);
    return {
      request: requestFacts(gateway, request, row),
      judgement: judgedOf(moment.judgement),
      settled: moment.settled,
      rules,
      windows,
      newClis: windows.some(({ target }) => target.kind === 'next-new-cli') ? deps.firstSeen.newClis() : [],
      history,
      guards: {
        ...deps.guards(request),
        automation: { on: automation.state === 'on', text: automation.text },
        halted: deps.halted() ?? deps.automation.halted(),
        tokenDrift,
        unreadRows: moment.list.unread,
      },
      statement: deps.standing(request).statement,
      sameUser: deps.sameUser(),
      now: clock.nowMs(),
    };
  };
}
