// A request as it is recorded, and the one way from there back to a verdict. What is recorded is what the rules saw, so a draft that is
// tried on it decides as it would have decided then.
import type { CaseOutcome, RecordedCase, VerdictInput } from './case.ts';

/** What a verdict needs beside the recorded request. */
export type Rest = Pick<VerdictInput, 'rules' | 'windows' | 'history' | 'now'>;

const copied = (request: VerdictInput['request']): RecordedCase['request'] => {
  const { paired } = request;
  return {
    gateway: request.gateway,
    deviceId: request.deviceId,
    reason: request.reason,
    roles: request.roles,
    scopes: request.scopes,
    silent: request.silent,
    clientId: request.clientId,
    clientMode: request.clientMode,
    platform: request.platform,
    displayName: request.displayName,
    paired: paired && { roles: paired.roles, scopes: paired.scopes, createdAtMs: paired.createdAtMs },
  };
};

/** The case of a settled assessment. Facts that held keep no text: it says nothing that the fact does not. */
export function caseOf(
  input: VerdictInput,
  about: { id: string; atMs: number; lastAtMs: number; times: number; outcome?: CaseOutcome | undefined },
): RecordedCase {
  const { judgement, guards } = input;
  return {
    id: about.id,
    atMs: about.atMs,
    lastAtMs: about.lastAtMs,
    times: about.times,
    request: copied(input.request),
    judgement: {
      origin: judgement.origin,
      assurance: judgement.assurance,
      isHostKey: judgement.isHostKey,
      askedBy: judgement.askedBy,
      alarm: judgement.alarm,
      facts: judgement.facts.map(({ name, held, text }) =>
        held === true ? { name, held, text: '' } : { name, text, ...(held === false ? { held } : {}) },
      ),
      // A loop signs in the same way hundreds of times.
      auth: [...new Set(judgement.auth)],
      newcomer: judgement.newcomer,
    },
    guards: {
      consoleDeviceId: guards.consoleDeviceId,
      consoleScopes: guards.consoleScopes,
      refusedKey: guards.refusedKey,
      tokenDrift: guards.tokenDrift,
      unreadRows: guards.unreadRows,
    },
    statement: input.statement,
    sameUser: input.sameUser,
    outcome: about.outcome,
  };
}

const ON = { on: true, text: '' };

/** What the rules are asked about a recorded request. Automation counts as on: whether it was says nothing of a rule. */
export function caseInput(c: RecordedCase, { rules, windows, history, now }: Rest): VerdictInput {
  const { guards } = c;
  return {
    request: c.request,
    judgement: c.judgement,
    settled: true,
    rules,
    windows,
    // Who else waited then is not recorded: no window for the next new CLI can be tried on it.
    newClis: [],
    history,
    guards: {
      automation: ON,
      halted: undefined,
      consoleDeviceId: guards.consoleDeviceId,
      consoleScopes: guards.consoleScopes,
      refusedKey: guards.refusedKey,
      tokenDrift: guards.tokenDrift,
      unreadRows: guards.unreadRows,
    },
    statement: c.statement,
    sameUser: c.sameUser,
    now,
  };
}

/** Whether people turned the request away, here or with another tool. */
export const isRejectedByPeople = ({ outcome }: RecordedCase): boolean => outcome?.what === 'rejected' && outcome.by !== 'rule';
