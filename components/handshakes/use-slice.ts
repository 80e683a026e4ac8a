'use client';
// Which lines of a long list are in sight. All lines are of one height, so nothing is measured and nothing grows with the list.
import { type RefObject, useEffect, useRef, useState } from 'react';

/** Lines drawn beyond each edge of the window, so that a quick scroll finds them there. */
const BEYOND = 10;
/** The bar that stays on top of the page and the log's own, px. */
const BARS_PX = 88;

export type Slice = { first: number; last: number; away: boolean };

/**
 * The first and last line to draw, and whether the list is scrolled so far that its newest line is out of sight. `away` is told to
 * `onAway` in the same event, before anything renders.
 */
export function useSlice(list: RefObject<HTMLElement | null>, count: number, height: number, onAway: (away: boolean) => void): Slice {
  const [slice, setSlice] = useState<Slice>({ first: 0, last: 40, away: false });
  const tell = useRef(onAway);
  tell.current = onAway;
  useEffect(() => {
    let top = 0;
    const look = () => {
      const above = window.scrollY - top;
      const first = Math.max(0, Math.floor(above / height) - BEYOND);
      const last = Math.ceil((above + window.innerHeight) / height) + BEYOND;
      const away = above + BARS_PX > height;
      setSlice((now) => (now.first === first && now.last === last && now.away === away ? now : { first, last, away }));
      tell.current(away);
    };
    const measure = () => {
      top = (list.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      look();
    };
    measure();
    // Banners, filters and the histogram above change the place of the list.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', measure);
    };
  }, [list, height]);
  return { ...slice, last: Math.min(slice.last, count - 1) };
}
