'use client';
// One act on one or many devices, from its plan to what became of each: choose, confirm by typing, press twice, watch, stop.
import { type ReactNode, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { typedWords } from '../parts/typed.ts';
import { TypedWords, type WordToType } from '../parts/typed-words.tsx';
import { useConsole } from '../queries/console.tsx';
import { BulkPreview } from './bulk-preview.tsx';
import { BulkProgress } from './bulk-progress.tsx';
import { itemKey, oneByOne, type StepsOf } from './bulk-run.ts';
import { type BulkItem, returnWords, type StepWords, stepWords } from './bulk-words.ts';

/** Up to so many stand in full; more are grouped by what is to be said of them. */
const IN_FULL = 6;

export type RowProps = { step: StepWords | undefined; left: boolean; onLeave?: ((left: boolean) => void) | undefined };

export type BulkFlowProps<I extends { gateway: string; deviceId: string }, V> = {
  items: readonly I[];
  look(item: I): BulkItem;
  act(item: I): Promise<V>;
  isKnown(view: V): boolean;
  told(view: V): StepWords;
  /** Of outcomes: the word while it is asked, and for what nobody knows. */
  outcomes: { asking: string; unknown: string };
  summary(steps: StepsOf<V>): string;
  row(item: I, props: RowProps): ReactNode;
  /** "Take 2 devices back"; lower-case after "Press again: ". */
  does(count: number): string;
  /** What the second press will do, in a sentence. */
  willBe(count: number): string;
  /** What is lost by a device that takes a typed word. */
  graveText(item: I): ReactNode;
  /** It takes nothing away and can be done again: one press. */
  harmless?: boolean;
  /** Something is still to be entered. */
  unready?: boolean;
  children?: ReactNode;
  onClose(): void;
  onRunning(running: boolean): void;
};

const lower = (text: string) => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;

/** Several devices may ask for the same word. */
function uniqueWords(words: readonly WordToType[]): WordToType[] {
  return [...new Map(words.map((word) => [word.word, word])).values()];
}

/** The plan as it was read when the dialog opened; what is done is bound to it. */
export function BulkFlow<I extends { gateway: string; deviceId: string }, V>(props: BulkFlowProps<I, V>) {
  const { cache } = useConsole();
  const { items, look, outcomes, told, onClose, onRunning, does } = props;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [text, setText] = useState('');
  const [armed, setArmed] = useState(false);
  const [steps, setSteps] = useState<StepsOf<V>>();
  const [done, setDone] = useState(false);
  const [stopping, setStopping] = useState(false);
  const stopped = useRef(false);
  const looks = items.map(look);
  const possible = items.filter((_item, place) => looks[place]?.impossible === undefined);
  const chosen = possible.filter((item) => !left.has(itemKey(item)));
  const chosenLooks = looks.filter((item) => item.impossible === undefined && !left.has(itemKey(item)));
  const words = uniqueWords(
    chosen.flatMap((item) => {
      const word = look(item).needsConfirm;
      return word === undefined ? [] : [{ word, text: props.graveText(item) }];
    }),
  );
  const typed = typedWords(
    text,
    words.map(({ word }) => word),
  );
  const confirmed = words.every(({ word }) => typed.has(word));
  const ready = chosen.length > 0 && confirmed && props.unready !== true;
  const leave = (key: string, out: boolean) => {
    setArmed(false);
    setLeft((before) => new Set(out ? [...before, key] : [...before].filter((other) => other !== key)));
  };
  const start = async () => {
    if (steps !== undefined) return;
    onRunning(true);
    setSteps(new Map());
    await oneByOne({
      items: chosen,
      act: props.act,
      isKnown: props.isKnown,
      onSteps: setSteps,
      isStopped: () => stopped.current,
    });
    setDone(true);
    // Once for the whole run: the bridge brings each row by itself.
    void cache.invalidateQueries({ queryKey: ['devices'] });
    onRunning(false);
  };
  const stop = () => {
    stopped.current = true;
    setStopping(true);
  };
  const wordsOf = (item: I): StepWords | undefined => {
    const step = steps?.get(itemKey(item));
    return step && stepWords(step, told, outcomes);
  };
  const full = items.length <= IN_FULL;
  return (
    <div className="grid gap-3 p-4">
      {props.children}
      {full && (
        <ul className="border-y border-hairline">
          {items.map((item) =>
            props.row(item, {
              step: wordsOf(item),
              left: left.has(itemKey(item)),
              onLeave:
                possible.length > 1 && steps === undefined && look(item).impossible === undefined
                  ? (out) => leave(itemKey(item), out)
                  : undefined,
            }),
          )}
        </ul>
      )}
      {!full && steps === undefined && <BulkPreview items={looks} choice={{ left, onLeave: leave }} />}
      {!full && steps !== undefined && (
        <BulkProgress
          rows={chosen.flatMap((item) => {
            const step = wordsOf(item);
            return step === undefined ? [] : [{ item: look(item), words: step }];
          })}
        />
      )}
      {steps === undefined && <TypedWords words={words} text={text} onText={setText} />}
      {steps !== undefined && (
        <div className="flex flex-wrap items-center gap-2">
          <p role="status" className="min-w-0 flex-1 font-medium">
            {done
              ? props.summary(steps)
              : stopping
                ? 'It ends after the one that is asked now.'
                : 'One after the other. Closing this ends nothing that was begun.'}
          </p>
          {!done && chosen.length > 1 && (
            <Button small disabled={stopping} onClick={stop}>
              Stop after this one
            </Button>
          )}
        </div>
      )}
      {steps === undefined && armed && (
        <div className="tone-red border-tone bg-tone grid gap-2 rounded-md border px-3 py-2.5">
          <p role="status">
            {props.willBe(chosen.length)} {returnWords(chosenLooks)}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button weight="danger" autoFocus disabled={!ready} onClick={(event) => event.detail <= 1 && void start()}>
              Press again: {lower(does(chosen.length))}
            </Button>
            <Button weight="quiet" onClick={() => setArmed(false)}>
              Not now
            </Button>
          </div>
        </div>
      )}
      {steps === undefined && !armed && (
        <div className="flex flex-wrap gap-2">
          <Button weight="main" disabled={!ready} onClick={() => (props.harmless === true ? void start() : setArmed(true))}>
            {does(chosen.length)}
          </Button>
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      )}
      {done && (
        <Button className="w-fit" onClick={onClose}>
          Close
        </Button>
      )}
    </div>
  );
}
