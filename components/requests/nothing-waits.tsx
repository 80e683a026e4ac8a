'use client';
// The page when nothing waits, which must not be mistaken for "nothing is known".
import type { DecisionView, GatewayView, Overview } from '#lib/api/shapes.ts';
import { Empty } from '../parts/page.tsx';
import { scopeList } from '../parts/scope-words.ts';
import { Ago } from '../parts/time.tsx';
import { actorWords, decisionWord, requestName } from './request-words.ts';

function connectedWords(gateways: readonly GatewayView[]): string {
  const paired = gateways.reduce((sum, gateway) => sum + gateway.pairedCount, 0);
  const known = gateways.every((gateway) => gateway.connectedCount !== undefined);
  const connected = gateways.reduce((sum, gateway) => sum + (gateway.connectedCount ?? 0), 0);
  const devices = `${paired} ${paired === 1 ? 'device' : 'devices'}`;
  return known ? `${connected} of ${devices} connected.` : `${devices} paired.`;
}

function Last({ decision }: { decision: DecisionView }) {
  const scopes = decision.addedScopes.length > 0 ? decision.addedScopes : decision.scopes;
  return (
    <>
      {' '}
      Last: {requestName(decision)}, {scopes.length > 0 ? `${scopeList(scopes)}, ` : ''}
      {decisionWord(decision).word} {actorWords(decision.actor)}, <Ago at={decision.answeredAt ?? decision.at} />.
    </>
  );
}

/** Says what is known: nothing waits, or that no gateway could be read. */
export function NothingWaits({ overview }: { overview: Overview }) {
  const { gateways, decided } = overview;
  if (gateways.length === 0) {
    return (
      <Empty title="No gateway is known">
        Gatehouse found no OpenClaw gateway on this host. Name one with <code className="font-mono text-xs">GATEHOUSE_GATEWAY_URL</code> and
        start it again.
      </Empty>
    );
  }
  const unread = gateways.filter((gateway) => gateway.freshness.state === 'never');
  if (unread.length === gateways.length) {
    return <Empty title="Not known yet">No gateway has been read, so nobody can say whether something waits.</Empty>;
  }
  const [last] = decided;
  return (
    <Empty title="Nothing waits">
      {connectedWords(gateways)}
      {last !== undefined && <Last decision={last} />}
      {unread.length > 0 && <> Not read yet: {unread.map((gateway) => gateway.name).join(', ')}.</>}
    </Empty>
  );
}
