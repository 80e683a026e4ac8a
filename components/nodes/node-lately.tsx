'use client';
// A decision on the commands of a node, as a line under "Lately"; it opens to what was read back and to every command.
import Link from 'next/link';
import type { NodeDecisionView } from '#lib/api/node-shapes.ts';
import { Id } from '../parts/copy.tsx';
import { shownText } from '../parts/shown-text.ts';
import { LatelyLine } from '../requests/lately-line.tsx';
import { commandsShort, nodeName, nodeOutcome } from './node-words.ts';

function Details({ decision: { outcome, commands, gateway, nodeId } }: { decision: NodeDecisionView }) {
  const panel = new URLSearchParams({ device: `${gateway}/${nodeId}` });
  return (
    <div className="grid gap-2.5">
      <p className="break-words">{outcome}</p>
      <p>
        <span className="text-soft">Asked for</span>{' '}
        <span className="font-mono text-xs break-words">
          {commands.map((command) => shownText(command, 80)).join(', ') || 'no commands'}
        </span>
      </p>
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
        device <Id id={nodeId} what="device id" />
        <Link href={`/devices?${panel}`} prefetch={false} className="underline underline-offset-2 hover:text-ink">
          What it may run now
        </Link>
      </p>
    </div>
  );
}

export function NodeLine({ decision }: { decision: NodeDecisionView }) {
  const { word, tone } = nodeOutcome(decision);
  const { first, more } = commandsShort(decision.commands);
  return (
    <LatelyLine
      at={decision.answeredAt ?? decision.at}
      word={word}
      tone={tone}
      name={shownText(nodeName(decision), 80)}
      deviceId={decision.nodeId}
      about={
        <span className="min-w-0 text-xs break-words">
          <span className="font-mono">{first}</span>
          <span className="text-soft">{more}</span>
        </span>
      }
      by={<span className="truncate">by {shownText(decision.by, 60)}</span>}
      details={<Details decision={decision} />}
    />
  );
}
