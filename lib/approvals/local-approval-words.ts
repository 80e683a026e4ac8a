// What is said of `gateway.nodes.pairing.autoApproveLocal` and of switching it. Facts: docs/scopes.md, measured on both versions.
import type { LocalSetting } from '../gateway/local-approval.ts';

/** What a person types to let the gateway grant by itself again. */
export const GRANTS_UNSEEN = 'unseen';

export const STATE_WHY = {
  absent:
    'This version has no such setting: a device of this machine that asks for more scopes always waits for somebody. It grants by itself, unseen, when a device asks for another role, or when its token was revoked.',
  on: 'It is switched on: whatever asks on this machine is granted by the gateway itself before any person or rule is asked.',
  unset:
    'It is not set, which means on: whatever asks on this machine is granted by the gateway itself before any person or rule is asked.',
  off: 'It is switched off: devices of this machine wait for a person or a rule.',
  away: 'The gateway is not connected, so nobody can say.',
  unread: 'The gateway does not tell.',
  differs: (written: boolean) => `Its file says ${written ? 'on' : 'off'} by now, which is not in force yet.`,
} as const;

export const NOT_SWITCHABLE = {
  absent: 'This version of the gateway does not know it.',
  unread: 'What cannot be read is not changed.',
  other: 'This version treats the setting in another way than those that this console knows. Change it on the gateway’s host.',
  broken: 'The gateway’s configuration file cannot be read as it is now. Mend it there first: openclaw doctor.',
  scopes: 'This console does not hold admin on the gateway.',
  nix: 'The gateway’s configuration is managed by Nix and cannot be written while it runs. Change it where it is made.',
} as const;

/** What follows from the change, the gravest first. */
export function effectsOf(to: 'on' | 'off', now: Pick<LocalSetting, 'sshVerify' | 'cidrs'> & { statement: boolean }): string[] {
  const statement = now.statement
    ? ['The word that no proxy stands in front of this gateway is dropped, because its configuration changes: give it again afterwards.']
    : [];
  const nodes = [
    now.sshVerify ? 'sshVerify is on' : undefined,
    now.cidrs > 0 ? `autoApproveCidrs names ${now.cidrs === 1 ? 'one network' : `${now.cidrs} networks`}` : undefined,
  ].filter((part) => part !== undefined);
  const beside = nodes.length > 0 ? [`Nodes can still be admitted by themselves from elsewhere: ${nodes.join(', ')}.`] : [];
  const always = [
    'It takes effect at once, without a restart, and connections stay open.',
    'The gateway writes its own version into the file beside it.',
  ];
  if (to === 'on')
    return [
      'Everything on this machine that asks is granted unseen, admin included: no person, rule or window is asked.',
      'What waits now goes on waiting until somebody decides or it expires.',
      ...statement,
      ...always,
    ];
  return [
    'From then on a device of this machine that is new or asks for more waits for a person or a rule.',
    'Nothing that was granted before is taken back.',
    'Whoever holds the shared secret and signs in as the gateway’s local helper is admin all the same.',
    ...beside,
    ...statement,
    ...always,
  ];
}
