// One device of an act: what happens, what breaks, whether it holds and why, and what became of it.
import { clsx } from 'clsx';
import type { DeviceActItem } from '#lib/api/device-shapes.ts';
import { Id } from '../parts/copy.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { Fix } from '../parts/fix.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { shownText } from '../parts/shown-text.ts';
import type { RowProps } from './bulk-flow.tsx';
import { Result } from './bulk-result.tsx';
import { losesOf } from './device-acts-words.ts';
import { EnforcementWord } from './take-back-item.tsx';

export const actName = ({ displayName }: Pick<DeviceActItem, 'displayName'>): string => shownText(displayName ?? 'unnamed device', 60);

type DeviceActRowProps = RowProps & { item: DeviceActItem; named: boolean; kept: readonly string[] };

/** `named`: the gateway is told, since there are several; `kept`: what is left to the token. */
export function DeviceActRow({ item, named, kept, step, left, onLeave }: DeviceActRowProps) {
  const name = actName(item);
  const loses = losesOf(item, kept);
  return (
    <li data-act={item.deviceId} className={clsx('grid gap-1.5 border-b border-hairline py-3 last:border-b-0', left && 'opacity-70')}>
      <div className="flex flex-wrap items-baseline gap-x-2">
        <h3 className="font-medium break-words">{name}</h3>
        <Id id={item.deviceId} what="device id" />
        {named && <span className="text-xs text-soft">{item.gatewayName}</span>}
        {onLeave !== undefined && (
          <label className="ml-auto inline-flex min-h-6 items-center gap-1.5 text-soft">
            <input
              type="checkbox"
              className="size-4"
              checked={!left}
              aria-label={`Include ${name} ${item.deviceId.slice(0, 8)}`}
              onChange={(event) => onLeave(!event.target.checked)}
            />
            include
          </label>
        )}
      </div>
      {item.impossible !== undefined ? (
        <p className="text-red">Cannot be done: {item.impossible}</p>
      ) : (
        <>
          <p className="break-words">{item.what}</p>
          <FactsList
            facts={[
              ['token', item.role],
              ['holds now', item.tokenScopes === undefined ? undefined : <ScopeWords key="holds" scopes={item.tokenScopes} />],
              ['loses', loses.length === 0 ? undefined : <ScopeWords key="loses" scopes={loses} />],
              ['holds up', item.enforcement === undefined ? undefined : <EnforcementWord key="word" enforcement={item.enforcement} />],
            ]}
          />
          {item.why !== undefined && (
            <div className="text-soft">
              <Fix text={item.why} />
            </div>
          )}
          {item.breaks.length > 0 && (
            <section className="grid gap-1">
              <h4 className="text-xs font-semibold text-soft">What breaks</h4>
              <ul className="grid list-disc gap-1 pl-4">
                {item.breaks.map((text) => (
                  <li key={text} className="break-words">
                    {text}
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
      {step !== undefined && <Result words={step} />}
    </li>
  );
}
