'use client';
// What happened, why, the fix to copy, and the raw records behind it.
import { clsx } from 'clsx';
import Link from 'next/link';
import type { HandshakeView } from '#lib/api/shapes.ts';
import { Id } from '../parts/copy.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { Fix } from '../parts/fix.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { SidePanel } from '../parts/side-panel.tsx';
import { Clock } from '../parts/time.tsx';
import { useOverview } from '../queries/overview.ts';
import { callerName, OUTCOMES } from './handshake-words.ts';
import type { LogRow } from './loops.ts';

const SHOWN_ATTEMPTS = 30;

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="grid gap-1.5">
      <h3 className="text-xs font-semibold text-soft">{title}</h3>
      {children}
    </section>
  );
}

function Approvable({ item }: { item: HandshakeView }) {
  const { data } = useOverview();
  const waits = data?.requests.items.some((request) => request.deviceId === item.deviceId && request.gateway === item.gateway);
  if (waits !== true || item.deviceId === undefined) return null;
  return (
    <Link href={`/#device-${item.deviceId}`} prefetch={false} className="w-fit font-medium text-accent underline underline-offset-2">
      Its request waits: decide it here
    </Link>
  );
}

function Attempts({ row }: { row: LogRow }) {
  if (row.kind === 'one') return null;
  return (
    <Section title={`${row.items.length} attempts`}>
      <ul className="tabular grid grid-cols-2 gap-x-3 font-mono text-xs text-soft">
        {row.items.slice(0, SHOWN_ATTEMPTS).map((item) => (
          <li key={item.id}>
            <Clock at={item.at} precise="thousandths" />
          </li>
        ))}
      </ul>
      {row.items.length > SHOWN_ATTEMPTS && <p className="text-xs text-soft">and {row.items.length - SHOWN_ATTEMPTS} before these</p>}
    </Section>
  );
}

/** The panel of one row. */
export function HandshakePanel({ row, onClose }: { row: LogRow; onClose(): void }) {
  const { item } = row;
  const { word, tone } = OUTCOMES[item.outcome];
  return (
    <SidePanel title={item.title} onClose={onClose}>
      <div className="grid gap-4">
        <Section title="What happened">
          <p>
            <span className={clsx(TONE_CLASS[tone], 'font-medium text-tone')}>{word}</span> at <Clock at={item.at} precise="thousandths" />
            {item.durationMs !== undefined && ` after ${Math.round(item.durationMs)} ms`}.{' '}
            {item.cause !== '' && <code className="font-mono text-2xs text-soft">{item.cause}</code>}
          </p>
        </Section>
        {item.fix !== undefined && (
          <Section title="What to do">
            <Fix text={item.fix} />
          </Section>
        )}
        <Approvable item={item} />
        {item.scopesTo !== undefined && (
          <Section title="Scopes">
            <FactsList
              facts={[
                ['had', <ScopeWords key="had" scopes={item.scopesFrom ?? []} />],
                ['asked', <ScopeWords key="asked" scopes={item.scopesTo} />],
              ]}
            />
          </Section>
        )}
        <Section title="Caller">
          <FactsList
            facts={[
              ['called', callerName(item)],
              ['device', item.deviceId && <Id key="id" id={item.deviceId} what="device id" />],
              ['client', item.clientId && `${item.clientId}${item.clientMode === undefined ? '' : `, ${item.clientMode}`}`],
              ['address', item.remoteAddr],
              ['host header', item.host],
              ['origin', item.origin],
              ['connection', item.conn && <Id key="conn" id={item.conn} what="connection id" />],
            ]}
          />
        </Section>
        <Attempts row={row} />
        {item.raw.length > 0 && (
          <Section title={item.raw.length === 1 ? 'Raw record' : `${item.raw.length} raw records`}>
            {item.raw.map((record) => (
              <pre
                key={record}
                className="max-h-64 overflow-auto rounded-md bg-sunken p-2 font-mono text-2xs break-all whitespace-pre-wrap"
              >
                {record}
              </pre>
            ))}
          </Section>
        )}
      </div>
    </SidePanel>
  );
}
