'use client';
// A flood is a list of thousands of cards, and each card is heavy. The first ones stand; those behind them come as one gets to them.
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';

const STEP = 40;

/** How many of `total` stand, at least up to the place `needed`, and what to put behind them while more wait. */
export function useStretch(total: number, needed: number): { shown: number; more: ReactNode } {
  const [wanted, setWanted] = useState(STEP);
  const end = useRef<HTMLButtonElement>(null);
  const shown = Math.min(total, Math.max(wanted, needed + 1));
  const left = total - shown;
  useNear(end, left > 0, () => setWanted(shown + STEP));
  const more = left > 0 && (
    <Button ref={end} weight="quiet" className="tabular justify-self-center" onClick={() => setWanted(shown + STEP)}>
      {left === 1 ? '1 more waits' : `${left.toLocaleString('en')} more wait`}: show {Math.min(STEP, left)}
    </Button>
  );
  return { shown, more };
}

/** Calls `onNear` when the element comes near what is seen. */
function useNear(element: RefObject<HTMLElement | null>, there: boolean, onNear: () => void): void {
  const act = useRef(onNear);
  useEffect(() => {
    act.current = onNear;
  });
  useEffect(() => {
    if (!there || element.current === null) return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && act.current(), {
      rootMargin: '600px',
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, there]);
}
