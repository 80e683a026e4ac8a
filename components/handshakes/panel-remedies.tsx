// What mends it, least harmful first, each with the place where it is to be done and its command to copy.
import type { RemedyView } from '#lib/api/shapes.ts';
import { Command } from '../parts/copy.tsx';
import { Section } from './panel-section.tsx';

const PLACES: Record<RemedyView['where'], string | undefined> = {
  here: 'here',
  'gateway-host': "on the gateway's host",
  'gateway-config': "in the gateway's configuration",
  client: 'on the client',
  proxy: 'at the proxy',
  nowhere: undefined,
};

/** The list; nothing where nothing has to be done. */
export function Remedies({ remedies }: { remedies: readonly RemedyView[] }) {
  if (remedies.length === 0) return null;
  return (
    <Section title={remedies.length === 1 ? 'Fix' : 'Fix, one of these'}>
      <ol className="grid gap-2.5">
        {remedies.map(({ text, where, command }) => (
          <li key={`${where} ${text} ${command ?? ''}`} className="grid gap-1 border-l-2 border-accent/40 pl-2.5" data-remedy={where}>
            <p className="break-words">
              {text}
              {PLACES[where] !== undefined && <span className="text-xs text-soft"> · {PLACES[where]}</span>}
            </p>
            {command !== undefined && <Command command={command} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}
