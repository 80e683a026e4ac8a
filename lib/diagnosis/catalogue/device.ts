// The caller's key, signature or challenge did not hold: causes device-auth-invalid and device-required.
import type { CatalogueEntry } from '../entry.ts';
import { remedy } from '../remedies.ts';
import { fromWhere, who } from '../words.ts';

const STOPS = 'The client fails the same way at every retry until it is mended. None of this is counted against its address.';

type Part = Pick<CatalogueEntry, 'title' | 'why' | 'remedies' | 'seen'> & {
  reason: string;
  code: string;
  what: string;
  severity?: CatalogueEntry['severity'];
};

const invalid = ({ reason, code, what, severity = 'warning', ...rest }: Part): CatalogueEntry => ({
  key: `device-auth-invalid/${reason}`,
  codes: [code],
  outcome: 'refused',
  severity,
  docs: `device-auth-invalid#${reason}`,
  happened: (facts, place) => `The gateway refused ${who(facts, place)}${fromWhere(facts)}: ${what}.`,
  stops: STOPS,
  ...rest,
});

const UPDATE = remedy('client', 'Update the client. If it is your own, compare what it signs with what it sends.');

// No command that removes the device: its id is only what the caller claims here, and would be somebody else's.
const newIdentity = (text: string): CatalogueEntry['remedies'] => {
  const remedies = [
    remedy('client', text),
    remedy('nowhere', 'Leave the device of that id alone unless you know that this client is it: anybody can claim an id.'),
  ];
  return () => remedies;
};

export const DEVICE: readonly CatalogueEntry[] = [
  invalid({
    reason: 'device-signature-stale',
    code: 'DEVICE_AUTH_SIGNATURE_EXPIRED',
    title: 'Clock is off',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    what: 'its signature carries a time that is more than 2 minutes away from the gateway’s clock',
    why: () =>
      'A client signs with the time of the challenge, or with its own. One of the two clocks is wrong, or the client was held up for minutes between the challenge and its answer.',
    remedies: () => [
      remedy('client', 'Set the clock of the client’s machine. On Linux with systemd:', 'timedatectl set-ntp true'),
      remedy(
        'gateway-host',
        'If several clients fail like this at once, it is the gateway’s clock. Its state on Linux with systemd:',
        'timedatectl status',
      ),
    ],
  }),
  invalid({
    reason: 'device-signature',
    code: 'DEVICE_AUTH_SIGNATURE_INVALID',
    title: 'Signature does not fit',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    what: 'what it signed is not what it sent',
    why: () =>
      'The signature covers device, client, role, scopes, time, token, nonce, platform and family. A client that changes one of them after signing, or signs an older form, ends here; so does somebody who has the device id and not the key.',
    remedies: () => [UPDATE],
  }),
  invalid({
    reason: 'device-nonce-missing',
    code: 'DEVICE_AUTH_NONCE_REQUIRED',
    title: 'Challenge ignored',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    what: 'its answer does not contain the challenge’s nonce',
    why: () => 'The client did not wait for connect.challenge, or is older than the challenge.',
    remedies: () => [UPDATE],
  }),
  invalid({
    reason: 'device-nonce-mismatch',
    code: 'DEVICE_AUTH_NONCE_MISMATCH',
    title: 'Challenge reused',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    what: 'its answer contains the nonce of another connection',
    why: () => 'The client kept a nonce from an earlier connection, or somebody repeats what was recorded.',
    remedies: () => [UPDATE],
  }),
  invalid({
    reason: 'device-id-mismatch',
    code: 'DEVICE_AUTH_DEVICE_ID_MISMATCH',
    title: 'Device id is not its key',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    what: 'its device id is not the fingerprint of its key',
    why: () =>
      'The id is the SHA-256 of the key. An identity file that was edited or mixed from two ends here, and so does a key that cannot be read.',
    remedies: newIdentity(
      'Give the client a new identity and pair it again: move its identity away, and it makes a new one at its next start.',
    ),
  }),
  invalid({
    reason: 'device-public-key',
    code: 'DEVICE_AUTH_PUBLIC_KEY_INVALID',
    title: 'Unusable key',
    seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
    what: 'its key is not a usable Ed25519 key',
    why: () =>
      'The key has another form or length. Both known versions compare id and key first, so such a key is refused as device-id-mismatch before this.',
    remedies: newIdentity('Give the client a new identity and pair it again.'),
  }),
  {
    key: 'device-required',
    codes: ['DEVICE_IDENTITY_REQUIRED'],
    outcome: 'refused',
    severity: 'warning',
    title: 'No device identity',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'device-auth-invalid#device-required',
    happened: (facts, place) => `The gateway refused ${who(facts, place)}${fromWhere(facts)}: it did not present a device.`,
    why: () =>
      'Only a local helper with the shared secret, or a browser behind a proxy that signs people in, may come without a key. Everybody else signs with one.',
    remedies: () => [
      remedy('client', 'Update the client to one with a device identity of its own, and pair that.'),
      remedy('client', 'If it is your own tool on the gateway’s host, let it call the CLI instead.'),
    ],
    stops: STOPS,
  },
];
