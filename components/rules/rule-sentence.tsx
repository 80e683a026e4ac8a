'use client';
// The rule as a sentence in which every bold part is a control.
import { clsx } from 'clsx';
import type { RuleInput } from '#lib/api/rule-shapes.ts';
import type { GatewayView } from '#lib/api/shapes.ts';
import { isScope, normaliseScopes, SCOPES } from '#lib/gateway/scopes.ts';
import { Input, Select } from '../parts/field.tsx';
import { scopeMeaning, scopeName, scopeTone, TONE_CLASS } from '../parts/scope-words.ts';
import { useNow } from '../queries/console.tsx';

const INLINE = 'mx-1 inline-block font-semibold max-w-full';
const two = (n: number) => String(n).padStart(2, '0');

function dateValue(iso: string | undefined): string {
  if (iso === undefined) return '';
  const date = new Date(iso);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function ScopeToggles({ scopes, onChange }: { scopes: string[]; onChange(scopes: string[]): void }) {
  return (
    <fieldset className="my-2 flex flex-wrap gap-1.5">
      <legend className="sr-only">The most that a device may hold afterwards</legend>
      {SCOPES.map((scope) => {
        const on = scopes.includes(scope);
        return (
          <label
            key={scope}
            title={scopeMeaning(scope)}
            className={clsx(
              'cursor-pointer rounded-md border px-2 font-mono text-xs leading-[26px] select-none has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              on
                ? [TONE_CLASS[scopeTone(scope)], 'border-tone bg-tone font-semibold text-tone']
                : 'border-hairline text-soft hover:border-edge',
            )}
          >
            <input
              type="checkbox"
              className="sr-only"
              checked={on}
              onChange={() => onChange(normaliseScopes(on ? scopes.filter((other) => other !== scope) : [...scopes, scope]))}
            />
            {scopeName(scope)}
          </label>
        );
      })}
    </fieldset>
  );
}

type RuleSentenceProps = { draft: RuleInput; gateways: readonly GatewayView[]; onChange(draft: RuleInput): void };

/** The sentence with its controls. */
export function RuleSentence({ draft, gateways, onChange }: RuleSentenceProps) {
  const now = useNow();
  const { gateway, deviceId, expiresAt, ...rest } = draft;
  const limits = { ...(gateway === undefined ? {} : { gateway }), ...(deviceId === undefined ? {} : { deviceId }) };
  const until = expiresAt === undefined ? {} : { expiresAt };
  const pick = (changed: Partial<RuleInput>) => onChange({ ...draft, ...changed });
  return (
    <div className="text-base leading-9">
      When
      <Select
        aria-label="Who asks"
        className={INLINE}
        value={draft.origin ?? 'host-key'}
        onChange={(event) => pick({ origin: event.target.value === 'loopback' ? 'loopback' : 'host-key' })}
      >
        <option value="host-key">the gateway's own key</option>
        <option value="loopback">a paired device over loopback</option>
      </Select>
      {deviceId !== undefined && (
        <>
          (only
          <button
            type="button"
            className={clsx(INLINE, 'font-mono text-xs underline decoration-dotted')}
            title="Press to let any such device"
            onClick={() => onChange({ ...rest, ...(gateway === undefined ? {} : { gateway }), ...until })}
          >
            {deviceId.slice(0, 8)}
          </button>
          )
        </>
      )}
      {gateways.length > 1 && (
        <>
          on
          <Select
            aria-label="On which gateway"
            className={INLINE}
            value={gateway ?? ''}
            onChange={(event) =>
              onChange({
                ...rest,
                ...until,
                ...(deviceId === undefined ? {} : { deviceId }),
                ...(event.target.value === '' ? {} : { gateway: event.target.value }),
              })
            }
          >
            <option value="">any gateway</option>
            {gateways.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </>
      )}{' '}
      asks for no more than
      <ScopeToggles scopes={draft.scopes.filter(isScope)} onChange={(scopes) => pick({ scopes })} />
      approve it, at most
      <Input
        aria-label="How often an hour"
        type="number"
        min={1}
        max={60}
        className={clsx(INLINE, 'tabular w-16')}
        value={draft.maxPerHour ?? 5}
        onChange={(event) => pick({ maxPerHour: Math.max(1, Math.min(60, event.target.valueAsNumber || 1)) })}
      />
      times an hour, until
      <Input
        aria-label="Until which day"
        type="date"
        required
        min={dateValue(new Date(now).toISOString())}
        className={clsx(INLINE, 'tabular')}
        value={dateValue(expiresAt)}
        onChange={(event) => {
          const day = event.target.value;
          // The end of that day in the reader's time zone.
          if (day !== '') onChange({ ...rest, ...limits, expiresAt: new Date(`${day}T23:59:59`).toISOString() });
        }}
      />
      .
    </div>
  );
}
