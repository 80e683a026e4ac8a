// The conditions of a rule, one entry each: whether a rule has it, a cheap test with three answers, and words that are made only when
// somebody reads them. Undefined means not known, which is never enough for an approval and never passed over by a rejection.
import type { ConditionView } from '../api/rule-shapes.ts';
import type { Origin } from '../api/shapes.ts';
import type { CompiledRule } from './compile.ts';
import { fits } from './pattern.ts';
import type { Rule } from './rule.ts';
import { scopesOf } from './scope-mask.ts';
import { hoursLong, hoursWords, listed, scopeWords } from './sentence.ts';
import type { Subject } from './subject.ts';

export type Miss = { code: string; text: string };

export type Condition = {
  name: ConditionView['name'];
  label: string;
  /** The caller's word. */
  said?: true;
  applies: (rule: Rule) => boolean;
  /** Nearly every rule has it and most requests meet it, so it tells rules apart last. */
  common?: true;
  test: (rule: CompiledRule, subject: Subject) => boolean | undefined;
  wanted: (rule: CompiledRule) => string;
  value: (subject: Subject) => string;
  /** Why it does not hold, said to a person; asked only when it does not. */
  miss: (rule: CompiledRule, subject: Subject) => Miss[];
};

const SHOWN = 60;
const ORIGINS: Record<Origin, string> = {
  'host-key': 'the gateway’s own key on a clean local path',
  loopback: 'clean loopback',
  proxied: 'through a proxy',
  remote: 'from another host',
  unknown: 'not known',
};
const REASONS = {
  'scope-upgrade': 'scope upgrade',
  'new-device': 'new device',
  'role-upgrade': 'role upgrade',
  'metadata-change': 'metadata change',
  unchanged: 'nothing new',
} as const;

const quoted = (text: string | undefined): string => (text === undefined ? 'not said' : `“${text.slice(0, SHOWN)}”`);
const one = (code: string, text: string): Miss[] => [{ code, text }];
const approves = (rule: Rule): boolean => rule.effect === 'approve';

/** A word of the caller's against a list: nothing said is not known. */
function saidCondition(
  name: 'client-id' | 'client-mode' | 'platform',
  label: string,
  list: (rule: CompiledRule) => readonly string[] | undefined,
  word: (subject: Subject) => string | undefined,
): Condition {
  return {
    name,
    label,
    said: true,
    applies: (rule) => (name === 'client-id' ? rule.clientIds : name === 'client-mode' ? rule.clientModes : rule.platforms) !== undefined,
    test(rule, subject) {
      const said = word(subject);
      return said === undefined ? undefined : (list(rule)?.includes(said) ?? false);
    },
    wanted: (rule) => listed(list(rule) ?? [], 'or'),
    value: (subject) => quoted(word(subject)),
    miss: (rule, subject) =>
      one(`other-${name}`, `It is for ${label.toLowerCase()} ${listed(list(rule) ?? [], 'or')}; this one says ${quoted(word(subject))}.`),
  };
}

const pairedSince = ({ input: { request, now } }: Subject): number | undefined => {
  const at = request.paired?.createdAtMs;
  return at === undefined || at > now ? undefined : now - at;
};

const HOUR_MS = 3_600_000;

