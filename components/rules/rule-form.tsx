'use client';
// The form of a rule: the sentence, what it would have done, what it gives, and the words that a grave rule must have typed.
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { RuleInput } from '#lib/api/rule-shapes.ts';
import type { GatewayView } from '#lib/api/shapes.ts';
import { isScope } from '#lib/gateway/scopes.ts';
import { sentenceOf } from '#lib/rules/sentence.ts';
import { StatementLink } from '../gateways/statement-link.tsx';
import { Button } from '../parts/button.tsx';
import { Input, Select } from '../parts/field.tsx';
import { scopeList, scopeMeaning, scopeName } from '../parts/scope-words.ts';
import { typedWords } from '../parts/typed.ts';
import { TypedWords, type WordToType } from '../parts/typed-words.tsx';
import { draftProblems, effectOf, filledIn, originOf, withOneLimit } from './draft.ts';
import { PreviewPanel } from './preview-panel.tsx';
import { RuleSentence } from './rule-sentence.tsx';
import { RunChoice } from './run-choice.tsx';
import { aboveWrite, acknowledgements, namedIn } from './tightest.ts';

const ACKNOWLEDGED = {
  'same-user':
    'Gatehouse and the gateway run as one user of this host. An agent with file or command tools can act as this console, so a rule above write is open to it too. Better: run agents, or Gatehouse, as another user.',
  'log-assurance':
    'By the log alone, nobody saw which process connected. A tunnel of the same user, or a proxy that adds no header, looks the same. The ceiling is then write, and the statement on Gateways must stand.',
} as const;

type RuleFormProps = {
  start: RuleInput;
  /** The stored rule that is changed; a draft takes its place in the preview. */
  id?: string | undefined;
  gateways: readonly GatewayView[];
  submitWord: string;
  busy: boolean;
  onSubmit(input: RuleInput): void;
  onCancel(): void;
  /** Told when something was entered that leaving would lose, and when not any more. */
  onEntered(entered: boolean): void;
  /** What the console said of the name; its field is shown and gets the focus. */
  nameProblem?: string | undefined;
  children?: ReactNode;
};

function Consequence({ draft }: { draft: RuleInput }) {
  switch (effectOf(draft)) {
    case 'approve': {
      const gravest = [...draft.scopes].filter(isScope).at(-1);
      return (
        <p className="text-soft">
          A device may end up with {scopeList(draft.scopes)} without anybody being asked. {gravest !== undefined && scopeMeaning(gravest)}{' '}
          What was given stays with the device when the rule ends; you are asked then.
        </p>
      );
    }
    case 'reject':
      return <p className="text-soft">The request is turned away by itself, and the client may ask again. It gives nothing to anybody.</p>;
    case 'leave':
      return (
        <p className="text-soft">
          No rule below is asked, and the request waits for a person. Where a fact is missing, it waits as well. It gives nothing.
        </p>
      );
  }
}

type DemandsProps = { draft: RuleInput; gateways: readonly GatewayView[]; onChange(draft: RuleInput): void };

function Demands({ draft, gateways, onChange }: DemandsProps) {
  const id = useId();
  if (originOf(draft) === 'any') return null;
  const needsWord = effectOf(draft) === 'approve' && (originOf(draft) === 'loopback' || draft.assurance === 'log');
  const unsaid = gateways.filter((g) => (draft.gateway === undefined || g.id === draft.gateway) && !g.statement.noProxyInFront);
  return (
    <>
      {needsWord && unsaid.length > 0 && (
        <p className="text-amber">
          It approves nothing {gateways.length > 1 && `on ${unsaid.map(({ name }) => name).join(', ')} `}until you say that no proxy or
          tunnel stands in front. <StatementLink />
        </p>
      )}
      {effectOf(draft) === 'approve' && originOf(draft) === 'host-key' && aboveWrite(draft.scopes) && (
        <label className="grid grid-cols-[16px_1fr] gap-x-2.5">
          <input
            type="checkbox"
            className="mt-0.5 size-4"
            checked={draft.agentsMayUse ?? false}
            onChange={(event) => onChange({ ...draft, agentsMayUse: event.target.checked })}
          />
          <span className="font-medium">Agents may use it</span>
          <span className="col-start-2 text-soft">
            The gateway's own process asks with this key too, when an agent starts a sub-agent. Left off, such a request waits for a person.
            On, any agent of this gateway gets {scopeList(namedIn(draft.scopes))} by asking.
          </span>
        </label>
      )}
      <div className="grid gap-1">
        <label htmlFor={`${id}-proof`} className="text-xs text-soft">
          Proof it demands
        </label>
        <Select
          id={`${id}-proof`}
          className="w-full"
          value={draft.assurance ?? 'peer'}
          onChange={(event) => onChange({ ...draft, assurance: event.target.value === 'log' ? 'log' : 'peer' })}
        >
          <option value="peer">The connecting process was seen on this host (strict)</option>
          <option value="log">The gateway's log alone (where the process cannot be seen)</option>
        </Select>
      </div>
    </>
  );
}

