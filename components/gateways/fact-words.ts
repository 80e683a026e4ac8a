// Figures of a fact in words.
import type { FactTimesView } from '#lib/api/rule-shapes.ts';

export const FACT_NAMES: Record<FactTimesView['fact'], string> = {
  peer: 'Peer seen',
  canary: 'Canary read back',
  record: 'Close record found',
  config: 'Configuration read',
};

const ms = (value: number): string => (value < 10 ? `${Math.round(value * 10) / 10} ms` : `${Math.round(value)} ms`);

/** "118 of 120 times". */
export function shareWords({ had, missed }: Pick<FactTimesView, 'had' | 'missed'>): string {
  const all = had + missed;
  return all === 0 ? 'not needed yet since the start.' : `${had} of ${all} ${all === 1 ? 'time' : 'times'}`;
}

/** ", median 6 ms, 95 % within 16 ms." and nothing where nothing was had. */
export function timesWords({ had, missed, medianMs, p95Ms }: FactTimesView): string {
  if (had + missed === 0) return '';
  const median = medianMs === undefined ? '' : `, median ${ms(medianMs)}`;
  const slow = p95Ms === undefined ? '' : `, 95 % within ${ms(p95Ms)}`;
  return `${median}${slow}.`;
}
