'use client';
// One gateway: how the link stands, what the console may do there, which proof can be had, and what rules are worth.
import { useState } from 'react';
import type { GatewayView } from '#lib/api/shapes.ts';
import { normaliseScopes } from '#lib/gateway/scopes.ts';
import { ScopeBookChip } from '../devices/scope-book.tsx';
import { GatewayWord } from '../frame/live-word.tsx';
import { ActButton } from '../operators/act-button.tsx';
import { Button } from '../parts/button.tsx';
import { Id } from '../parts/copy.tsx';
import { Facts } from '../parts/facts.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { ScopeWords } from '../parts/scope.tsx';
import { scopeList } from '../parts/scope-words.ts';
import { Clock } from '../parts/time.tsx';
import { TroubleLine } from '../parts/trouble.tsx';
import { keyed } from '../parts/trouble-keys.ts';
import { useAcceptIdentity } from '../queries/gateways.ts';
import { Fingerprint, GatewayCertificate } from './certificate.tsx';
import { FactTimes } from './fact-times.tsx';
import { LocalApproval } from './local-approval.tsx';
import { Statement } from './statement.tsx';
import { TakeBackHere } from './take-back-here.tsx';

const SOURCES: Record<GatewayView['source'], string> = {
  'this-host': 'found on this host',
  environment: 'named by GATEHOUSE_GATEWAY_URL',
  practice: 'practice, inside Gatehouse',
};

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="grid gap-1.5 border-t border-hairline px-4 py-3">
      <h3 className="text-xs font-semibold text-soft">{title}</h3>
      {children}
    </section>
  );
}

function Identity({ gateway }: { gateway: GatewayView }) {
  const accept = useAcceptIdentity();
  const [armed, setArmed] = useState(false);
  return (
    <Section title="Another identity">
      <p>If you replaced or reset this gateway, accept its new identity. If you did not, find out who answers at its address first.</p>
      <div className="flex flex-wrap gap-2">
        {armed ? (
          <>
            <Button weight="danger" disabled={accept.isPending} onClick={() => accept.mutate({ id: gateway.id })}>
              Press again: I replaced {gateway.name}
            </Button>
            <Button weight="quiet" onClick={() => setArmed(false)}>
              Not now
            </Button>
          </>
        ) : (
          <ActButton needs="admin" onClick={() => setArmed(true)}>
            I replaced this gateway
          </ActButton>
        )}
      </div>
      <Failure error={accept.error} />
    </Section>
  );
}

function userWords({ known, same }: GatewayView['sameUser']): string {
  if (!known) return 'not known whether this console runs as another user than the gateway';
  return same ? "the gateway's own user: agents with file or command tools can act as this console" : 'another user than the gateway';
}

/** The card. */
export function GatewayCard({ gateway }: { gateway: GatewayView }) {
  const { freshness, connectedCount } = gateway;
  return (
    <article
      data-item
      tabIndex={-1}
      aria-labelledby={`gateway-${gateway.id}`}
      className="rounded-lg border border-hairline bg-raised shadow-xs focus:border-accent"
    >
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3">
        <div className="min-w-0">
          <h2 id={`gateway-${gateway.id}`} className="text-base font-semibold break-words">
            {gateway.name}
          </h2>
          <p className="font-mono text-xs break-all text-soft">{gateway.url}</p>
        </div>
        <div className="text-right">
          <GatewayWord gateway={gateway} />
          <p className="text-xs text-soft">
            since <Clock at={gateway.since} />
          </p>
        </div>
      </header>
      {gateway.problem?.code === 'gateway-identity-changed' && <Identity gateway={gateway} />}
      {gateway.certificate?.refused !== undefined && <GatewayCertificate gateway={gateway} />}
      {gateway.trouble.length > 0 && (
        <Section title="Trouble">
          <ul className="grid gap-1.5">
            {keyed(gateway.trouble).map(({ key, trouble }) => (
              <TroubleLine key={key} trouble={trouble} />
            ))}
          </ul>
        </Section>
      )}
      {gateway.alarms.length > 0 && (
        <Section title="Alarms">
          {gateway.alarms.map((alarm) => (
            <Notice key={`${alarm.code} ${alarm.at}`} kind="fail">
              <p>
                <Clock at={alarm.at} /> {alarm.text} <code className="font-mono text-2xs">{alarm.code}</code>
              </p>
            </Notice>
          ))}
        </Section>
      )}
      <Section title="Link">
        <FactsList
          facts={[
            ['version', gateway.version === undefined ? 'not known' : `OpenClaw ${gateway.version}, protocol ${gateway.protocol ?? '?'}`],
            ['source', SOURCES[gateway.source]],
            ['place', gateway.onThisHost ? 'this host, proven by its state folder' : 'not proven to be this host'],
            [
              'certificate',
              gateway.certificate?.known === undefined ? undefined : <Fingerprint key="certificate" text={gateway.certificate.known} />,
            ],
            ['console runs as', userWords(gateway.sameUser)],
            [
              'devices',
              freshness.state === 'never'
                ? 'not read yet'
                : `${gateway.pairedCount} paired${connectedCount === undefined ? '' : `, ${connectedCount} connected`}, ${gateway.pendingCount} waiting`,
            ],
            [
              'data',
              freshness.state === 'live' ? (
                'live'
              ) : freshness.asOf === undefined ? (
                'never read'
              ) : (
                <>
                  as of <Clock key="asof" at={freshness.asOf} />
                </>
              ),
            ],
          ]}
        />
        {gateway.limitedSight && <p className="text-amber">Limited sight: the list shows no device but this console's own.</p>}
      </Section>
      <Section title="This console there">
        <FactsList
          facts={[
            ['device', <Id key="id" id={gateway.consoleDeviceId} what="console device id" />],
            [
              'holds',
              gateway.grantedScopes.length === 0 ? (
                <ScopeWords key="scopes" scopes={[]} />
              ) : (
                <span key="scopes" className="flex flex-wrap gap-1">
                  {normaliseScopes(gateway.grantedScopes).map((scope) => (
                    <ScopeBookChip key={scope} gateway={gateway.id} scope={scope} />
                  ))}
                </span>
              ),
            ],
            [
              'lacks',
              gateway.missingScopes.length === 0 ? undefined : (
                <span key="lacks" className="text-amber">
                  {scopeList(gateway.missingScopes)}
                </span>
              ),
            ],
          ]}
        />
      </Section>
      <Section title="Rules here">
        <p className={gateway.rulesMatter.matter ? '' : 'text-amber'}>{gateway.rulesMatter.text}</p>
        <LocalApproval gateway={gateway} />
        <Statement gateway={gateway} />
      </Section>
      {gateway.proof.length > 0 && (
        <Section title="Proof that can be had">
          <Facts facts={gateway.proof} />
        </Section>
      )}
      {gateway.factTimes.length > 0 && (
        <Section title="Facts in time, since the start">
          <FactTimes times={gateway.factTimes} />
        </Section>
      )}
      {gateway.version !== undefined && (
        <Section title="Whether taking back holds here">
          <TakeBackHere gateway={gateway} />
        </Section>
      )}
    </article>
  );
}
