// A remedy in words; what stands between backticks is a command to copy.
import { Command } from './copy.tsx';

/** The words of a fix with its commands set apart. */
export function Fix({ text }: { text: string }) {
  const parts = [...text.matchAll(/`([^`]+)`|[^`]+/g)].map((match) => ({
    at: match.index,
    command: match[1]?.trim(),
    words: match[0].trim().replace(/^[.;,]\s*/, ''),
  }));
  return (
    <div className="grid gap-1.5">
      {parts.map(({ at, command, words }) =>
        command !== undefined ? <Command key={at} command={command} /> : words === '' ? null : <p key={at}>{words}</p>,
      )}
    </div>
  );
}
