// The gateway itself was starting, stopping, changing its secret, or failed inside: the caller is not at fault.
import { onHost } from '../commands.ts';
import type { CatalogueEntry, Version } from '../entry.ts';
import { clientSecret, remedy, tokenWhere } from '../remedies.ts';
import { fromWhere, who } from '../words.ts';

const NOTHING = remedy('nowhere', 'Nothing: the client comes back by itself.');
const COMES_BACK = 'It ends when the gateway is ready; an OpenClaw client waits as long as the gateway tells it to.';

type Part = Pick<CatalogueEntry, 'key' | 'title' | 'seen' | 'why' | 'remedies' | 'stops'> & {
  what: string;
  codes?: readonly string[];
  severity?: CatalogueEntry['severity'];
};

const entry = ({ key, what, codes = [], severity = 'info', ...rest }: Part): CatalogueEntry => ({
  key,
  codes,
  outcome: 'refused',
  severity,
  docs: `gateway#${key}`,
  happened: (facts, place) => `The gateway closed the connection of ${who(facts, place)}${fromWhere(facts)}: ${what}.`,
  ...rest,
});

const BOTH: Partial<Record<Version, 'source'>> = { '2026.4.14': 'source', '2026.9.6': 'source' };
const NEWER: Partial<Record<Version, 'source'>> = { '2026.9.6': 'source' };

/** A failure inside the gateway: who asked could do nothing about it. */
const inside = (part: Omit<Part, 'stops' | 'remedies' | 'severity'> & { remedies?: CatalogueEntry['remedies'] }): CatalogueEntry =>
  entry({
    severity: 'warning',
    stops: 'The client tries again. If it keeps failing, the gateway’s own log names the error.',
    remedies: (_, place) => [
      remedy('nowhere', 'Nothing where it happened once.'),
      remedy('gateway-host', 'If it comes back, look for what the gateway itself reports.', onHost(place, 'doctor')),
    ],
    ...part,
  });

