// What each source tells of a device as an item of its story: one sentence and where all of it is shown.
import type { DeviceActView, DeviceChangeView, StoryItem } from '../api/device-shapes.ts';
import type { TakeBackView } from '../api/grant-shapes.ts';
import type { NodeDecisionView } from '../api/node-shapes.ts';
import type { ActivityView, DecisionView, HandshakeView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import { shortScopes } from '../gateway/scopes.ts';
import { groupsOf } from '../nodes/danger.ts';
import { present } from '../present.ts';
import type { RecordedCase } from '../rules/case.ts';
import { DEVICE_ACT_WORDS } from './acts/words.ts';

const asked = (roles: readonly string[], scopes: readonly string[]) =>
  `${roles.map((role) => `role ${role}`).join(', ')}${roles.length > 0 && scopes.length > 0 ? ', ' : ''}${scopes.length > 0 ? shortScopes(scopes) : ''}` ||
  'nothing';

const REASONS: Readonly<Record<string, string>> = {
  'new-device': 'Asked to be paired',
  'scope-upgrade': 'Asked for more scopes',
  'role-upgrade': 'Asked for another role',
  'metadata-change': 'Asked to be known under another platform',
  unchanged: 'Asked for what it holds',
};

const OUTCOMES = { approved: 'It was approved', rejected: 'It was rejected', unanswered: 'It went unanswered' };
const BY = { person: 'here', rule: 'by a rule', elsewhere: 'elsewhere' };

export function requestItem(recorded: RecordedCase): StoryItem {
  const { request, outcome } = recorded;
  const became = outcome === undefined ? '' : ` ${OUTCOMES[outcome.what]}${outcome.what === 'unanswered' ? '' : ` ${BY[outcome.by]}`}.`;
  return {
    id: `request:${recorded.id}`,
    at: isoOf(recorded.atMs),
    kind: 'request',
    tone: 'plain',
    title: REASONS[request.reason] ?? 'Asked for access',
    text: `It asked for ${asked(request.roles, request.scopes)}.${became}`,
    ...(recorded.times > 1 ? { times: recorded.times } : {}),
  };
}

export function decisionItem(decision: DecisionView): StoryItem {
  const { action, state, actor } = decision;
  const given = decision.addedScopes.length > 0 ? decision.addedScopes : decision.scopes;
  const done = state === 'approved' || state === 'settled-approved' || state === 'rejected';
  const doubt = state === 'asking' || state === 'settled-unknown';
  const title = done
    ? action === 'approve'
      ? `Approved by ${actor.name}`
      : `Rejected by ${actor.name}`
    : `${action === 'approve' ? 'Approval' : 'Rejection'} by ${actor.name}: ${doubt ? 'not known whether it worked' : 'it did not take place'}`;
  const back = decision.takenBack?.state === 'gone' ? ' Taken back since.' : '';
  return {
    id: `decision:${decision.id}`,
    at: decision.at,
    kind: 'decision',
    tone: !done ? 'warn' : action === 'approve' ? 'good' : 'bad',
    title,
    text: `${action === 'approve' ? 'For' : 'It had asked for'} ${asked(decision.roles, given)}. ${decision.origin.summary}${decision.outcome === '' ? '' : ` ${decision.outcome}`}${back}`.trim(),
    href: `/activity?${new URLSearchParams({ decision: decision.id })}`,
  };
}

const DANGERS = {
  'any-command': 'any command on its machine',
  unknown: 'commands not known here',
  watching: 'watching',
  data: 'its data',
  notice: 'notices',
};

/** Commands by danger, the gravest first: "any command on its machine (system.run); notices (system.notify)". */
const commandWords = (commands: readonly string[]): string =>
  groupsOf(commands)
    .map(({ danger, commands: names }) => `${DANGERS[danger]} (${names.join(', ')})`)
    .join('; ') || 'no commands';

/** What was decided on the commands of a node; its outcome was read back. */
export function nodeDecisionItem({ id, at, action, by, state, commands, outcome }: NodeDecisionView): StoryItem {
  const done = state === 'approved' || state === 'rejected';
  const title = `Its commands ${action === 'approve' ? 'approved' : 'rejected'} by ${by}`;
  return {
    id: `node-decision:${id}`,
    at,
    kind: 'decision',
    tone: !done ? 'warn' : action === 'approve' ? 'good' : 'bad',
    title: done
      ? title
      : `${title}: ${state === 'failed' ? 'it did not take place' : state === 'mismatch' ? 'it holds something else' : 'not known whether it worked'}`,
    text: `Asked for ${commandWords(commands)}. ${outcome}`.trim(),
    href: '/activity',
  };
}

const HANDSHAKE_TONES: Record<HandshakeView['outcome'], StoryItem['tone']> = {
  admitted: 'good',
  refused: 'bad',
  waiting: 'warn',
  'timed-out': 'bad',
  'left-early': 'warn',
  note: 'plain',
  gap: 'plain',
};

export function handshakeItem(row: HandshakeView): StoryItem {
  return {
    id: `handshake:${row.seq}`,
    at: row.at,
    kind: 'handshake',
    tone: HANDSHAKE_TONES[row.outcome],
    title: row.title,
    href: `/handshakes?${new URLSearchParams({ gateway: row.gateway, device: row.deviceId ?? '' })}`,
    ...present({
      text: row.derived ? 'No record names this moment: it was derived.' : undefined,
      times: row.run.count > 1 ? row.run.count : undefined,
    }),
  };
}

const CHANGES: Record<DeviceChangeView['kind'], string> = {
  'first-seen': 'First seen in the list',
  paired: 'Paired',
  'paired-anew': 'Paired anew',
  removed: 'Not listed any more',
  'scopes-grew': 'Got scopes',
  'scopes-shrank': 'Lost scopes',
  'roles-changed': 'Roles changed',
  'token-issued': 'Token issued',
  'token-rotated': 'Token rotated',
  'token-narrowed': 'Token narrowed',
  'token-revoked': 'Token revoked',
  'token-removed': 'Token gone',
  renamed: 'Renamed',
  'platform-changed': 'Platform changed',
  unreadable: 'Damaged in the record',
};

export function changeItem(change: DeviceChangeView): StoryItem {
  const seen = change.acknowledged ? ` ${change.acknowledged.by} acknowledged it.` : change.closed ? ` ${change.closed.why}` : '';
  return {
    id: `change:${change.id}`,
    at: change.at,
    kind: 'change',
    tone: change.unclicked && !change.acknowledged && !change.closed ? 'bad' : 'plain',
    title: CHANGES[change.kind],
    text: `${change.text}${seen}`,
  };
}

const ACTS: Record<DeviceActView['act'], string> = {
  rename: 'Renamed',
  rotate: 'Token rotated',
  narrow: 'Token narrowed',
  revoke: 'Token revoked',
};

export function actItem(act: DeviceActView): StoryItem {
  return {
    id: `act:${act.id}`,
    at: act.at,
    kind: 'act',
    tone: act.state === 'done' ? 'good' : act.state === 'undone' || act.state === 'failed' ? 'bad' : 'warn',
    title:
      act.state === 'done' || act.state === 'undone'
        ? `${ACTS[act.act]} by ${act.by}`
        : `${ACTS[act.act]} by ${act.by}: ${DEVICE_ACT_WORDS[act.state]}`,
    text: act.outcome,
  };
}

export function takeBackItem(taken: TakeBackView): StoryItem {
  return {
    id: `take-back:${taken.id}`,
    at: taken.at,
    kind: 'take-back',
    tone: taken.state === 'gone' ? 'good' : taken.state === 'asking' || taken.state === 'unknown' ? 'warn' : 'bad',
    title: taken.state === 'returned' ? `Taken back by ${taken.by}, and back since` : `Taken back by ${taken.by}`,
    text: taken.outcome,
  };
}

export function wordItem(entry: ActivityView): StoryItem {
  return { id: `word:${entry.id}`, at: entry.at, kind: 'word', tone: 'plain', title: entry.text, href: '/activity' };
}

/** What the record kept of something, and nobody can read any more. */
export const damagedItem = (kind: StoryItem['kind'], { id, at }: { id: string; at: string }): StoryItem => ({
  id: `damaged:${kind}:${id}`,
  at,
  kind,
  tone: 'warn',
  title: 'Damaged in the record',
  text: 'What was kept of this moment cannot be read.',
});
