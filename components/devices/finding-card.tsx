// What is odd about a device, why that matters, and what mends it, the least harmful first.
import { clsx } from 'clsx';
import Link from 'next/link';
import type { DeviceFinding, FindingFix } from '#lib/api/device-shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Command } from '../parts/copy.tsx';
import { TONE_CLASS, type Tone } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';

export type FixAct = NonNullable<FindingFix['act']>;

const SEVERITY: Record<DeviceFinding['severity'], { word: string; tone: Tone }> = {
  fault: { word: 'fault', tone: 'red' },
  warning: { word: 'warning', tone: 'amber' },
  note: { word: 'note', tone: 'plain' },
};

const HARM: Record<FindingFix['harm'], string> = {
  none: 'harms nothing',
  reconnects: 'it connects anew',
  'loses-token': 'its token is replaced',
  'loses-pairing': 'it is paired no more',
};

const ACT: Record<Exclude<FixAct, 'approve'>, string> = {
  rename: 'Rename',
  rotate: 'Rotate its token',
  narrow: 'Narrow its token',
  revoke: 'Revoke its token',
  'take-back': 'Take it back',
  acknowledge: 'Acknowledge',
};

type FindingProps = { finding: DeviceFinding; busy: boolean; onAct(act: Exclude<FixAct, 'approve'>): void };

function FixLine({ fix, busy, onAct }: { fix: FindingFix } & Omit<FindingProps, 'finding'>) {
  const { act } = fix;
  return (
    <li className="grid gap-1 border-l-2 border-accent/40 pl-2.5" data-harm={fix.harm}>
      <p>
        <span className="font-medium">{fix.title}</span> <span className="text-xs text-soft">· {HARM[fix.harm]}</span>
      </p>
      <p className="break-words text-soft">{shownText(fix.text, 600)}</p>
      {fix.command !== undefined && <Command command={fix.command} />}
      {act === 'approve' && (
        <Link href="/" prefetch={false} className="w-fit text-accent underline underline-offset-2">
          To the requests
        </Link>
      )}
      {act !== undefined && act !== 'approve' && (
        <ActButton needs="admin" small className="w-fit" disabled={busy} onClick={() => onAct(act)}>
          {ACT[act]}
        </ActButton>
      )}
    </li>
  );
}

/** One finding; `busy` while something of it is under way. */
export function FindingCard({ finding, busy, onAct }: FindingProps) {
  const { word, tone } = SEVERITY[finding.severity];
  return (
    <li data-finding={finding.code} className={clsx(TONE_CLASS[tone], 'border-tone grid gap-2 rounded-lg border px-3 py-2.5')}>
      <p>
        <strong className="text-xs font-semibold text-tone">{word}</strong>{' '}
        <span className="font-medium break-words">{shownText(finding.title, 200)}</span>
        {finding.since !== undefined && (
          <span className="text-xs text-soft">
            {' '}
            since <Clock at={finding.since} precise="minutes" />
          </span>
        )}
      </p>
      <p className="break-words">{shownText(finding.text, 800)}</p>
      {finding.fixes.length > 0 && (
        <ol className="grid gap-2.5" aria-label="What mends it, the least harmful first">
          {finding.fixes.map((fix) => (
            <FixLine key={`${fix.title} ${fix.command ?? ''}`} fix={fix} busy={busy} onAct={onAct} />
          ))}
        </ol>
      )}
    </li>
  );
}
