// What a node's command can do to its machine, in groups by danger. The scope that a gateway asks of the approver is no measure of it:
// 2026.9.6 lets operator.write approve computer.act and desktop.stream.
import type { CommandDanger, CommandGroup } from '../api/node-shapes.ts';

/** The gravest first: what nobody knows stands right behind what is known to be worst. */
const ORDER: readonly CommandDanger[] = ['any-command', 'unknown', 'watching', 'data', 'notice'];

const WORDS: Record<CommandDanger, { title: string; text: string }> = {
  'any-command': {
    title: 'Any command on that machine',
    text: 'Runs programs there, works its mouse and keyboard, writes files, or changes what may be run: whoever may call these has the machine.',
  },
  unknown: { title: 'Not known here', text: 'Gatehouse does not know these commands, so nobody can say what they do. Take them as grave.' },
  watching: { title: 'Watches or follows', text: 'Camera, screen, microphone, place or motion of whoever is at that machine.' },
  data: {
    title: 'Reads or changes data',
    text: 'Files, messages, contacts, calendar, photos, health, what its apps show, and what its browser is signed in to.',
  },
  notice: { title: 'Shows something', text: 'A notice or a page on its screen.' },
};

// Names by what the gateways' own lists of 2026.4.14 and 2026.9.6 hold, and what their node hosts declare. A text that ends in a dot
// stands for all names that begin with it. The exact name decides first, then the longest beginning.
const GROUPS: readonly [CommandDanger, readonly string[]][] = [
  [
    'any-command',
    [
      'system.run',
      'system.run.',
      'system.execApprovals.set',
      'agent.cli.',
      'computer.',
      'mcp.tools.call.',
      'file.write',
      'file.create',
      'terminal.',
      'worker.',
    ],
  ],
  ['watching', ['camera.', 'screen.', 'desktop.stream', 'location.', 'motion.', 'canvas.snapshot']],
  [
    'data',
    [
      'system.which',
      'system.execApprovals.get',
      'browser.',
      'file.',
      'dir.',
      'fs.',
      'contacts.',
      'calendar.',
      'reminders.',
      'photos.',
      'sms.',
      'health.',
      'callLog.',
      'notifications.',
      'device.',
      'workspace.',
      'ollama.',
      'canvas.eval',
    ],
  ],
  ['notice', ['system.notify', 'canvas.present', 'canvas.hide', 'canvas.navigate', 'canvas.a2ui.']],
];

const KNOWN: ReadonlyMap<string, CommandDanger> = new Map(
  GROUPS.flatMap(([danger, names]) => names.map((name): [string, CommandDanger] => [name, danger])),
);

/** The danger of one command. A name that is not known is `unknown`. */
export function dangerOf(command: string): CommandDanger {
  const exact = KNOWN.get(command);
  if (exact !== undefined) return exact;
  for (let dot = command.lastIndexOf('.'); dot > 0; dot = command.lastIndexOf('.', dot - 1)) {
    const found = KNOWN.get(command.slice(0, dot + 1));
    if (found !== undefined) return found;
  }
  return 'unknown';
}

/** Commands in groups by danger, the gravest group first; names sorted within a group. */
export function groupsOf(commands: readonly string[]): CommandGroup[] {
  const of = Map.groupBy([...new Set(commands)].sort(), dangerOf);
  return ORDER.flatMap((danger) => {
    const found = of.get(danger);
    return found === undefined ? [] : [{ danger, ...WORDS[danger], commands: found }];
  });
}

/** The groups that an approval must name once more: all but what only shows something. */
export const confirmOf = (groups: readonly CommandGroup[]): string[] =>
  groups.flatMap(({ danger }) => (danger === 'notice' ? [] : [danger]));
