'use client';
// The virtual list: only what is in sight is in the page, however long the log.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useNarrow } from '../parts/side-panel.tsx';
import { useMoment } from '../queries/console.tsx';
import { HandshakeRow } from './handshake-row.tsx';
import type { LogRow } from './loops.ts';

type HandshakeLogProps = { rows: readonly LogRow[]; selected: string | undefined; onSelect(key: string): void; onEnd(): void };

/** `onEnd` is called when the last rows come into sight. */
export function HandshakeLog({ rows, selected, onSelect, onEnd }: HandshakeLogProps) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const narrow = useNarrow();
  const now = useMoment((nowMs) => Math.floor(nowMs / 60_000) * 60_000);
  const height = narrow ? 48 : 28;
  useEffect(() => {
    const measure = () => setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    // Banners and the histogram above change the place of the list.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: top,
    scrollPaddingStart: 60,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  useEffect(() => {
    if (height > 0) virtualizer.measure();
  }, [height, virtualizer]);
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 5) onEnd();
  }, [last, rows.length, onEnd]);
  return (
    <ul ref={list} aria-label="Handshakes, newest first" className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {shown.map(({ key, index, start, size }) => {
        const row = rows[index];
        return row === undefined ? null : (
          <li
            key={key}
            className="absolute inset-x-0 top-0"
            style={{ height: size, transform: `translateY(${start - top}px)` }}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
          >
            <HandshakeRow row={row} today={now} selected={row.key === selected} onSelect={() => onSelect(row.key)} />
          </li>
        );
      })}
    </ul>
  );
}