export const GATEWAY: readonly CatalogueEntry[] = [
  entry({
    key: 'startup-sidecars-pending',
    title: 'Gateway was starting',
    seen: NEWER,
    what: 'it was still starting, and asked the client to come back',
    why: () =>
      '2026.9.6 takes connections before all of its parts are up, and sends them away with code 1013 and a time to wait. It writes this line only with debug logging, so at the usual level a start leaves no row.',
    remedies: (_, place) => [
      NOTHING,
      remedy(
        'gateway-host',
        'If it lasts for minutes, a part of the gateway does not come up. Its state:',
        onHost(place, 'gateway', 'status'),
      ),
    ],
    stops: COMES_BACK,
  }),
  entry({
    key: 'gateway-restarting',
    title: 'Gateway was restarting',
    seen: { '2026.9.6': 'live' },
    what: 'it was about to restart and took nobody new in',
    why: () => 'Before a restart 2026.9.6 finishes the work that it has, and sends new callers away with code 1013.',
    remedies: () => [NOTHING],
    stops: COMES_BACK,
  }),
  entry({
    key: 'gateway-suspending',
    title: 'Gateway is suspended',
    seen: { '2026.9.6': 'live' },
    what: 'it is being suspended, or is suspended, and takes no nodes in',
    why: () =>
      'Somebody prepared the host for sleep or maintenance with openclaw gateway suspend. Operators are still let in; nodes are sent away with code 1013 and come back.',
    remedies: (_, place) => [
      remedy('nowhere', 'Wait until whoever suspended it resumes it.'),
      remedy(
        'gateway-host',
        'See the state of the gateway; openclaw gateway resume ends the suspension, with the id that suspending printed.',
        onHost(place, 'gateway', 'status'),
      ),
    ],
    stops: 'It ends when the suspension is released.',
  }),
  entry({
    key: 'service-restart',
    title: 'Gateway stopped meanwhile',
    seen: NEWER,
    what: 'it stopped or restarted before the sign-in was finished (code 1012)',
    why: () => 'When it stops, the gateway closes every open connection, those that are still signing in too.',
    remedies: () => [NOTHING],
    stops: COMES_BACK,
  }),
  entry({
    key: 'gateway-auth-rotated',
    severity: 'notice',
    title: 'Shared secret changed',
    seen: { '2026.4.14': 'source', '2026.9.6': 'live' },
    what: 'the gateway’s secret, or who may sign in, changed while it was signing in (code 4001)',
    why: () =>
      'A changed gateway.auth ends every connection that came by the old secret. Connections that were already open are closed with the same code and leave no line in the log.',
    remedies: (_, place) => [
      clientSecret('token'),
      tokenWhere(place),
      remedy('nowhere', 'Devices with a device token of their own come back by themselves.'),
    ],
    stops: 'Clients with the old secret fail, as wrong token or password, until they are given the new one.',
  }),
  inside({
    key: 'hello-send-failed',
    title: 'Left while being let in',
    seen: BOTH,
    what: 'it was let in, and the answer could not be delivered',
    why: () =>
      'The client or the line was gone when the gateway answered. A client that waits only shortly for its answer ends here on a busy host.',
    remedies: () => [
      remedy('nowhere', 'Nothing where it happened once.'),
      remedy('client', 'If it comes back, let the client wait longer for its answer.'),
    ],
  }),
  inside({
    key: 'connect-aborted-before-register',
    title: 'Left while being let in',
    seen: NEWER,
    what: 'the connection was gone before the sign-in was finished',
    why: () => 'The client gave up while the gateway was still checking it. A client that waits only shortly ends here on a busy host.',
    remedies: () => [
      remedy('nowhere', 'Nothing where it happened once.'),
      remedy('client', 'If it comes back, let the client wait longer for its answer.'),
    ],
  }),
  inside({
    key: 'message-handler-load-failed',
    title: 'Gateway’s files changed under it',
    seen: NEWER,
    what: 'a part of the gateway could not be loaded (code 1011)',
    why: () => 'The installation was updated or moved while the gateway ran, so it does not find its own files any more.',
    remedies: (_, place) => [
      remedy('gateway-host', 'Restart the gateway. Nobody can connect until then.', onHost(place, 'gateway', 'restart')),
    ],
  }),
  inside({
    key: 'message-handler-loading-overflow',
    title: 'Too eager while the gateway loaded',
    seen: NEWER,
    what: 'it sent more than 16 messages before the gateway was ready to read the first',
    why: () => 'Right after a start the gateway loads the part that reads messages. A client waits for the challenge and for its answer.',
    remedies: () => [remedy('client', 'Mend or update the client.')],
  }),
  inside({
    key: 'unsupported-websocket-receiver',
    title: 'Gateway cannot take large messages',
    seen: NEWER,
    what: 'its WebSocket library does not allow the size that a signed-in connection needs (code 1011)',
    why: () => 'The installation holds another version of its WebSocket library than it was published with.',
    remedies: (_, place) => [remedy('gateway-host', 'Repair the installation, then restart the gateway.', onHost(place, 'update'))],
  }),
  inside({
    key: 'outbound-buffer-exceeded',
    title: 'Read too slowly',
    seen: NEWER,
    what: 'it did not read what the gateway sent, until 50 MiB were waiting',
    why: () => 'The client hung, or its line was too slow.',
    remedies: () => [remedy('client', 'Restart the client; look at its line if it comes back.')],
  }),
  inside({
    key: 'missing-ingress-attribution',
    title: 'Path of the caller unknown',
    seen: NEWER,
    what: 'the gateway did not know by which path it had come in',
    why: () => 'A part inside the gateway handed on a connection without saying where it came from. No client can bring this about.',
  }),
  inside({
    key: 'authenticated-profile-unavailable',
    codes: ['AUTHENTICATED_PROFILE_UNAVAILABLE'],
    title: 'Person’s profile not available',
    seen: NEWER,
    what: 'it could not read the profile of the person who signed in (code 1013)',
    why: () =>
      'Profiles are checked against GitHub or the gateway’s own store, and that was not available, or limited how often it may be asked.',
    remedies: () => [
      remedy('nowhere', 'Wait and let the client try again.'),
      remedy('gateway-config', 'If it lasts, look at the GitHub credential of the gateway.'),
    ],
  }),
  entry({
    key: 'operator-access-denied',
    severity: 'warning',
    title: 'No access for this person',
    seen: NEWER,
    what: 'the person who signed in has no access by the gateway’s operator policies',
    why: () => 'The gateway is set up with operator roles, and none of them is given to this person.',
    remedies: (_, place) => [
      remedy('gateway-host', 'See the roles and whom they are given to.', onHost(place, 'config', 'get', 'gateway.roles')),
    ],
    stops: 'It fails the same way until the person is given a role.',
  }),
  entry({
    key: 'operator-access-closed',
    severity: 'notice',
    title: 'Access was taken back',
    seen: NEWER,
    what: 'the access of the person who signed in was taken back (code 4001)',
    why: () => 'Somebody changed the operator policies while this person was connecting.',
    remedies: () => [remedy('nowhere', 'If it was meant, nothing.')],
    stops: 'It fails until the person is given access again.',
  }),
  entry({
    key: 'verified-user-required',
    codes: ['AUTH_VERIFIED_USER_REQUIRED'],
    severity: 'warning',
    title: 'A verified person is required',
    seen: NEWER,
    what: 'operator roles are set up, and this way of signing in does not say which person it is',
    why: () =>
      'With gateway.roles, an operator who does not use the shared secret must come by a proxy or Tailscale that names the person. The record carries no cause; the close reason says it.',
    remedies: () => [
      remedy('client', 'Connect through the trusted proxy or Tailscale.'),
      remedy('client', 'Or sign in with the gateway’s token or password.'),
    ],
    stops: 'It fails the same way until it signs in by another way.',
  }),
];
