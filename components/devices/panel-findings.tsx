'use client';
// What is odd about the device. A fix that this console can do opens its plan; grants that nobody clicked are acknowledged at once.
import type { DeviceDetail } from '#lib/api/device-shapes.ts';
import { Failure } from '../parts/notice.tsx';
import { useAcknowledge } from '../queries/device-changes.ts';
import { FindingCard } from './finding-card.tsx';
import type { DeviceAct } from './panel-acts.tsx';

/** Grants of the device that nobody has acknowledged, of those that the detail tells. */
export const openGrants = ({ changes }: Pick<DeviceDetail, 'changes'>): string[] =>
  changes.filter(({ unclicked, acknowledged, closed }) => unclicked && !acknowledged && !closed).map(({ id }) => id);

/** Nothing is shown where nothing is odd. */
export function Findings({ detail, onAct }: { detail: DeviceDetail; onAct(act: DeviceAct): void }) {
  const { mutate, isPending, error } = useAcknowledge();
  if (detail.findings.length === 0) return null;
  const open = openGrants(detail);
  return (
    <section aria-label="What is odd" className="grid gap-2">
      <ul className="grid gap-2">
        {detail.findings.map((finding) => (
          <FindingCard
            key={finding.code}
            finding={finding}
            busy={isPending}
            onAct={(act) => (act === 'acknowledge' ? open.length > 0 && mutate(open) : onAct(act))}
          />
        ))}
      </ul>
      <Failure error={error} />
    </section>
  );
}
