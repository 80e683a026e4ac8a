// The guards in words, for the page that shows them. Browser-safe.

/** Every guard that nobody can switch off: what it holds back, as its title, and why. In the order of the page. */
export const GUARD_WORDS = {
  'automation-off': {
    title: 'Everything, while automation is off',
    text: 'While automation is off or suspended, no rule and no permit window decides anything.',
  },
  halted: {
    title: 'Everything, while the record, the clock or the gateway fails',
    text: 'Nothing is automatic while the record cannot be written, the clock has jumped back or the gateway is not connected.',
  },
  'evidence-pending': {
    title: 'Requests whose evidence is still coming in',
    text: 'Nothing is decided while evidence is still coming in.',
  },
  origin: {
    title: 'Requests without a proven origin',
    text: 'Only the gateway’s own key on a clean path, or a known device over clean loopback, is ever approved. Anything missing, late or contradictory counts as unknown.',
  },
  'new-device': {
    title: 'New devices',
    text: 'A device that was never paired is not approved by a rule. A permit window, which a person opens, may let one in where its path is proven.',
  },
  'role-upgrade': { title: 'Devices that ask for another role', text: 'A request for another role goes to a person.' },
  'metadata-change': {
    title: 'Devices whose platform has changed',
    text: 'A device whose platform or family is not the one that was paired may be another machine.',
  },
  unchanged: {
    title: 'Devices that ask for what they hold',
    text: 'Who asks for what it holds already has a token out of step, and an approval would not help.',
  },
  'role-node': { title: 'Nodes', text: 'A node runs commands on its machine, on 2026.4 as soon as it is let in. No rule lets one in.' },
  roles: { title: 'Roles other than operator', text: 'A request for another role than operator, or for several, goes to a person.' },
  'row-holds-node': {
    title: 'Devices that hold another role',
    text: 'A device that holds another role than operator is not approved by a rule.',
  },
  'no-scopes': {
    title: 'Requests that name no scopes',
    text: 'A request without scopes would inherit those of an old token, admin included.',
  },
  'unknown-scope': { title: 'Unknown scopes', text: 'A scope that is not on the list holds the request: nobody knows what it gives.' },
  'console-device': { title: 'This console itself', text: 'No rule decides over the console’s own device.' },
  'beyond-console': { title: 'More than this console holds', text: 'Nothing is approved beyond what the console’s own session holds.' },
  'refused-before': {
    title: 'Keys that a person rejected or removed',
    text: 'A key that a person rejected, revoked or removed waits until a person approves it again.',
  },
  'token-drift': {
    title: 'The same wish again',
    text: 'The same wish within a minute after its approval means a token out of step: approving again and again would hide that.',
  },
  silent: { title: 'What the gateway decides by itself', text: 'A request that the gateway decides by itself is left to it.' },
  'unread-rows': {
    title: 'Everything, while the gateway’s list cannot be read whole',
    text: 'While the gateway’s list has rows that cannot be read, nobody knows what a device holds.',
  },
  alarm: {
    title: 'The gateway’s own key, used elsewhere',
    text: 'When the gateway’s own key was used from elsewhere, nothing of that key is approved.',
  },
  rate: {
    title: 'Too many approvals',
    text: 'More automatic approvals in a minute than the figure below suspend automation until ten quiet minutes have passed.',
  },
  flood: {
    title: 'Too many requests',
    text: 'A flood of pairing requests or of new keys suspends automation until ten quiet minutes have passed.',
  },
} as const;

export type GuardCode = keyof typeof GUARD_WORDS;

/** Whether a reason's code is that of a guard. */
export const isGuard = (code: string): code is GuardCode => Object.hasOwn(GUARD_WORDS, code);
