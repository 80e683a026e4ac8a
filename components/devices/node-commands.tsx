// What may be run on a node, by danger as in the inbox: its commands are to a node what scopes are to an operator.
import { clsx } from 'clsx';
import type { NodeHolding } from '#lib/api/device-shapes.ts';
import type { CommandGroup } from '#lib/api/node-shapes.ts';
import { DANGER_TONES } from '../nodes/node-words.ts';
import { TONE_CLASS } from '../parts/scope-words.ts';
import { shownText } from '../parts/shown-text.ts';
import { Clock } from '../parts/time.tsx';

function Groups({ groups, told }: { groups: readonly CommandGroup[]; told: boolean }) {
  return (
    <ul className="grid gap-1">
      {groups.map(({ danger, title, text, commands }) => (
        <li key={danger} className={clsx(TONE_CLASS[DANGER_TONES[danger]], 'grid')}>
          <span className={clsx('text-xs font-medium', DANGER_TONES[danger] === 'plain' ? 'text-ink' : 'text-tone')}>{title}</span>
          <span className="font-mono text-xs break-words">{commands.map((command) => shownText(command, 80)).join(' · ')}</span>
          {told && <span className="text-xs text-soft">{text}</span>}
        </li>
      ))}
    </ul>
  );
}

/** `brief` leaves out what a group means, and what waits: for a table. */
export function NodeCommands({ node, brief = false }: { node: NodeHolding; brief?: boolean }) {
  const { groups, waits, note, approvedAt } = node;
  return (
    <div data-node-commands className="grid gap-1.5">
      {groups !== undefined && groups.length > 0 && <Groups groups={groups} told={!brief} />}
      {groups?.length === 0 && <p className="text-xs text-soft">no command of it is approved</p>}
      {groups === undefined && <p className="text-xs text-soft">which commands it holds is not told</p>}
      {!brief && approvedAt !== undefined && (
        <p className="text-xs text-soft">
          Approved <Clock at={approvedAt} precise="minutes" />
        </p>
      )}
      {!brief && waits !== undefined && waits.length > 0 && (
        <div className="grid gap-1">
          <p className="text-xs font-medium text-amber">Waits to be decided</p>
          <Groups groups={waits} told={false} />
        </div>
      )}
      {note !== undefined && <p className="text-xs text-amber">{note}</p>}
    </div>
  );
}
