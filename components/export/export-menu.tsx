'use client';
// The menu of every export: what will be in the file, its formats, how far it is, a way to stop it, and its failure in words.
import { clsx } from 'clsx';
import { Download } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/notice.tsx';
import { Popover } from '../parts/popover.tsx';
import { useConsole } from '../queries/console.tsx';
import { fileNameIn, readFile, saveFile, sizeWords } from './saved-file.ts';

type Run =
  | { state: 'idle' }
  | { state: 'running'; bytes: number }
  | { state: 'saved'; bytes: number }
  | { state: 'failed'; error: unknown };

type Format = 'csv' | 'json' | 'jsonl';

type ExportProps = {
  /** What will be in the file, as a sentence. */
  about: ReactNode;
  formats: readonly Format[];
  /** The path under /api/v1 of an export. */
  path(format: Format): string;
  /** The name of a file that the server does not name, without its ending. */
  name: string;
  /** 28 px instead of 32. */
  small?: boolean;
};

function Menu({ about, formats, path, name }: ExportProps) {
  const { api } = useConsole();
  const [run, setRun] = useState<Run>({ state: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (format: Format) => {
    const stop = new AbortController();
    running.current = stop;
    setRun({ state: 'running', bytes: 0 });
    try {
      const answer = await api.stream(path(format), stop.signal);
      const file = await readFile(answer, (bytes) => setRun({ state: 'running', bytes }));
      saveFile(file, fileNameIn(answer.headers.get('content-disposition'), `${name}.${format}`));
      setRun({ state: 'saved', bytes: file.size });
    } catch (error) {
      setRun(stop.signal.aborted ? { state: 'idle' } : { state: 'failed', error });
    }
  };
  return (
    <span className="grid gap-2">
      <span className="block text-soft">{about}</span>
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
          {formats.map((format) => (
            <Button key={format} small onClick={() => void start(format)}>
              Save as {format.toUpperCase()}
            </Button>
          ))}
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
export function ExportMenu({ small = false, ...menu }: ExportProps) {
  return (
    <Popover
      align="end"
      label={
        <>
          <Download size={13} aria-hidden />
          <span className="max-sm:sr-only">Export</span>
        </>
      }
      buttonClass={clsx(
        'inline-flex items-center gap-1.5 rounded-md border border-edge bg-raised px-2 text-xs font-medium hover:bg-sunken',
        small ? 'h-7' : 'h-8',
      )}
    >
      <Menu {...menu} />
    </Popover>
  );
}
