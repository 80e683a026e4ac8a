'use client';
// What a person can do about a device from here, and whether taking it back would hold; the page shows the dialogs, which outlive it.
import { KeyRound, Pencil, Scissors, ShieldOff, Timer, Undo2 } from 'lucide-react';
import type { DeviceActKind, DeviceDetail } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Fix } from '../parts/fix.tsx';
import { shownText } from '../parts/shown-text.ts';
import { ACTS, leavable } from './device-acts-words.ts';
import { deviceName } from './device-words.ts';
import { EnforcementWord } from './take-back-item.tsx';

export type DeviceAct = 'take-back' | 'window' | DeviceActKind;

const ICONS: Record<DeviceActKind, typeof Pencil> = { rename: Pencil, rotate: KeyRound, narrow: Scissors, revoke: ShieldOff };

/** Acts on tokens are offered where there is a token, and what this gateway cannot be asked for is shown as such. */
export function Acts({
  device,
  removal,
  cannot = [],
  onAct,
}: {
  device: DeviceView;
  removal: DeviceDetail['removal'] | undefined;
  cannot: DeviceDetail['cannot'] | undefined;
  onAct(act: DeviceAct): void;
}) {
  const name = shownText(deviceName(device), 60);
  const valid = device.tokens.some(({ revoked }) => !revoked);
  const acts: DeviceActKind[] = [
    'rename',
    ...(valid ? (['rotate'] as const) : []),
    ...(!device.isConsole && leavable([device]).offered.length > 1 ? (['narrow'] as const) : []),
    ...(valid ? (['revoke'] as const) : []),
  ];
  return (
    <section aria-label="What you can do" className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        {acts.map((act) => {
          const Icon = ICONS[act];
          const no = cannot.find((one) => one.act === act);
          return (
            <ActButton
              key={act}
              needs="admin"
              small
              disabled={no !== undefined}
              onClick={() => onAct(act)}
              aria-label={`${ACTS[act].title} of ${name}${no === undefined ? '' : ': not on this version'}`}
            >
              <Icon size={13} aria-hidden /> {ACTS[act].title}
            </ActButton>
          );
        })}
        {!device.isConsole && (
          <ActButton needs="admin" small onClick={() => onAct('take-back')} aria-label={`Take back all that ${name} holds`}>
            <Undo2 size={13} aria-hidden /> Take back
          </ActButton>
        )}
        {!device.isConsole && device.roles.every((role) => role === 'operator') && (
          <ActButton needs="approver" small onClick={() => onAct('window')} aria-label={`Open a window for ${name}`}>
            <Timer size={13} aria-hidden /> Open a window
          </ActButton>
        )}
      </div>
      {acts.flatMap((act) => {
        const no = cannot.find((one) => one.act === act);
        return no === undefined
          ? []
          : [
              <p key={act} className="text-xs text-soft">
                {ACTS[act].title}: not on this version. {no.why}
              </p>,
            ];
      })}
      {removal !== undefined && device.isConsole && <p className="text-soft">{removal.why}</p>}
      {removal !== undefined && !device.isConsole && (
        <details>
          <summary className="cursor-pointer text-soft hover:text-ink">
            Taking it back: <EnforcementWord enforcement={removal.enforcement} />
          </summary>
          <div className="mt-1.5 text-soft">
            <Fix text={removal.why} />
          </div>
        </details>
      )}
    </section>
  );
}