/** In the order in which they are asked and told. */
export const CONDITIONS: readonly Condition[] = [
  {
    name: 'gateway',
    label: 'Gateway',
    applies: (rule) => rule.gateway !== undefined,
    test: ({ rule }, { input }) => rule.gateway === input.request.gateway,
    wanted: ({ rule }) => rule.gateway ?? 'any',
    value: ({ input }) => input.request.gateway,
    miss: () => one('other-gateway', 'It is for another gateway.'),
  },
  {
    name: 'device',
    label: 'Device',
    applies: (rule) => rule.deviceId !== undefined,
    test: ({ rule }, { input }) => rule.deviceId === input.request.deviceId,
    wanted: ({ rule }) => rule.deviceId?.slice(0, 8) ?? 'any',
    value: ({ input }) => input.request.deviceId.slice(0, 8),
    miss: () => one('other-device', 'It is for another device.'),
  },
  {
    name: 'reason',
    common: true,
    label: 'Reason',
    applies: () => true,
    test: ({ reasons }, { reason }) => (reasons & reason) !== 0,
    wanted: ({ rule: { reasons } }) =>
      listed(
        reasons.map((r) => REASONS[r]),
        'or',
      ),
    value: ({ input }) => REASONS[input.request.reason],
    miss: ({ rule: { reasons } }, { input }) =>
      one(
        'other-reason',
        `It is for ${listed(
          reasons.map((r) => REASONS[r]),
          'or',
        )}; this is ${REASONS[input.request.reason]}.`,
      ),
  },
  {
    name: 'role',
    common: true,
    label: 'Role',
    applies: approves,
    test: (_rule, { operatorAlone }) => operatorAlone,
    wanted: () => 'operator alone',
    value: ({ input }) => listed(input.request.roles.map((r) => r.slice(0, SHOWN))),
    miss: () => one('other-role', 'It is for role operator alone.'),
  },
  {
    name: 'scopes',
    common: true,
    label: 'Scopes',
    applies: () => true,
    test({ rule, allowed, scopes }, { result, asks, asksUnclear }) {
      if (rule.effect === 'approve') return result !== undefined && result !== 0 && (result & ~allowed) === 0;
      return (asks & scopes) !== 0 ? true : asksUnclear ? undefined : false;
    },
    wanted: ({ rule, ceiling, scopes }) =>
      rule.effect === 'approve'
        ? `no more than ${scopeWords(scopesOf(ceiling))} afterwards`
        : `any of ${scopeWords(scopesOf(scopes), 'or')}`,
    value: ({ input: { request } }) =>
      `asks ${scopeWords(request.scopes)}, holds ${scopeWords(request.paired?.scopes ?? [])}`.slice(0, 4 * SHOWN),
    miss({ rule, ceiling, allowed, scopes }, { input: { request } }) {
      if (rule.effect !== 'approve') return one('other-scopes', `It is for ${scopeWords(scopesOf(scopes), 'or')}, which is not asked.`);
      const known = new Set(scopesOf(allowed));
      const beyond = [...(request.paired?.scopes ?? []), ...request.scopes].filter((s) => !known.has(s)).map((s) => s.slice(0, SHOWN));
      return one('above-ceiling', `It stops at ${scopeWords(scopesOf(ceiling))}; the device would hold ${scopeWords(beyond)} beyond that.`);
    },
  },
  {
    name: 'held-scopes',
    label: 'Holds already',
    applies: (rule) => rule.heldScopes !== undefined,
    test: ({ heldScopes }, { holds }) => (heldScopes & ~holds) === 0,
    wanted: ({ heldScopes }) => scopeWords(scopesOf(heldScopes)),
    value: ({ input }) => scopeWords(input.request.paired?.scopes ?? []).slice(0, 4 * SHOWN),
    miss: ({ heldScopes }) => one('holds-less', `It is for devices that hold ${scopeWords(scopesOf(heldScopes))} already.`),
  },
  {
    name: 'paired-for',
    label: 'Paired for',
    applies: (rule) => rule.pairedForHours !== undefined,
    test({ pairedForMs }, subject) {
      if (subject.input.request.paired === undefined) return false;
      const since = pairedSince(subject);
      return since === undefined ? undefined : since >= pairedForMs;
    },
    wanted: ({ rule }) => `at least ${hoursLong(rule.pairedForHours ?? 0)}`,
    value(subject) {
      if (subject.input.request.paired === undefined) return 'not paired';
      const since = pairedSince(subject);
      return since === undefined ? 'not known' : since < HOUR_MS ? 'less than an hour' : hoursLong(Math.floor(since / HOUR_MS));
    },
    miss: ({ rule }) =>
      one('paired-too-short', `It is for devices that have been paired for at least ${hoursLong(rule.pairedForHours ?? 0)}.`),
  },
  {
    name: 'auth',
    label: 'Signed in with',
    applies: (rule) => rule.authMethods !== undefined,
    test({ rule }, { input: { judgement } }) {
      const { auth } = judgement;
      if (auth.length === 0) return undefined;
      const named = auth.filter((method) => rule.authMethods?.includes(method)).length;
      if (named === auth.length) return true;
      // One more attempt, signed in otherwise, must not carry a caller past a rule that rejects or leaves.
      return named === 0 || approves(rule) ? false : undefined;
    },
    wanted: ({ rule }) => listed(rule.authMethods ?? [], 'or'),
    value: ({ input }) =>
      input.judgement.auth.length === 0 ? 'not known' : listed([...new Set(input.judgement.auth)].map((m) => m.slice(0, SHOWN))),
    miss: ({ rule }) => one('other-auth', `It is for attempts that all signed in with ${listed(rule.authMethods ?? [], 'or')}.`),
  },
  {
    name: 'origin',
    common: true,
    label: 'Origin',
    applies: (rule) => rule.origin !== 'any',
    test: ({ rule }, { path }) => (rule.origin === 'host-key' ? path.hostKey : path.loopback),
    wanted: ({ rule }) => (rule.origin === 'host-key' ? ORIGINS['host-key'] : ORIGINS.loopback),
    value: ({ input }) => ORIGINS[input.judgement.origin],
    miss({ rule }, { input: { judgement } }) {
      const key = rule.origin === 'host-key';
      const missing = judgement.facts.filter(
        (f) => f.held !== true && (key ? f.name !== 'statement' && f.name !== 'provenance' : f.name !== 'key'),
      );
      return [
        { code: 'origin', text: key ? 'It asks for the gateway’s own key on a clean path.' : 'It asks for a proven loopback path.' },
        ...missing.map((fact) => ({ code: `fact-${fact.name}`, text: fact.text })),
      ];
    },
  },
  {
    name: 'assurance',
    common: true,
    label: 'Proof',
    applies: (rule) => rule.origin !== 'any' && rule.assurance === 'peer',
    test: (_rule, { path }) => path.peer,
    wanted: () => 'the caller’s socket was seen',
    value: ({ input: { judgement }, path }) =>
      path.peer ? 'it was seen' : judgement.assurance === 'log' ? 'the log alone' : 'no proven origin',
    miss: (_rule, { input: { judgement } }) =>
      judgement.assurance === 'log' ? one('assurance', 'It asks that the caller’s socket was seen, and it was not.') : [],
  },
  {
    name: 'agents',
    common: true,
    label: 'Asked by',
    applies: (rule) => approves(rule) && !rule.agentsMayUse,
    test(_rule, { input: { judgement }, named }) {
      if (named === 0) return true;
      // A process of the gateway's own can make itself a fresh key, so what was seen counts for every key.
      if (judgement.askedBy === 'gateway-process') return false;
      return !judgement.isHostKey || judgement.askedBy !== undefined ? true : undefined;
    },
    wanted: () => 'for admin and the like: no process of the gateway, and with the gateway’s key another that was seen',
    value: ({ input: { judgement }, named }) =>
      named === 0
        ? 'nothing of that kind'
        : judgement.askedBy === 'gateway-process'
          ? 'the gateway process'
          : judgement.askedBy === 'other-process'
            ? 'another process'
            : judgement.isHostKey
              ? 'not seen'
              : 'not seen, with another key than the gateway’s own',
    miss(_rule, { input: { judgement }, named }) {
      const what = scopeWords(scopesOf(named));
      return judgement.askedBy === 'gateway-process'
        ? one('asked-by-gateway', `Asked by the gateway process: an agent may have asked for ${what}. The rule does not let agents use it.`)
        : one('asker-unseen', `The asking process was not seen, so an agent may have asked for ${what}.`);
    },
  },
  saidCondition(
    'client-id',
    'Client',
    ({ rule }) => rule.clientIds,
    ({ input }) => input.request.clientId,
  ),
  saidCondition(
    'client-mode',
    'Client mode',
    ({ rule }) => rule.clientModes,
    ({ input }) => input.request.clientMode,
  ),
  saidCondition(
    'platform',
    'Platform',
    ({ platforms }) => platforms,
    ({ platform }) => platform,
  ),
  {
    name: 'display-name',
    label: 'Name',
    said: true,
    applies: (rule) => rule.displayName !== undefined,
    test({ pattern }, subject) {
      const name = subject.name();
      return name === undefined ? undefined : fits(pattern, name);
    },
    wanted: ({ rule }) => quoted(rule.displayName),
    value: ({ input }) => quoted(input.request.displayName),
    miss: ({ rule }, { input }) =>
      one('other-name', `It is for names such as ${quoted(rule.displayName)}; this one says ${quoted(input.request.displayName)}.`),
  },
  {
    name: 'hours',
    label: 'Hours',
    applies: (rule) => rule.hours !== undefined,
    test: ({ isAwake }, { input }) => isAwake?.(input.now),
    wanted: ({ rule }) => (rule.hours ? hoursWords(rule.hours) : 'at any time'),
    value: ({ input }) => `${new Date(input.now).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    miss: ({ rule }) => one('asleep', `It is awake ${rule.hours ? hoursWords(rule.hours) : 'at any time'}.`),
  },
];
