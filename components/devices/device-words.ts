// A device in words: how its grant came and what is odd about it.
import type { FindingCode } from '#lib/api/device-shapes.ts';
import type { DeviceView } from '#lib/api/shapes.ts';
import { effectiveScopes, normaliseScopes } from '#lib/gateway/scopes.ts';
import type { Tone } from '../parts/scope-words.ts';

export const GRANTED: Record<DeviceView['approvedHow'], { word: string }> = {
  operator: { word: 'by a person' },
  rule: { word: 'by a rule' },
  silent: { word: 'silently' },
  ssh: { word: 'over SSH' },
  bootstrap: { word: 'by setup code' },
  unknown: { word: 'not known' },
};

/** How a device is called. */
export function deviceName({ displayName, clientId }: Pick<DeviceView, 'displayName' | 'clientId'>): string {
  return displayName ?? clientId ?? 'unnamed device';
}

/** What is odd about a device, as a remark in its row. The panel says it in full. */
export const FINDING_WORDS: Record<FindingCode, { word: string; tone: Tone }> = {
  'revoked-but-connecting': { word: 'revoked, still connecting', tone: 'red' },
  'token-wide-again': { word: 'widened again', tone: 'red' },
  'came-back': { word: 'came back by itself', tone: 'red' },
  'silent-grant': { word: 'got what nobody clicked', tone: 'red' },
  'looping-after-approval': { word: 'approved, still refused', tone: 'orange' },
  'token-missing': { word: 'a role without a token', tone: 'amber' },
  'token-narrower': { word: 'token narrower than its grant', tone: 'amber' },
  'platform-changed': { word: 'platform changed', tone: 'amber' },
  'mixed-roles': { word: 'operator and node in one', tone: 'amber' },
  'many-keys': { word: 'several keys', tone: 'amber' },
  'not-seen': { word: 'not seen for 30 days', tone: 'plain' },
  'never-used': { word: 'never used', tone: 'plain' },
  ephemeral: { word: 'looks short-lived', tone: 'plain' },
};

type Mark = { word: string; tone: Tone };

/** What harms most stands first; of equals, the order of the findings. */
const GRAVITY: readonly Tone[] = ['red', 'orange', 'amber', 'blue', 'accent', 'good', 'plain'];

/**
 * Short remarks on a device, each with a tone, the gravest first; `returned`: it was taken back and is here again without anybody's
 * decision.
 */
export function deviceMarks(device: DeviceView, returned = false): Mark[] {
  const marks: Mark[] = [];
  if (returned && !device.findings.includes('came-back')) marks.push(FINDING_WORDS['came-back']);
  if (device.isConsole) marks.push({ word: 'this console', tone: 'accent' });
  if (device.isHostKey) marks.push({ word: "gateway's own key", tone: 'good' });
  if (device.refused) marks.push({ word: 'barred from rules', tone: 'red' });
  for (const code of device.findings) marks.push(FINDING_WORDS[code]);
  if (device.vouched) marks.push({ word: 'vouched for', tone: 'good' });
  return marks.sort((a, b) => GRAVITY.indexOf(a.tone) - GRAVITY.indexOf(b.tone));
}

/** As many as a row has room for, whole, and the words of the others. */
export function fittingMarks(marks: readonly Mark[], room: number): { shown: readonly Mark[]; others: readonly string[] } {
  // The last place is worth a mark, unless several would have to share it.
  const kept = marks.length <= room ? marks.length : Math.max(1, room - 1);
  return { shown: marks.slice(0, kept), others: marks.slice(kept).map(({ word }) => word) };
}

/** Scopes without those that come along with another one of them: of read, write and admin, admin. For dense lists. */
export function topScopes(scopes: readonly string[]): string[] {
  const covered = new Set(scopes.flatMap((scope) => [...effectiveScopes([scope])].filter((other) => other !== scope)));
  return normaliseScopes(scopes).filter((scope) => !covered.has(scope));
}
