'use client';
// What a rule did, in small figures, and how often it and a person said the same.
import Link from 'next/link';
import type { RuleInput, RuleView } from '#lib/api/rule-shapes.ts';
import { ScopeWords } from '../parts/scope.tsx';
import { shownText } from '../parts/shown-text.ts';
import { Ago, Clock, Day } from '../parts/time.tsx';
import { useMoment } from '../queries/console.tsx';
import { actorWords } from '../requests/request-words.ts';
import { agreementWords } from './rule-words.ts';

/** The scopes that a rule speaks of: what it may give, or what it looks for and gives to nobody. */
export function RuleScopes({ rule }: { rule: Pick<RuleInput, 'effect' | 'scopes'> }) {
  const approves = (rule.effect ?? 'approve') === 'approve';
  return (
    <p className="flex flex-wrap items-baseline gap-x-2">
      <span className="text-xs text-soft">{approves ? 'gives up to' : 'where it asks for'}</span>
      <ScopeWords scopes={rule.scopes} />
    </p>
  );
}

/** Uses, end, maker, and what makes the rule wider than others. */
export function RuleFacts({ rule, onTakeBack }: { rule: RuleView; onTakeBack(): void }) {
  const over = useMoment((now) => now > 0 && Date.parse(rule.expiresAt) <= now);
  const devices = rule.grants.devices;
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-soft">
      <span className="tabular">
        {rule.hits === 0 ? 'never used' : `used ${rule.hits} ${rule.hits === 1 ? 'time' : 'times'}`}
        {rule.lastHitAt !== undefined && (
          <>
            , last <Ago at={rule.lastHitAt} />
          </>
        )}
      </span>
      <span>
        {over ? 'ended on' : 'until'} <Day at={rule.expiresAt} />
      </span>
      {devices > 0 && (
        <span className="tabular">
          {devices === 1 ? '1 device holds' : `${devices} devices hold`} something from it{' '}
          <button
            type="button"
            className="font-medium text-accent underline underline-offset-2"
            aria-label={`Take back what rule ${rule.name} gave`}
            onClick={onTakeBack}
          >
            take back
          </button>
        </span>
      )}
      <span>
        version {rule.version}, made {actorWords(rule.madeBy)}
      </span>
      {rule.agentsMayUse && <span className="text-orange">agents may use it</span>}
      {rule.assurance === 'log' && <span className="text-amber">by the log alone</span>}
    </p>
  );
}

/** "Agreed with you 12 of 13 times", opening to the last time it did not. Nothing while nothing can be compared. */
export function Agreement({ rule }: { rule: RuleView }) {
  const { decided, lastDisagreement } = rule.agreement;
  if (decided === 0) {
    if (!rule.shadow) return null;
    return <p className="text-xs text-soft">No request yet that both this rule and a person would have decided.</p>;
  }
  const words = agreementWords(rule.agreement);
  if (lastDisagreement === undefined) return <p className="tabular text-xs text-good">{words}</p>;
  return (
    <details className="text-xs">
      <summary className="tabular w-fit rounded text-amber underline decoration-dotted underline-offset-2 hover:text-ink">
        {words}
        <span className="sr-only">, the last disagreement</span>
      </summary>
      <p className="mt-1 border-l-2 border-hairline pl-3 break-words text-soft">
        Last disagreement, <Clock at={lastDisagreement.at} precise="minutes" />: {shownText(lastDisagreement.text, 400)}{' '}
        <Link
          href={`/handshakes?device=${encodeURIComponent(lastDisagreement.deviceId)}`}
          prefetch={false}
          className="font-mono text-accent underline underline-offset-2"
        >
          {lastDisagreement.deviceId.slice(0, 8)}
        </Link>
      </p>
    </details>
  );
}
