'use client';
// What every page must say before anything else: practice, the console waiting for its own approval, gateways in trouble, automation stopped,
// a rules file that cannot be used.
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { RulesFileView } from '#lib/api/rule-shapes.ts';
import type { GatewayView } from '#lib/api/shapes.ts';
import { ActButton } from '../operators/act-button.tsx';
import { Command } from '../parts/copy.tsx';
import { Failure, Notice, ProblemNotice } from '../parts/notice.tsx';
import { scopeList } from '../parts/scope-words.ts';
import { Clock } from '../parts/time.tsx';
import { useAdmitConsole } from '../queries/gateways.ts';
import { useOverview } from '../queries/overview.ts';
import { brokenFile } from './rules-file-words.ts';

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
          <ActButton
            needs="admin"
            weight="main"
            disabled={admit.isPending}
            onClick={() => admit.mutate({ id: gateway.id })}
            aria-label={`Admit from here: this console, to ${gateway.name}`}
          >
            {admit.isPending ? 'Admitting' : 'Admit from here'}
          </ActButton>
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

/** One line; the Rules page itself shows the file with each fault. */
function BrokenFile({ file, broken }: { file: RulesFileView; broken: NonNullable<ReturnType<typeof brokenFile>> }) {
  return (
    <Notice kind="fail">
      <p>
        <strong className="font-medium">
          {broken.title}
          {file.brokenSince !== undefined && (
            <>
              , since <Clock at={file.brokenSince} precise="minutes" />
            </>
          )}
          .
        </strong>{' '}
        <span className="text-soft">{broken.means}</span>{' '}
        <Link href="/rules" prefetch={false} className="font-medium whitespace-nowrap underline underline-offset-2">
          See what is wrong
        </Link>
      </p>
    </Notice>
  );
}

/** The banners, most pressing first; nothing when all is well. */
export function Banners() {
  const { data, error } = useOverview();
  const here = usePathname();
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
  const broken = here.startsWith('/rules') ? undefined : brokenFile(data.rulesFile);
  if (!practice && !suspended && broken === undefined && error === null && troubled.length === 0 && waiting.length === 0) return null;
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
              {(gateway.problem.code === 'gateway-identity-changed' || gateway.problem.code === 'gateway-certificate-changed') && (
                <Link href="/gateways" prefetch={false} className="w-fit font-medium underline underline-offset-2">
                  Look at it on Gateways
                </Link>
              )}
            </ProblemNotice>
          ),
      )}
      {broken !== undefined && data.rulesFile !== undefined && <BrokenFile file={data.rulesFile} broken={broken} />}
      {suspended && (
        <Notice kind="warn" title="Automation is suspended">
          <p className="text-soft">{data.automation.text} Every request waits for a person.</p>
        </Notice>
      )}
    </section>
  );
}
