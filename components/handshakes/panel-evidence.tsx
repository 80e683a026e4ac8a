'use client';
// What the panel knows of the connection: what became of it, scopes side by side, its steps, its facts, its raw records.
import { clsx } from 'clsx';
import type { AftermathView, HandshakeDetail, HandshakeView, TimelineStep } from '#lib/api/shapes.ts';
import { addedScopes } from '#lib/gateway/scopes.ts';
import { CopyButton, Id } from '../parts/copy.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { OriginBadge } from '../parts/origin.tsx';
import { ScopeChip } from '../parts/scope.tsx';
import { TONE_CLASS, type Tone } from '../parts/scope-words.ts';
import { shownRecord, shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { clockSeconds } from '../parts/time-words.ts';
import { callerName } from './handshake-words.ts';
import { Section } from './panel-section.tsx';

const AFTERMATH: Record<AftermathView['kind'], Tone> = { admitted: 'good', again: 'red', quiet: 'plain' };

function AftermathWords({ aftermath }: { aftermath: AftermathView }) {
  if (aftermath.kind === 'quiet') {
    return (
      <>
        {aftermath.text.replace(/[.\s]+$/, '')} <Clock at={aftermath.since} />.
      </>
    );
  }
  const derived = aftermath.kind === 'admitted' && aftermath.derived;
  return (
    <>
      <span title={derived ? 'derived: no record gives this moment' : undefined}>
        {derived && '~'}
        <Clock at={aftermath.at} />
        {derived && <span className="text-soft"> (derived)</span>}
      </span>
      : {aftermath.text}
    </>
  );
}

/** Whether it works since, was refused again, or has been quiet. */
export function Aftermath({ aftermath }: { aftermath: AftermathView | undefined }) {
  if (aftermath === undefined) return null;
  const tone = AFTERMATH[aftermath.kind];
  return (
    <Section title="Since then">
      <p className={clsx(TONE_CLASS[tone], tone === 'plain' ? '' : 'text-tone')} data-aftermath={aftermath.kind}>
        <AftermathWords aftermath={aftermath} />
      </p>
    </Section>
  );
}

function Chips({ scopes, added }: { scopes: readonly string[]; added?: ReadonlySet<string> }) {
  if (scopes.length === 0) return <span className="text-soft">none</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {scopes.map((scope) => (
        <ScopeChip key={scope} scope={scope} added={added?.has(scope) ?? false} faint={added === undefined || !added.has(scope)} />
      ))}
    </span>
  );
}

/** What it held and what it asked, side by side. */
export function Scopes({ row: { scopesFrom, scopesTo } }: { row: HandshakeView }) {
  if (scopesTo === undefined && scopesFrom === undefined) return null;
  const [held, asked] = [scopesFrom ?? [], scopesTo ?? []];
  return (
    <Section title="Scopes">
      <div className="grid grid-cols-2 gap-3">
        <div className="grid content-start gap-1">
          <h4 className="text-xs text-soft">held</h4>
          <Chips scopes={held} />
        </div>
        <div className="grid content-start gap-1">
          <h4 className="text-xs text-soft">asked</h4>
          <Chips scopes={asked} added={new Set(addedScopes(held, asked))} />
        </div>
      </div>
    </Section>
  );
}

function Step({ step, startMs }: { step: TimelineStep; startMs: number }) {
  const at = new Date(step.at);
  const offset = at.getTime() - startMs;
  return (
    <li className="grid grid-cols-[104px_56px_minmax(0,1fr)] gap-x-2">
      <time dateTime={step.at} title={step.at} className="font-mono text-xs leading-5 whitespace-nowrap text-soft">
        {step.derived && '~'}
        {clockSeconds(at, true)}
      </time>
      <span className="tabular text-right font-mono text-xs leading-5 text-soft">
        {offset === 0 ? '' : `+${offset.toLocaleString('en')} ms`}
      </span>
      <span className="min-w-0 break-words">
        {step.text}
        {step.derived && <span className="text-xs text-soft"> (time derived)</span>}
      </span>
    </li>
  );
}

/** The connection step by step; a tilde marks a time that no record gives. */
export function Connection({ timeline }: { timeline: readonly TimelineStep[] }) {
  const [first] = timeline;
  if (first === undefined) return null;
  const startMs = Date.parse(first.at);
  return (
    <Section title="The connection">
      <ol className="grid gap-0.5">
        {timeline.map((step) => (
          <Step key={`${step.step} ${step.at} ${step.text}`} step={step} startMs={startMs} />
        ))}
      </ol>
    </Section>
  );
}

/** Who called, then what the records name. */
export function Facts({ facts, row }: { facts: HandshakeDetail['facts']; row: HandshakeView }) {
  return (
    <Section title="Facts">
      <FactsList
        facts={[
          ['caller', callerName(row)],
          ['device', row.deviceId && <Id key="id" id={row.deviceId} what="device id" />],
          ['came by', row.origin && <OriginBadge key="origin" origin={row.origin} />],
          ...facts.map(({ name, text }) => [name, shownText(text, 600)] as const),
          ['connection', row.conn && <Id key="conn" id={row.conn} what="connection id" />],
        ]}
      />
    </Section>
  );
}

/** The records as the gateway wrote them, secrets taken out. */
export function RawRecords({ raw }: { raw: readonly string[] }) {
  if (raw.length === 0) return null;
  const seen = new Map<string, number>();
  const records = raw.map((record) => {
    seen.set(record, (seen.get(record) ?? 0) + 1);
    return { key: `${seen.get(record)} ${record}`, text: shownRecord(record) };
  });
  return (
    <Section
      title={raw.length === 1 ? 'Raw record' : `${raw.length} raw records`}
      aside={<CopyButton text={raw.join('\n')} what="the raw records" />}
    >
      {records.map(({ key, text }) => (
        <pre key={key} className="rounded-md bg-sunken p-2 font-mono text-2xs break-all whitespace-pre-wrap">
          {text}
        </pre>
      ))}
    </Section>
  );
}
