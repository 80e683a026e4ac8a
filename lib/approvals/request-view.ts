// A pending record, its paired row, its evidence and its verdict, as one card. Pure.
import type { VerdictView } from '../api/rule-shapes.ts';
import type { OriginView, RequestView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import { nextGrade } from '../evidence/grade.ts';
import type { Judgement } from '../evidence/judge.ts';
import type { Refusals } from '../evidence/refusal-times.ts';
import type { PairedDevice, PendingRequest } from '../gateway/records.ts';
import { addedScopes, highestRisk, isScope, normaliseScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import { reasonOf } from './reason.ts';

/** A request that the gateway marks silent is in flight; older than this it is stuck. Ms. */
const STUCK_AFTER_MS = 5000;
/** How long the gateway keeps a device request, ms (both versions; 2026.9.x counts from the last retry). */
const LIFE_MS = 5 * 60_000;
const SECOND_PRESS = new Set(['operator.admin', 'operator.pairing']);

function summaryOf(judgement: Judgement, settled: boolean): string {
  const { origin, attempts, askedBy } = judgement;
  const count = attempts.length;
  const local = `${count} of ${count} attempt${count === 1 ? '' : 's'} local`;
  const by =
    askedBy === 'gateway-process'
      ? 'asked by the gateway process'
      : askedBy === 'other-process'
        ? 'asked by a process of its own'
        : 'the asking process was not seen';
  if (origin === 'host-key') return `Signed by this host’s own key: you, or any agent; ${by}; ${local}.`;
  if (origin === 'loopback') return `From this host over clean loopback; ${by}; ${local}.`;
  if (!settled) return 'Looking at where it came from.';
  const bad = judgement.facts.find((f) => f.held === false) ?? judgement.facts.find((f) => f.held === undefined && f.name !== 'key');
  return bad ? bad.text : 'Nothing shows where it came from.';
}

/** The evidence as pages and records show it. */
export function originView(judgement: Judgement, settled: boolean): OriginView {
  return {
    origin: judgement.origin,
    summary: summaryOf(judgement, settled),
    facts: judgement.facts,
    settled,
    ...present({
      assurance: judgement.assurance,
      alarm: judgement.alarm,
      askedBy: judgement.askedBy,
      next: settled ? nextGrade(judgement) : undefined,
    }),
  };
}

/** Evidence that has not been collected yet. */
export const NO_JUDGEMENT: Judgement = {
  origin: 'unknown',
  assurance: undefined,
  facts: [],
  attempts: [],
  isHostKey: false,
  askedBy: undefined,
  alarm: undefined,
  newcomer: undefined,
};

/** Whether a request that should be in flight has stood still. `now` in ms. */
export const isStuck = (request: Pick<PendingRequest, 'silent' | 'ts'>, now: number) => request.silent && now - request.ts > STUCK_AFTER_MS;

/** The card of one request. */
export function requestView(input: {
  gateway: { id: string; name: string };
  request: PendingRequest;
  row: PairedDevice | undefined;
  judgement: Judgement;
  settled: boolean;
  verdict: VerdictView;
  hostKeyId: string | undefined;
  refusedBefore: boolean;
  readBack: boolean;
  /** How often the log shows it turned away while this request waits. */
  refusals: Refusals;
  stuck: boolean;
}): RequestView {
  const { request, row, judgement } = input;
  const scopes = normaliseScopes(request.scopes);
  const held = normaliseScopes(row?.scopes ?? []);
  const unknown = scopes.filter((s) => !isScope(s));
  const confirm = [...scopes.filter((s) => SECOND_PRESS.has(s) || !isScope(s)), ...(request.roles.includes('node') ? ['node'] : [])];
  const { count, firstAt, lastAt } = input.refusals;
  return {
    gateway: input.gateway.id,
    gatewayName: input.gateway.name,
    requestId: request.requestId,
    deviceId: request.deviceId,
    publicKey: request.publicKey,
    ...present({
      displayName: request.displayName ?? row?.displayName,
      clientId: request.clientId,
      clientMode: request.clientMode,
      platform: request.platform,
      deviceFamily: request.deviceFamily,
      remoteIp: request.remoteIp,
    }),
    reason: reasonOf(request, row),
    roles: request.roles,
    scopes,
    unknownScopes: unknown,
    heldRoles: row?.roles ?? [],
    heldScopes: held,
    addedScopes: addedScopes(held, scopes),
    resultScopes: normaliseScopes([...held, ...scopes]),
    risk: highestRisk(request.roles, scopes),
    needsConfirm: confirm,
    origin: originView(judgement, input.settled),
    verdict: input.verdict,
    attempts: {
      count,
      ...present({ firstAt: firstAt === undefined ? undefined : isoOf(firstAt), lastAt: lastAt === undefined ? undefined : isoOf(lastAt) }),
    },
    createdAt: isoOf(request.ts),
    expiresAt: isoOf(request.ts + LIFE_MS),
    stuck: input.stuck,
    isHostKey: input.hostKeyId === request.deviceId,
    refusedBefore: input.refusedBefore,
    readBack: input.readBack,
  };
}
