'use client';
// One device of a take-back: what it holds and loses, what was given and by whom, whether it holds, and what became of it.
import { clsx } from 'clsx';
import type { TakeBackItem, TakeBackView } from '#lib/api/grant-shapes.ts';
import { Id } from '../parts/copy.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { Fix } from '../parts/fix.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';
import { Result } from './bulk-result.tsx';
import type { StepWords } from './bulk-words.ts';
import { ENFORCEMENT, takeBackWord } from './take-back-words.ts';

export const itemName = ({ displayName, clientId }: TakeBackItem): string => shownText(displayName ?? clientId ?? 'unnamed device', 60);

/** Whether a take-back would hold, as a word with its tone. */
export function EnforcementWord({ enforcement }: Pick<TakeBackItem, 'enforcement'>) {
  const { word, tone, meaning } = ENFORCEMENT[enforcement];
  return (
    <strong title={meaning} className={clsx(TONE_CLASS[tone], 'font-semibold text-tone')}>
      {word}
    </strong>
  );
}

/** What an answer tells of the device. */
export function toldOf(view: TakeBackView): StepWords {
  const kind = view.state === 'gone' ? 'done' : view.state === 'unknown' ? 'doubt' : 'trouble';
  return { kind, ...takeBackWord(view.state), text: view.outcome };
}

type TakeBackRowProps = {
  item: TakeBackItem;
  named: boolean;
  step: StepWords | undefined;
  left: boolean;
  onLeave?: ((left: boolean) => void) | undefined;
};

/** A node holds commands in place of scopes: none can be run on it any more. */
function Loses({ item: { roles, holds } }: Pick<TakeBackRowProps, 'item'>) {
  if (!roles.includes('node')) return <ScopeWords scopes={holds} />;
  return (
    <>
      role node and all commands that may be run on it{holds.length > 0 && ', '}
      {holds.length > 0 && <ScopeWords scopes={holds} />}
    </>
  );
}

/** `onLeave` lets a person leave the device out; absent where there is nothing to choose. */
export function TakeBackRow({ item, named, step, left, onLeave }: TakeBackRowProps) {
  const name = itemName(item);
  return (
    <li data-take-back={item.deviceId} className={clsx('grid gap-1.5 border-b border-hairline py-3 last:border-b-0', left && 'opacity-70')}>
      <div className="flex flex-wrap items-baseline gap-x-2">
        <h3 className="font-medium break-words">{name}</h3>
        <Id id={item.deviceId} what="device id" />
        {named && <span className="text-xs text-soft">{item.gatewayName}</span>}
        {item.connected === true && <span className="text-xs text-good">connected</span>}
        {onLeave !== undefined && step === undefined && (
          <label className="ml-auto inline-flex min-h-6 items-center gap-1.5 text-soft">
            <input
              type="checkbox"
              className="size-4"
              checked={!left}
              aria-label={`Take ${name} ${item.deviceId.slice(0, 8)} back`}
              onChange={(event) => onLeave(!event.target.checked)}
            />
            take back
          </label>
        )}
      </div>
      <FactsList
        facts={[
          ['loses', <Loses key="holds" item={item} />],
          ['given here', item.given.length === 0 ? undefined : <ScopeWords key="given" scopes={item.given} />],
          [
            'by',
            item.grants.length === 0 ? undefined : (
              <ul key="grants">
                {item.grants.map((grant) => (
                  <li key={grant.decisionId}>
                    {shownText(grant.by, 100)}, <Clock at={grant.at} precise="minutes" />
                  </li>
                ))}
              </ul>
            ),
          ],
          ['stays out', item.impossible === undefined ? <EnforcementWord key="enforcement" enforcement={item.enforcement} /> : undefined],
        ]}
      />
      {item.impossible === undefined ? (
        <div className="text-soft">
          <Fix text={item.why} />
        </div>
      ) : (
        <p className="text-red">Cannot be taken back from here: {item.impossible}</p>
      )}
      {step !== undefined && <Result words={step} />}
    </li>
  );
}
