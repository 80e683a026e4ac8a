// Says where rules do not matter: on a gateway that grants loopback upgrades by itself.
import Link from 'next/link';
import type { GatewayView } from '#lib/api/shapes.ts';
import { localApprovalAnchor } from '../gateways/local-approval-anchor.ts';
import { Notice } from '../parts/notice.tsx';

/** One notice for each gateway on which no rule will ever be asked. */
export function RulesDoNotMatter({ gateways }: { gateways: readonly GatewayView[] }) {
  return gateways
    .filter((gateway) => !gateway.rulesMatter.matter)
    .map((gateway) => (
      <Notice key={gateway.id} kind="info" title={`Rules do not matter on ${gateway.name}`}>
        <p className="text-soft">
          {gateway.rulesMatter.text}{' '}
          <Link href={`/gateways#${localApprovalAnchor(gateway.id)}`} className="underline underline-offset-2">
            Switch it on the Gateways page
          </Link>
        </p>
      </Notice>
    ));
}
