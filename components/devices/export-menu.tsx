'use client';
// Export of the devices that pass the filter, in the order that is shown, with how far it is, a way to stop it, and its failure in words.
import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { DeviceFilter } from '#lib/devices/filter.ts';
import { readFile, sizeWords } from '../handshakes/export.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Popover } from '../parts/popover.tsx';
import { useConsole } from '../queries/console.tsx';
import { isFiltered } from './device-filters-words.ts';
import type { Order } from './device-table-address.ts';
import { type DeviceFormat, exportPath, fileNameIn } from './export.ts';

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

type ExportProps = { filter: DeviceFilter; order: Order; count: number };

function Menu({ filter, order, count }: ExportProps) {
  const { api } = useConsole();
  const [run, setRun] = useState<Run>({ state: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (format: DeviceFormat) => {
    const stop = new AbortController();
    running.current = stop;
    setRun({ state: 'running', bytes: 0 });
    try {
      const answer = await api.stream(exportPath(format, filter, order), stop.signal);
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
        {isFiltered(filter) ? `The ${count.toLocaleString('en')} that pass the filter` : `All ${count.toLocaleString('en')} devices`}, in
        this order, without tokens.
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
          <Button small onClick={() => void start('csv')}>
            Save as CSV
          </Button>
          <Button small onClick={() => void start('json')}>
            Save as JSON
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
export function ExportMenu(props: ExportProps) {
  return (
    <Popover
      align="end"
      label={
        <>
          <Download size={13} aria-hidden />
          <span className="max-sm:sr-only">Export</span>
        </>
      }
      buttonClass="inline-flex h-8 items-center gap-1.5 rounded-md border border-edge bg-raised px-2 text-xs font-medium hover:bg-sunken"
    >
      <Menu {...props} />
    </Popover>
  );
}
