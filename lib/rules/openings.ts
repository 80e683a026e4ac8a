// Permit windows as a verdict sees them: whom one is open for, and whether it lets this request in. They are asked before every rule,
// because a person opened them just now. A window shortens the way of a request that is proven; it proves nothing.
import type { NewCli, WindowInForce } from './case.ts';
import { ceilingOf } from './ceiling.ts';
import { WRITE_CEILING } from './compile.ts';
import { allowedMask, effectiveMask, isStrange, maskOf, scopesOf } from './scope-mask.ts';
import { scopeWords } from './sentence.ts';
import type { Subject } from './subject.ts';

/** Whom the CLI of OpenClaw says it is (seen on 2026.4.14 and 2026.9.6). The caller's word: what it may get is bounded by the window. */
export const CLI = 'cli';

/** Whether a window is open at this moment and made for this device or for the next new one. */
export function isOpenFor(window: WindowInForce, { input: { request, now } }: Subject): boolean {
  if (window.gateway !== request.gateway || !(now < window.endsAtMs) || window.left <= 0) return false;
  if (window.target.kind === 'device') return window.target.deviceId === request.deviceId;
  return request.reason === 'new-device' && request.paired === undefined && request.clientId === CLI;
}

type Miss = { code: string; text: string };

function pathMiss(window: WindowInForce, { input, path }: Subject): Miss | undefined {
  const { judgement, request } = input;
  if (request.paired === undefined && request.reason === 'new-device') {
    if (judgement.newcomer?.proven === true) return undefined;
    return { code: 'window-origin', text: judgement.newcomer?.text ?? 'Where this new key asks from is not proven.' };
  }
  if (path.hostKey !== true && path.loopback !== true) return { code: 'window-origin', text: 'Where it asks from is not proven.' };
  if (window.assurance === 'peer') {
    if (path.peer !== true) return { code: 'window-assurance', text: 'The caller’s socket was not seen.' };
  } else if (!input.statement)
    return { code: 'window-statement', text: 'Without the caller’s socket it needs the statement that no proxy stands in front.' };
  return undefined;
}

/** Whether another new key is one that the window was opened for as well as for this one. Evidence that is still coming in counts. */
const isMeantToo = (allowed: number, { roles, scopes, proven }: NewCli): boolean =>
  proven !== false && roles.length === 1 && roles[0] === 'operator' && !isStrange(scopes) && (maskOf(scopes) & ~allowed) === 0;

/** "Next" is who comes after the opening; and where more come than it counts, nobody knows which of them its person meant. */
function nextMiss(window: WindowInForce, { input }: Subject, allowed: number): Miss | undefined {
  if (window.target.kind !== 'next-new-cli') return undefined;
  const { deviceId } = input.request;
  const since = input.newClis.filter((key) => key.atMs > window.openedAtMs);
  if (since.find((key) => key.deviceId === deviceId)?.watched !== true)
    return {
      code: 'window-waited',
      text: 'Only a CLI that asks for the first time after the opening may use it; this one waited before, or nobody saw when it came.',
    };
  const meant = since.filter((key) => key.deviceId === deviceId || isMeantToo(allowed, key)).length;
  return meant <= window.uses
    ? undefined
    : {
        code: 'window-doubt',
        text: `${meant} new CLIs have asked since the opening, and it is for ${window.uses}. Nobody knows which was meant: decide on their cards.`,
      };
}

/** Why a window that is open for this device does not let the request in; undefined when it does. */
export function windowMiss(window: WindowInForce, subject: Subject): Miss | undefined {
  const { input, result, named } = subject;
  const { roles } = input.request;
  if (roles.length !== 1 || roles[0] !== 'operator') return { code: 'window-role', text: 'It is for role operator alone.' };
  const ceiling = maskOf(ceilingOf(window));
  const allowed = allowedMask(ceiling);
  if (result === undefined || result === 0 || (result & ~allowed) !== 0)
    return {
      code: 'window-ceiling',
      text: `It stops at ${scopeWords(scopesOf(ceiling))}; the device would hold ${result === undefined ? 'an unknown scope' : scopeWords(scopesOf(result & ~allowed))} beyond that.`,
    };
  if (window.assurance === 'log' && (ceiling & ~effectiveMask(maskOf(WRITE_CEILING))) !== 0)
    return { code: 'window-log-ceiling', text: 'Without the caller’s socket a window may give no more than write.' };
  const { isHostKey, askedBy } = input.judgement;
  // A process of the gateway's own can make itself a fresh key, so what was seen counts for every key.
  const mayBeAgent = askedBy === 'gateway-process' || (askedBy === undefined && isHostKey);
  if (named !== 0 && !window.agentsMayUse && mayBeAgent)
    return {
      code: 'window-agents',
      text: `An agent may have asked for ${scopeWords(scopesOf(named))}, and it does not let agents use it.`,
    };
  return pathMiss(window, subject) ?? nextMiss(window, subject, allowed);
}
