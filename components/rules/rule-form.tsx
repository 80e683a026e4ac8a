'use client';
// The form of a rule: the sentence, what it gives, and the confirmations that a grave rule must have typed.
import { type ReactNode, useId, useState } from 'react';
import type { RuleInput } from '#lib/api/rule-shapes.ts';
import type { GatewayView } from '#lib/api/shapes.ts';
import { isScope } from '#lib/gateway/scopes.ts';
import { Button } from '../parts/button.tsx';
import { Input, Select } from '../parts/field.tsx';
import { scopeList, scopeMeaning, scopeName } from '../parts/scope-words.ts';
import { TypedConfirm } from '../parts/typed-confirm.tsx';
import { RuleSentence } from './rule-sentence.tsx';
import { aboveWrite, acknowledgements, namedIn } from './tightest.ts';

const ACKNOWLEDGED = {
  'same-user': {
    word: 'same user',
    text: 'Gatehouse and the gateway run as one user of this host. An agent with file or command tools can act as this console, so a rule above write is open to it too. Better: run agents, or Gatehouse, as another user.',
  },
  'log-assurance': {
    word: 'log',
    text: 'By the log alone, nobody saw which process connected. A tunnel of the same user, or a proxy that adds no header, looks the same. The ceiling is then write, and the statement on Gateways must stand.',
  },
} as const;

type RuleFormProps = {
  start: RuleInput;
  gateways: readonly GatewayView[];
  submitWord: string;
  busy: boolean;
  onSubmit(input: RuleInput): void;
  onCancel(): void;
  children?: ReactNode;
};

function Gives({ draft }: { draft: RuleInput }) {
  const gravest = [...draft.scopes].filter(isScope).at(-1);
  return (
    <p className="text-soft">
      A device may end up with {scopeList(draft.scopes)} without anybody being asked. {gravest !== undefined && scopeMeaning(gravest)} What
      was given stays with the device when the rule ends.
    </p>
  );
}

/** `onSubmit` gets a rule whose confirmations were all typed. */
export function RuleForm({ start, gateways, submitWord, busy, onSubmit, onCancel, children }: RuleFormProps) {
  const [draft, setDraft] = useState(start);
  const id = useId();
  const [typed, setTyped] = useState<ReadonlySet<string>>(() => new Set(start.confirm));
  const mark = (name: string) => (on: boolean) =>
    setTyped((before) => new Set(on ? [...before, name] : [...before].filter((other) => other !== name)));
  const named = namedIn(draft.scopes);
  const asked = acknowledgements(draft, gateways);
  const missing = [...named, ...asked].filter((name) => !typed.has(name));
  const ready = missing.length === 0 && draft.scopes.length > 0 && draft.name.trim() !== '';
  return (
    <form
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSubmit({ ...draft, name: draft.name.trim(), confirm: named, acknowledge: asked });
      }}
    >
      <div className="grid gap-1">
        <label htmlFor={`${id}-name`} className="text-xs text-soft">
          Name
        </label>
        <Input
          id={`${id}-name`}
          required
          maxLength={80}
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        />
      </div>
      <RuleSentence draft={draft} gateways={gateways} onChange={setDraft} />
      <Gives draft={draft} />
      {named.length > 0 && (
        <div className="grid items-end gap-x-6 gap-y-4 sm:grid-cols-2">
          {named.map((scope) => (
            <TypedConfirm key={scope} word={scopeName(scope)} startsTyped={typed.has(scope)} onTyped={mark(scope)}>
              <p>
                <strong className="font-semibold">{scopeName(scope)}</strong>: {scopeMeaning(scope)}
              </p>
            </TypedConfirm>
          ))}
        </div>
      )}
      {(draft.origin ?? 'host-key') === 'host-key' && aboveWrite(draft.scopes) && (
        <label className="grid grid-cols-[16px_1fr] gap-x-2.5">
          <input
            type="checkbox"
            className="mt-0.5 size-4"
            checked={draft.agentsMayUse ?? false}
            onChange={(event) => setDraft({ ...draft, agentsMayUse: event.target.checked })}
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
          onChange={(event) => setDraft({ ...draft, assurance: event.target.value === 'log' ? 'log' : 'peer' })}
        >
          <option value="peer">The connecting process was seen on this host (strict)</option>
          <option value="log">The gateway's log alone (where the process cannot be seen)</option>
        </Select>
      </div>
      {asked.map((name) => (
        <TypedConfirm key={name} word={ACKNOWLEDGED[name].word} onTyped={mark(name)}>
          <p>{ACKNOWLEDGED[name].text}</p>
        </TypedConfirm>
      ))}
      <label className="flex items-center gap-2.5">
        <input
          type="checkbox"
          className="size-4"
          checked={draft.enabled}
          onChange={(event) => setDraft({ ...draft, enabled: event.target.checked })}
        />
        Switched on
      </label>
      {children}
      <div className="sticky bottom-0 -mx-4 -mb-4 flex flex-wrap items-center gap-2 border-t border-hairline bg-raised p-4">
        <Button type="submit" weight="main" disabled={!ready || busy}>
          {submitWord}
        </Button>
        <Button weight="quiet" onClick={onCancel}>
          Cancel
        </Button>
        {missing.length > 0 && (
          <p className="text-xs text-soft">
            {missing.length === 1 ? 'One confirmation is' : `${missing.length} confirmations are`} to be typed.
          </p>
        )}
      </div>
    </form>
  );
}
