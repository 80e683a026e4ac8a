// The guards that nobody can switch off (product, Guards). Each answers a way in which approving alone went wrong on a real gateway.
import type { VerdictReason } from '../api/rule-shapes.ts';
import type { Judgement } from '../evidence/judge.ts';
import { coversScopes, isScope } from '../gateway/scopes.ts';
import type { RequestFacts } from './verdict.ts';

/** What the world looks like to the guards, beside the request itself. */
export type Guards = {
  automation: { on: boolean; text: string };
  /** Conditions under which nothing is automatic: store not writable, clock jumped back, gateway not live. Words, or none. */
  halted: string | undefined;
  consoleDeviceId: string;
  consoleScopes: readonly string[];
  /** A person rejected, revoked or removed this key. */
  refusedKey: boolean;
  /** An approval that gave all of this was answered less than 60 s before this attempt began. */
  tokenDrift: boolean;
  /** Rows of the list that could not be read. */
  unreadRows: number;
};

/** Every guard that holds this request back, with its reason; empty when none does. */
export function guardReasons(request: RequestFacts, judgement: Judgement, guards: Guards): VerdictReason[] {
  const out: VerdictReason[] = [];
  const hold = (code: string, text: string) => out.push({ code, text });
  if (!guards.automation.on) hold('automation-off', guards.automation.text);
  if (guards.halted) hold('halted', guards.halted);
  if (request.silent) hold('silent', 'The gateway says that it decides this one by itself.');
  if (!request.paired || request.reason === 'new-device') hold('new-device', 'A new device is never approved by a rule.');
  else if (request.reason === 'role-upgrade') hold('role-upgrade', 'It asks for another role.');
  else if (request.reason === 'metadata-change') hold('metadata-change', 'Its platform or family is not the one that was paired.');
  else if (request.reason === 'unchanged') hold('unchanged', 'It asks for nothing that it does not hold: its token is out of step.');
  if (request.roles.includes('node')) hold('role-node', 'Role node runs commands on that machine: never by a rule.');
  if (request.roles.length !== 1 || request.roles[0] !== 'operator') hold('roles', 'A rule approves role operator alone.');
  if (request.paired?.roles.some((r) => r !== 'operator')) hold('row-holds-node', 'The paired device holds another role than operator.');
  if (request.scopes.length === 0) hold('no-scopes', 'It names no scopes, which would inherit those of its old token.');
  const strange = request.scopes.filter((s) => !isScope(s));
  if (strange.length > 0) hold('unknown-scope', `It asks for a scope that is not known: ${strange[0]?.slice(0, 60)}.`);
  if (request.deviceId === guards.consoleDeviceId) hold('console-device', 'It is this console itself.');
  if (request.scopes.length > 0 && !coversScopes(guards.consoleScopes, request.scopes))
    hold('beyond-console', 'It asks for more than the console itself holds.');
  if (guards.refusedKey) hold('refused-before', 'A person refused this key; only a person can approve it again.');
  if (guards.tokenDrift)
    hold('token-drift', 'The same wish was approved less than a minute before: its token is out of step, another approval would not help.');
  if (guards.unreadRows > 0) hold('unread-rows', 'The gateway’s list has rows that cannot be read.');
  if (judgement.alarm) hold('alarm', judgement.alarm);
  return out;
}
