// The gateway knows neither the key nor what it asks for, and wants a person to say yes: cause pairing-required.
import type { AttemptFacts } from '../../handshakes/attempt.ts';
import type { CatalogueEntry, Place } from '../entry.ts';
import { approvesLocalUpgrades, versionWords } from '../place.ts';
import { approvals, remedy } from '../remedies.ts';
import { fromWhere, pathOf, plain, quoted, scopeWords, who } from '../words.ts';

const STOPS =
  'The client retries until its request is approved, or until somebody stops it. Rejecting alone does not stop it: it asks again.';

/** Why a request of this path and version is not approved by the gateway itself. */
function whyWaits(facts: AttemptFacts, place: Place, kind: 'first' | 'upgrade'): string {
  const path = pathOf(facts);
  const newer = approvesLocalUpgrades(place);
  if (facts.browserOrigin !== undefined)
    return 'It came with an Origin header, so a browser sent it, and a browser’s new key always waits for a person.';
  if (path === 'proxied')
    return 'It came with forwarding headers, so the gateway does not count it as local, and only local callers are let in unseen.';
  if (path === 'remote') return 'It came from another address, and only local callers are let in unseen.';
  if (newer === undefined) return 'The version of this gateway is not known; some let local callers in unseen, others never.';
  if (!newer && kind === 'upgrade')
    return `On ${versionWords(place)} an upgrade always waits for a person, even over loopback and with the shared token. Sub-agent spawns and cron tools ask for admin with the same key that the CLI uses, which is how this usually begins.`;
  if (!newer)
    return `On ${versionWords(place)} a new key is let in unseen over clean loopback with the shared token. This one was not, so the gateway did not count it as local: a Host header or forwarding header that is not local, or no shared token.`;
  if (place.autoApproveLocal === false)
    return `This gateway is set to gateway.nodes.pairing.autoApproveLocal: false, so on ${versionWords(place)} local callers wait for a person too.`;
  return `On ${versionWords(place)} a local caller with the shared secret is let in unseen. This one was not: it held only its device token, came by a proxy, from a container or with a Host header that is not local.`;
}

const base = (reason: string): Pick<CatalogueEntry, 'key' | 'codes' | 'outcome' | 'docs' | 'stops'> => ({
  key: `pairing-required/${reason}`,
  codes: ['PAIRING_REQUIRED'],
  outcome: 'waiting',
  docs: `pairing-required#${reason}`,
  stops: STOPS,
});

export const PAIRING: readonly CatalogueEntry[] = [
  {
    ...base('not-paired'),
    severity: 'notice',
    title: 'Unknown device',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) =>
      `The gateway closed this connection because it does not know the key of ${who(facts, place)}, which came${fromWhere(facts) || ' without an address in the record'}. A pairing request was left.`,
    why: (facts, place) => whyWaits(facts, place, 'first'),
    remedies: (facts, place) => [
      ...approvals(facts, place),
      remedy('nowhere', 'If you do not know this device, leave it: a request ends by itself after 5 minutes without an answer.'),
    ],
  },
  {
    ...base('scope-upgrade'),
    severity: 'warning',
    title: 'Needs more scopes',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) => {
      const held = facts.scopesFrom ?? place.paired?.scopes;
      const asked = facts.scopesTo;
      const has =
        held === undefined
          ? 'is paired with less'
          : held.length === 0
            ? 'is paired without any scope'
            : `is paired with ${scopeWords(held)}`;
      const asks =
        asked === undefined
          ? 'asked for more'
          : asked.length === 0
            ? 'asked for scopes that the record does not name'
            : `asked for ${scopeWords(asked)}`;
      return `The gateway closed this connection because ${who(facts, place)} ${has} and ${asks}.`;
    },
    why: (facts, place) => whyWaits(facts, place, 'upgrade'),
    remedies: (facts, place) => [
      ...approvals(facts, place),
      remedy('client', 'Or let the client ask for no more than it holds, where it can be told to.'),
      remedy(
        'nowhere',
        'After an approval the device’s old token ends: a client that kept only that token needs the shared token once, or must pair again.',
      ),
    ],
  },
  {
    ...base('role-upgrade'),
    severity: 'warning',
    title: 'Needs another role',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) => {
      const role = facts.role === undefined ? 'a role that it does not hold' : `the role ${plain(facts.role, 40)}`;
      return `The gateway closed this connection because ${who(facts, place)} asked for ${role}.`;
    },
    why: () =>
      'Either the device never had this role, or somebody revoked its token for it. The role node lets the gateway run commands on that machine, so no version grants it to a known key without a person.',
    remedies: (facts, place) => [
      remedy('nowhere', 'Look at Activity first: if its role was revoked on purpose, leave it so and reject the request.'),
      ...approvals(facts, place),
    ],
  },
  {
    ...base('metadata-upgrade'),
    severity: 'warning',
    title: 'Platform changed',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) => {
      const change =
        facts.platformFrom !== undefined && facts.platformTo !== undefined
          ? `says that it runs on ${quoted(facts.platformTo, 40)}, and was paired on ${quoted(facts.platformFrom, 40)}`
          : 'names another platform or device family than the one it was paired with';
      return `The gateway closed this connection because ${who(facts, place)} ${change}.`;
    },
    why: () =>
      'The gateway pins platform and device family at pairing. An update of the system or a restored backup changes them honestly; a copied key on another machine does too.',
    remedies: (facts, place) => [
      remedy('nowhere', 'Check that it is the same machine, and that its system changed just now.'),
      ...approvals(facts, place),
      remedy('nowhere', 'If it is another machine, reject the request and remove the device: its key was copied.'),
    ],
  },
];
