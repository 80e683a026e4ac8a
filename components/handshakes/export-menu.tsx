'use client';
// Export of the attempts that pass the filter.
import type { HandshakeFilter } from '#lib/handshakes/filter.ts';
import { ExportMenu } from '../export/export-menu.tsx';
import { queryOf } from '../queries/api.ts';
import { isFiltered } from './filters.tsx';
import { filterParameters } from './log-address.ts';

export function HandshakesExport({ filter }: { filter: HandshakeFilter }) {
  const which = isFiltered(filter) ? 'Every attempt that passes the filter' : 'Every attempt that is kept';
  return (
    <ExportMenu
      small
      name="gatehouse-handshakes"
      formats={['jsonl', 'csv']}
      about={`${which}, newest first, without raw records.`}
      path={(format) => `/handshakes/export${queryOf({ format, ...filterParameters(filter) })}`}
    />
  );
}
