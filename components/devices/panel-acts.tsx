'use client';
// What a person can do about a device from here, and whether taking it back would hold; the page shows the dialogs, which outlive it.
import { KeyRound, Pencil, Scissors, ShieldOff, Timer, Undo2 } from 'lucide-react';
import type { DeviceActKind, DeviceDetail } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { Button } from '../parts/button.tsx';
import { Fix } from '../parts/fix.tsx';
import { shownText } from '../parts/shown-text.ts';
import { ACTS, leavable } from './device-acts-words.ts';
import { deviceName } from './device-words.ts';
import { EnforcementWord } from './take-back-item.tsx';

export type DeviceAct = 'take-back' | 'window' | DeviceActKind;

const ICONS: Record<DeviceActKind, typeof Pencil> = { rename: Pencil, rotate: KeyRound, narrow: Scissors, revoke: ShieldOff };

/** Acts on tokens are offered where there is a token; why one cannot be done on this gateway is said by its plan. */
export function Acts({
  device,
  removal,
  onAct,
}: {
  device: DeviceView;
  removal: DeviceDetail['removal'] | undefined;
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
          return (
            <Button key={act} small onClick={() => onAct(act)} aria-label={`${ACTS[act].title} of ${name}`}>
              <Icon size={13} aria-hidden /> {ACTS[act].title}
            </Button>
          );
        })}
        <Button small onClick={() => onAct('take-back')} aria-label={`Take back all that ${name} holds`}>
          <Undo2 size={13} aria-hidden /> Take back
        </Button>
        {!device.isConsole && device.roles.every((role) => role === 'operator') && (
          <Button small onClick={() => onAct('window')} aria-label={`Open a window for ${name}`}>
            <Timer size={13} aria-hidden /> Open a window
          </Button>
        )}
      </div>
      {removal !== undefined && (
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
