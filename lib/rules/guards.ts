// The guards that nobody can switch off (product, Guards). Each answers a way in which approving alone went wrong on a real gateway.
import type { VerdictReason } from '../api/rule-shapes.ts';
import { coversScopes, isScope } from '../gateway/scopes.ts';
import type { VerdictInput } from './case.ts';
import type { GuardCode } from './guard-words.ts';

/** What is about to happen. A window is a person's act and may let in a new device; a rejection gives nothing, so fewer guards hold it. */
export type Act = 'approve' | 'reject' | 'window';

type Guard = {
  code: GuardCode;
  /** It holds back rejections too. */
  rejecting?: true;
  test: (input: VerdictInput) => boolean;
  text: (input: VerdictInput) => string;
  /** Where a permit window lifts it. */
  lifted?: (input: VerdictInput) => boolean;
};

const isNew = ({ request }: VerdictInput): boolean => !request.paired || request.reason === 'new-device';
const isWhy =
  (reason: VerdictInput['request']['reason']) =>
  (input: VerdictInput): boolean =>
    !isNew(input) && input.request.reason === reason;

const GUARDS: readonly Guard[] = [
  {
    code: 'automation-off',
    rejecting: true,
    test: ({ guards }) => !guards.automation.on,
    text: ({ guards }) => guards.automation.text,
  },
  { code: 'halted', rejecting: true, test: ({ guards }) => guards.halted !== undefined, text: ({ guards }) => guards.halted ?? '' },
  {
    code: 'silent',
    rejecting: true,
    test: ({ request }) => request.silent,
    text: () => 'The gateway says that it decides this one by itself.',
  },
  {
    code: 'new-device',
    test: isNew,
    text: () => 'A new device is never approved by a rule.',
    lifted: ({ request, judgement }) => !request.paired && request.reason === 'new-device' && judgement.newcomer?.proven === true,
  },
  { code: 'role-upgrade', test: isWhy('role-upgrade'), text: () => 'It asks for another role.' },
  { code: 'metadata-change', test: isWhy('metadata-change'), text: () => 'Its platform or family is not the one that was paired.' },
  { code: 'unchanged', test: isWhy('unchanged'), text: () => 'It asks for nothing that it does not hold: its token is out of step.' },
  {
    code: 'role-node',
    test: ({ request }) => request.roles.includes('node'),
    text: () => 'Role node runs commands on that machine: never by a rule.',
  },
  {
    code: 'roles',
    test: ({ request }) => request.roles.length !== 1 || request.roles[0] !== 'operator',
    text: () => 'A rule approves role operator alone.',
  },
  {
    code: 'row-holds-node',
    test: ({ request }) => request.paired?.roles.some((r) => r !== 'operator') ?? false,
    text: () => 'The paired device holds another role than operator.',
  },
  {
    code: 'no-scopes',
    test: ({ request }) => request.scopes.length === 0,
    text: () => 'It names no scopes, which would inherit those of its old token.',
  },
  {
    code: 'unknown-scope',
    test: ({ request }) => !request.scopes.every(isScope),
    text: ({ request }) => `It asks for a scope that is not known: ${request.scopes.find((s) => !isScope(s))?.slice(0, 60) ?? ''}.`,
  },
  {
    code: 'console-device',
    rejecting: true,
    test: ({ request, guards }) => request.deviceId === guards.consoleDeviceId,
    text: () => 'It is this console itself.',
  },
  {
    code: 'beyond-console',
    test: ({ request, guards }) => request.scopes.length > 0 && !coversScopes(guards.consoleScopes, request.scopes),
    text: () => 'It asks for more than the console itself holds.',
  },
  {
    code: 'refused-before',
    test: ({ guards }) => guards.refusedKey,
    text: () => 'A person refused this key; only a person can approve it again.',
  },
  {
    code: 'token-drift',
    test: ({ guards }) => guards.tokenDrift,
    text: () => 'The same wish was approved less than a minute before: its token is out of step, another approval would not help.',
  },
  {
    code: 'unread-rows',
    rejecting: true,
    test: ({ guards }) => guards.unreadRows > 0,
    text: () => 'The gateway’s list has rows that cannot be read.',
  },
  { code: 'alarm', test: ({ judgement }) => judgement.alarm !== undefined, text: ({ judgement }) => judgement.alarm ?? '' },
  { code: 'evidence-pending', rejecting: true, test: ({ settled }) => !settled, text: () => 'The evidence is still coming in.' },
];

const holds = (guard: Guard, input: VerdictInput, act: Act): boolean =>
  (act !== 'reject' || guard.rejecting === true) && guard.test(input) && !(act === 'window' && guard.lifted?.(input) === true);

/** The first guard that holds this back, without words; undefined when none does. */
export function firstGuard(input: VerdictInput, act: Act): GuardCode | undefined {
  for (const guard of GUARDS) if (holds(guard, input, act)) return guard.code;
  return undefined;
}

/** Every guard that holds this back, with its reason; empty when none does. */
export const guardReasons = (input: VerdictInput, act: Act): VerdictReason[] =>
  GUARDS.filter((guard) => holds(guard, input, act)).map(({ code, text }) => ({ code, text: text(input) }));
