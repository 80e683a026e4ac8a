'use client';
// The way back of one grant, where it is shown: the button, or what became of it. That a device came back by itself stands out.
import { clsx } from 'clsx';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { DecisionView } from '#lib/api/shapes.ts';
import { TakeBackDialog } from '../frame/later.ts';
import { Button } from '../parts/button.tsx';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { canTakeBack, takeBackWord } from './take-back-words.ts';

/** What became of the take-back of a decision; nothing where there was none. */
export function TakenBackWord({ decision: { takenBack } }: { decision: DecisionView }) {
  if (takenBack === undefined) return null;
  const { word, tone } = takeBackWord(takenBack.state);
  return (
    <span className={clsx(TONE_CLASS[tone], 'whitespace-nowrap text-tone')} data-taken-back={takenBack.state}>
      {word}
    </span>
  );
}

/** Opens the plan of taking back what this decision gave; nothing where it gave nothing that stands. The dialog stays with its results. */
export function TakeBackButton({ decision, name }: { decision: DecisionView; name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      {canTakeBack(decision) && (
        <Button small onClick={() => setOpen(true)} aria-label={`Take back what ${name} ${decision.deviceId.slice(0, 8)} was given`}>
          <Undo2 size={13} aria-hidden /> Take back
        </Button>
      )}
      {open && <TakeBackDialog decision={decision.id} onClose={() => setOpen(false)} />}
    </>
  );
}