const typedAtStart = ({ confirm }: RuleInput) => (confirm ?? []).map(scopeName).join(' ');

/** `onSubmit` gets a rule whose confirmations were all typed. */
export function RuleForm({ start, id, gateways, submitWord, busy, onSubmit, onCancel, onEntered, nameProblem, children }: RuleFormProps) {
  const [draft, setDraft] = useState(start);
  const [text, setText] = useState(() => typedAtStart(start));
  const field = useId();
  const nameField = useRef<HTMLInputElement>(null);
  const entered = text !== typedAtStart(start) || JSON.stringify(draft) !== JSON.stringify(start);
  // Before the next key press: Escape may follow at once.
  useLayoutEffect(() => onEntered(entered), [entered, onEntered]);
  useEffect(() => {
    if (nameProblem !== undefined) nameField.current?.focus();
  }, [nameProblem]);
  const named = effectOf(draft) === 'approve' ? namedIn(draft.scopes) : [];
  const asked = acknowledgements(draft, gateways);
  const words: WordToType[] = [
    ...named.map((scope) => ({ word: scopeName(scope), text: scopeMeaning(scope) })),
    ...asked.map((name) => ({ word: name, text: ACKNOWLEDGED[name] })),
  ];
  const missing =
    words.length -
    typedWords(
      text,
      words.map(({ word }) => word),
    ).size;
  const problems = draftProblems(draft);
  const whole = withOneLimit(draft);
  const confirmed: RuleInput = effectOf(draft) === 'approve' ? { ...whole, confirm: named } : whole;
  return (
    <form
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing > 0 || problems.length > 0) return;
        onSubmit({ ...confirmed, name: draft.name.trim(), ...(asked.length === 0 ? {} : { acknowledge: asked }) });
      }}
    >
      <div className="grid gap-1">
        <label htmlFor={`${field}-name`} className="text-xs text-soft">
          Name
        </label>
        <Input
          id={`${field}-name`}
          ref={nameField}
          aria-invalid={nameProblem !== undefined}
          aria-describedby={nameProblem === undefined ? undefined : `${field}-name-problem`}
          data-first={start.name === '' ? true : undefined}
          required
          maxLength={80}
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        />
        {nameProblem !== undefined && (
          <p id={`${field}-name-problem`} role="alert" className="text-red">
            {nameProblem}
          </p>
        )}
      </div>
      <RuleSentence draft={draft} gateways={gateways} onChange={setDraft} />
      <p className="rounded-lg border border-hairline px-3 py-2 break-words">
        <span className="block text-xs text-soft">Read aloud</span>
        {sentenceOf(filledIn(confirmed))}
      </p>
      <PreviewPanel draft={draft} id={id} gateways={gateways} />
      <Consequence draft={draft} />
      <Demands draft={draft} gateways={gateways} onChange={setDraft} />
      <TypedWords words={words} text={text} onText={setText} />
      <RunChoice draft={draft} onChange={setDraft} />
      {children}
      <div className="sticky bottom-0 z-10 -mx-4 -mb-4 flex flex-wrap items-center gap-2 border-t border-hairline bg-raised p-4">
        <Button type="submit" weight="main" disabled={missing > 0 || problems.length > 0 || busy}>
          {submitWord}
        </Button>
        <Button weight="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <p role="status" className="min-w-0 flex-1 text-xs text-soft">
          {problems[0] ?? (missing > 0 ? `${missing === 1 ? 'One word is' : `${missing} words are`} to be typed.` : '')}
        </p>
      </div>
    </form>
  );
}
