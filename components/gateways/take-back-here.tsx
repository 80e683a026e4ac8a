// What taking back is worth on a gateway, by where a device comes from; each plan says it again for its device.
import type { GatewayView } from '#lib/api/shapes.ts';
import { enforcementOf } from '#lib/devices/enforcement.ts';
import { EnforcementWord } from '../devices/take-back-item.tsx';
import { ENFORCEMENT } from '../devices/take-back-words.ts';

const FROM = [
  { whereabouts: 'host-key', words: "this host's own key" },
  { whereabouts: 'local', words: 'a client on its host' },
  { whereabouts: 'remote', words: 'a client from elsewhere' },
] as const;

/** The three words. Where a gateway asks before it pairs a local client is what `rulesMatter` tells of 2026.9.x. */
export function TakeBackHere({ gateway: { protocol, rulesMatter } }: { gateway: GatewayView }) {
  const here = { protocol, autoApproveLocal: !rulesMatter.matter, secret: 'token', remoteIp: undefined, approvedVia: undefined } as const;
  return (
    <ul className="grid gap-0.5">
      {FROM.map(({ whereabouts, words }) => {
        const { enforcement } = enforcementOf({ ...here, whereabouts });
        return (
          <li key={whereabouts} className="grid gap-x-2 sm:grid-cols-[156px_minmax(0,1fr)]">
            <span>{words}</span>
            <span className="text-soft">
              <EnforcementWord enforcement={enforcement} />. {ENFORCEMENT[enforcement].meaning}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
