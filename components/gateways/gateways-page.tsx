'use client';
// The gateways this console looks after.
import { Notice } from '../parts/notice.tsx';
import { Empty, PageHead, Unread, Waiting } from '../parts/page.tsx';
import { useOverview } from '../queries/overview.ts';
import { GatewayCard } from './gateway-card.tsx';

/** Gateways. */
export function GatewaysPage() {
  const { data, error } = useOverview();
  return (
    <div className="grid w-full max-w-[920px] content-start gap-3 px-4 pb-8 sm:px-6">
      <PageHead title="Gateways" />
      {data === undefined && (error === null ? <Waiting rows={1} className="h-96" /> : <Unread />)}
      {data?.gateways.length === 0 && (
        <Empty title="No gateway is known">
          Gatehouse found no OpenClaw gateway on this host. Name one with <code className="font-mono text-xs">GATEHOUSE_GATEWAY_URL</code>{' '}
          and start it again.
        </Empty>
      )}
      {data?.gateways.map((gateway) => (
        <GatewayCard key={gateway.id} gateway={gateway} />
      ))}
      {data !== undefined && (
        <Notice kind="warn" title="Whoever holds the shared secret is admin">
          <p className="text-soft">
            A holder of a gateway's token or password who reaches it on loopback gets admin unseen, on every version and under every
            setting. Neither rules nor this console stand in the way. Give clients device tokens, keep the secret to yourself, rotate it to
            evict.
          </p>
        </Notice>
      )}
    </div>
  );
}
