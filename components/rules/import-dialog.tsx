'use client';
// Importing rules from a file: first what it would change, then, bound to what was shown, the change itself.
import { useId, useRef, useState } from 'react';
import type { RulesDiff } from '#lib/api/rule-shapes.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Select } from '../parts/field.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { scopeMeaning, scopeName } from '../parts/scope-words.ts';
import { typedWords } from '../parts/typed.ts';
import { TypedWords } from '../parts/typed-words.tsx';
import { type RulesFormat, useImportRules } from '../queries/rules.ts';
import { DiffList } from './diff-list.tsx';
import { FileProblems } from './file-problems.tsx';
import { gravesIn } from './rule-words.ts';

type Source = { text: string; format: RulesFormat };

const formatOf = (name: string): RulesFormat => (/\.json$/i.test(name) ? 'json' : 'yaml');

function Pick({ source, onChange }: { source: Source; onChange(source: Source): void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={input}
          type="file"
          accept=".yaml,.yml,.json"
          className="sr-only"
          tabIndex={-1}
          aria-label="Rules file"
          onChange={async (event) => {
            const [file] = event.target.files ?? [];
            if (file !== undefined) onChange({ text: await file.text(), format: formatOf(file.name) });
          }}
        />
        <Button data-first onClick={() => input.current?.click()}>
          Choose a file
        </Button>
        <span className="text-soft">or paste it here, as</span>
        <Select
          aria-label="Format"
          value={source.format}
          onChange={(event) => onChange({ ...source, format: event.target.value === 'json' ? 'json' : 'yaml' })}
        >
          <option value="yaml">YAML</option>
          <option value="json">JSON</option>
        </Select>
      </div>
      <label htmlFor={id} className="sr-only">
        Text of the file
      </label>
      <textarea
        id={id}
        value={source.text}
        rows={8}
        spellCheck={false}
        autoCapitalize="off"
        placeholder={'version: 1\nrules:\n  - name: Local tools'}
        className="w-full rounded-md border border-edge bg-raised px-2 py-1.5 font-mono text-xs placeholder:text-soft max-sm:text-base"
        onChange={(event) => onChange({ ...source, text: event.target.value })}
      />
    </div>
  );
}

function Found({ diff, text, onText }: { diff: RulesDiff; text: string; onText(text: string): void }) {
  const changes = diff.changes.filter(({ kind }) => kind !== 'same').length;
  if (diff.problems.length > 0) {
    return (
      <Notice kind="fail" title="The file is not valid; nothing is changed">
        <FileProblems problems={diff.problems} />
      </Notice>
    );
  }
  return (
    <section aria-label="What the file changes" className="grid gap-2">
      <h3 className="font-semibold">{changes === 0 ? 'Nothing changes' : changes === 1 ? '1 change' : `${changes} changes`}</h3>
      <DiffList diff={diff} />
      <TypedWords
        words={gravesIn(diff).map((scope) => ({ word: scopeName(scope), text: scopeMeaning(scope) }))}
        text={text}
        onText={onText}
      />
    </section>
  );
}

/** Closes itself once the rules are changed. The file takes the place of all rules: one that it does not name is removed. */
export function ImportDialog({ onClose }: { onClose(): void }) {
  const [source, setSource] = useState<Source>({ text: '', format: 'yaml' });
  const [typed, setTyped] = useState('');
  const look = useImportRules();
  const apply = useImportRules();
  // What was looked at; another text must be looked at anew.
  const diff =
    look.data !== undefined && look.variables?.text === source.text && look.variables.format === source.format ? look.data : undefined;
  const changes = diff?.problems.length === 0 ? diff.changes.filter(({ kind }) => kind !== 'same').length : 0;
  const words = diff === undefined ? [] : gravesIn(diff).map(scopeName);
  const ready = diff !== undefined && changes > 0 && typedWords(typed, words).size === words.length;
  return (
    <Dialog title="Import rules" onClose={onClose} wide unsaved={source.text.trim() !== ''}>
      <div className="grid gap-4 p-4">
        <p className="text-soft">
          The file takes the place of all rules, in its order: what has the same name is changed, what it does not name is removed. Nothing
          happens before you have seen that.
        </p>
        <Pick
          source={source}
          onChange={(next) => {
            setSource(next);
            // A word was typed for what was looked at, and for nothing else.
            setTyped('');
          }}
        />
        {diff !== undefined && <Found diff={diff} text={typed} onText={setTyped} />}
        <Failure error={apply.error ?? look.error} />
        <div className="sticky bottom-0 -mx-4 -mb-4 flex flex-wrap items-center gap-2 border-t border-hairline bg-raised p-4">
          {diff === undefined || diff.problems.length > 0 ? (
            <Button
              weight="main"
              disabled={source.text.trim() === '' || look.isPending}
              onClick={() => {
                apply.reset();
                look.mutate(source);
              }}
            >
              {look.isPending ? 'One moment' : 'Show what it changes'}
            </Button>
          ) : (
            <Button
              weight="main"
              disabled={!ready || apply.isPending}
              onClick={() => apply.mutate({ ...source, digest: diff.digest }, { onSuccess: onClose, onError: () => look.reset() })}
            >
              {apply.isPending ? 'One moment' : changes === 1 ? 'Make this change' : `Make these ${changes} changes`}
            </Button>
          )}
          <Button weight="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
