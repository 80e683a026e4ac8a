'use client';
// What every page must say before anything else: practice, the console waiting for its own approval, gateways in trouble, automation stopped.
import Link from 'next/link';
import type { GatewayView } from '#lib/api/shapes.ts';
import { Button } from '../parts/button.tsx';
import { Command } from '../parts/copy.tsx';
import { Failure, Notice, ProblemNotice } from '../parts/notice.tsx';
import { scopeList } from '../parts/scope-words.ts';
import { useAdmitConsole } from '../queries/gateways.ts';
import { useOverview } from '../queries/overview.ts';

function WaitingBanner({ gateway, waiting }: { gateway: GatewayView; waiting: NonNullable<GatewayView['waiting']> }) {
  const admit = useAdmitConsole();
  return (
    <Notice kind="warn" title={`This console waits for its own approval on ${gateway.name}`}>
      <p>
        It asks for {scopeList(waiting.scopes)} as <code className="font-mono text-xs">{waiting.deviceId.slice(0, 8)}</code>. On the
        gateway's host, run:
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <Command command={waiting.command} />
        {waiting.canAdmitHere && (
          <Button
            weight="main"
            disabled={admit.isPending}
            onClick={() => admit.mutate({ id: gateway.id })}
            aria-label={`Admit from here: this console, to ${gateway.name}`}
          >
            {admit.isPending ? 'Admitting' : 'Admit from here'}
          </Button>
        )}
      </div>
      {waiting.canAdmitHere && (
        <p className="text-soft">
          Admitting uses the shared secret on this host once, for exactly this console, and is written to Activity.
        </p>
      )}
      <Failure error={admit.error} />
    </Notice>
  );
}

/** The banners, most pressing first; nothing when all is well. */
export function Banners() {
  const { data, error } = useOverview();
  if (data === undefined) {
    return error === null ? null : (
      <section aria-label="Notices" className="px-4 pt-3 sm:px-6">
        <Failure error={error} />
      </section>
    );
  }
  const practice = data.gateways.some((gateway) => gateway.practice);
  const troubled = data.gateways.filter((gateway) => gateway.problem !== undefined && gateway.state !== 'waiting');
  const waiting = data.gateways.filter((gateway) => gateway.waiting !== undefined);
  const suspended = data.automation.state === 'suspended';
  if (!practice && !suspended && error === null && troubled.length === 0 && waiting.length === 0) return null;
  return (
    <section aria-label="Notices" className="grid gap-2 px-4 pt-3 sm:px-6">
      {practice && (
        <p className="tone-blue border-tone rounded-lg border border-dashed px-3 py-1.5 text-tone">
          <strong className="font-semibold">Practice gateway.</strong> Everything here is made up; nothing reaches a real gateway.
        </p>
      )}
      <Failure error={error} />
      {waiting.map((gateway) => gateway.waiting && <WaitingBanner key={gateway.id} gateway={gateway} waiting={gateway.waiting} />)}
      {troubled.map(
        (gateway) =>
          gateway.problem && (
            <ProblemNotice key={gateway.id} problem={{ ...gateway.problem, title: `${gateway.name}: ${gateway.problem.title}` }}>
              {gateway.problem.code === 'gateway-identity-changed' && (
                <Link href="/gateways" prefetch={false} className="w-fit font-medium underline underline-offset-2">
                  Look at it on Gateways
                </Link>
              )}
            </ProblemNotice>
          ),
      )}
      {suspended && (
        <Notice kind="warn" title="Automation is suspended">
          <p className="text-soft">{data.automation.text} Every request waits for a person.</p>
        </Notice>
      )}
    </section>
  );
}
