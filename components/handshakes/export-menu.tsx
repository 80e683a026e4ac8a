'use client';
// Export of what is filtered, with how far it is, a way to stop it, and its failure in words.
import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { HandshakeFilter } from '#lib/handshakes/filter.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Popover } from '../parts/popover.tsx';
import { useConsole } from '../queries/console.tsx';
import { type ExportFormat, exportPath, fileNameIn, readFile, sizeWords } from './export.ts';
import { isFiltered } from './filters.tsx';

type Run =
  | { state: 'idle' }
  | { state: 'running'; bytes: number }
  | { state: 'saved'; bytes: number }
  | { state: 'failed'; error: unknown };

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Menu({ filter }: { filter: HandshakeFilter }) {
  const { api } = useConsole();
  const [run, setRun] = useState<Run>({ state: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (format: ExportFormat) => {
    const stop = new AbortController();
    running.current = stop;
    setRun({ state: 'running', bytes: 0 });
    try {
      const answer = await api.stream(exportPath(format, filter), stop.signal);
      const file = await readFile(answer, (bytes) => setRun({ state: 'running', bytes }));
      save(file, fileNameIn(answer.headers.get('content-disposition'), format));
      setRun({ state: 'saved', bytes: file.size });
    } catch (error) {
      setRun(stop.signal.aborted ? { state: 'idle' } : { state: 'failed', error });
    }
  };
  return (
    <span className="grid gap-2">
      <span className="block text-soft">
        {isFiltered(filter) ? 'Every attempt that passes the filter' : 'Every attempt that is kept'}, newest first, without raw records.
      </span>
      {run.state === 'running' ? (
        <span className="flex items-center justify-between gap-2">
          <span role="status" className="tabular">
            {sizeWords(run.bytes)} so far
          </span>
          <Button small onClick={() => running.current?.abort()}>
            Cancel
          </Button>
        </span>
      ) : (
        <span className="flex gap-2">
          <Button small onClick={() => void start('jsonl')}>
            Save as JSONL
          </Button>
          <Button small onClick={() => void start('csv')}>
            Save as CSV
          </Button>
        </span>
      )}
      {run.state === 'saved' && (
        <span role="status" className="text-good">
          Saved, {sizeWords(run.bytes)}.
        </span>
      )}
      {run.state === 'failed' && <Failure error={run.error} />}
    </span>
  );
}

/** The button and its menu. Closing the menu stops an export that runs. */
export function ExportMenu({ filter }: { filter: HandshakeFilter }) {
  return (
    <Popover
      align="end"
      label={
        <>
          <Download size={13} aria-hidden />
          <span className="max-sm:sr-only">Export</span>
        </>
      }
      buttonClass="inline-flex h-7 items-center gap-1.5 rounded-md border border-edge bg-raised px-2 text-xs font-medium hover:bg-sunken"
    >
      <Menu filter={filter} />
    </Popover>
  );
}
