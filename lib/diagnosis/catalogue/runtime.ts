// Nodes, workers and helpers of 2026.9.6: callers that the gateway itself starts or pairs by a way of their own.
import { onHost } from '../commands.ts';
import type { CatalogueEntry } from '../entry.ts';
import { remedy } from '../remedies.ts';
import { fromWhere, who } from '../words.ts';

type Part = Pick<CatalogueEntry, 'key' | 'title' | 'why' | 'remedies'> & {
  what: string;
  codes?: readonly string[];
  severity?: CatalogueEntry['severity'];
  stops?: string;
};

const entry = ({
  key,
  what,
  codes = [],
  severity = 'warning',
  stops = 'It fails the same way at every retry until it is mended.',
  ...rest
}: Part): CatalogueEntry => ({
  key,
  codes,
  outcome: 'refused',
  severity,
  seen: { '2026.9.6': 'source' },
  docs: `runtime#${key}`,
  happened: (facts, place) => `The gateway closed the connection of ${who(facts, place)}${fromWhere(facts)}: ${what}.`,
  stops,
  ...rest,
});

const worker = (key: string, title: string, what: string, why: string): CatalogueEntry =>
  entry({
    key,
    title,
    what,
    why: () => `${why} Workers are started by the gateway in other places and sign in with a credential made for one run.`,
    remedies: (_, place) => [
      remedy('nowhere', 'Nothing where it happened once: the gateway starts a new worker when it needs one.'),
      remedy('gateway-host', 'If it comes back, see what the gateway reports.', onHost(place, 'doctor')),
    ],
    stops: 'It ends when the gateway gives the worker up or replaces it.',
  });

export const RUNTIME: readonly CatalogueEntry[] = [
  entry({
    key: 'agent-runtime-identity-untrusted-client',
    title: 'Agent identity from the wrong place',
    what: 'it showed the identity of an agent’s run and is not a local helper of the gateway',
    why: () =>
      'Such an identity is only taken from gateway-client in mode backend on the gateway’s own host. From anywhere else it may be a stolen one.',
    remedies: () => [
      remedy('nowhere', 'If it came from another address, treat the agent’s run as leaked and stop it.'),
      remedy('client', 'Else run the helper on the gateway’s host.'),
    ],
    severity: 'serious',
  }),
  entry({
    key: 'agent-runtime-identity-invalid',
    title: 'Agent identity not valid',
    what: 'the identity of an agent’s run that it showed is not valid',
    why: () => 'The run is over, or the gateway restarted since it gave the identity out.',
    remedies: () => [remedy('nowhere', 'Nothing where the agent’s run is over; else start the run again.')],
    stops: 'It ends with the agent’s run.',
  }),
  entry({
    key: 'node-pairing-generation-changed',
    title: 'Node’s pairing changed meanwhile',
    what: 'the node was paired anew, changed or removed while it connected',
    why: () => 'Somebody approved, rotated or removed the node in the same moment, or the node holds a token from before.',
    remedies: () => [
      remedy('nowhere', 'Nothing where it comes back by itself.'),
      remedy('client', 'Else restart the node, so that it takes its new token.'),
    ],
    severity: 'notice',
    stops: 'It ends when the node connects with its present token.',
  }),
  entry({
    key: 'client-version-mismatch',
    codes: ['CLIENT_VERSION_MISMATCH'],
    title: 'Node is older than its gateway',
    what: 'the node on the gateway’s own host is of an older version, and is closed so that it starts anew',
    why: () =>
      'After an update of the gateway the node process still ran the old version. The record carries no cause, only the close reason, which a client could have written too.',
    remedies: (_, place) => [
      remedy('nowhere', 'Nothing where the node is restarted by itself.'),
      remedy('gateway-host', 'Else restart the node.', onHost(place, 'node', 'restart')),
    ],
    severity: 'info',
    stops: 'It ends when the node runs the gateway’s version.',
  }),
  entry({
    key: 'bootstrap-token-consume-failed',
    title: 'Setup code could not be used up',
    what: 'it was let in by a setup code, and the code could not be marked as used',
    why: () => 'The code was used or revoked in the same moment, or the gateway could not write its state.',
    remedies: (_, place) => [
      remedy('gateway-host', 'Make a new setup code. If that fails too, look at disk and rights of the state folder.', onHost(place, 'qr')),
    ],
    stops: 'The app tries its code again until it is given a new one.',
  }),
  worker(
    'invalid-credential',
    'Worker’s credential refused',
    'the worker’s credential is not valid',
    'The credential belongs to another gateway, or was taken back.',
  ),
  worker(
    'credential-expired',
    'Worker’s credential expired',
    'the worker’s credential is no longer valid',
    'The worker came too late, or ran longer than it may.',
  ),
  worker(
    'environment-mismatch',
    'Worker of another environment',
    'the worker’s environment is not the one that it was made for',
    'The credential was made for another environment.',
  ),
  worker(
    'environment-unavailable',
    'Worker’s environment is gone',
    'the worker’s environment is not available any more',
    'The environment was removed or is being removed.',
  ),
  worker(
    'bundle-mismatch',
    'Worker’s program differs',
    'the worker runs another program than it was started with',
    'The gateway was updated meanwhile, or the program was changed.',
  ),
  worker(
    'version-mismatch',
    'Worker of another version',
    'the worker is of another version than the gateway',
    'The gateway was updated while the worker ran.',
  ),
  worker(
    'session-mismatch',
    'Worker of another session',
    'the worker’s session is not the one that it was made for',
    'The session ended, or the worker was given another.',
  ),
  worker(
    'placement-mismatch',
    'Worker in another place',
    'the worker’s place is not the one that it was made for',
    'The worker was moved or replaced.',
  ),
  worker(
    'owner-epoch-mismatch',
    'Worker of an earlier owner',
    'the worker belongs to an earlier owner of its place',
    'The place was handed on meanwhile.',
  ),
  worker(
    'rpc-set-mismatch',
    'Worker’s methods differ',
    'the worker offers other methods than the gateway expects',
    'Worker and gateway are of different builds.',
  ),
  worker(
    'protocol-features-mismatch',
    'Worker’s features differ',
    'the worker offers other protocol features than the gateway expects',
    'Worker and gateway are of different builds.',
  ),
  worker(
    'rate-limited',
    'Workers failed too often',
    'too many workers failed to sign in from there',
    'Repeated failures lock the way for workers for a while.',
  ),
  worker(
    'gateway-unavailable',
    'Gateway takes no workers now',
    'the gateway takes no workers at the moment (code 1013)',
    'It is starting, stopping or suspended.',
  ),
  worker(
    'public-ingress-context-missing',
    'Worker by an unknown path',
    'the gateway did not know by which path the worker had come',
    'The worker’s entrance is not set up.',
  ),
  worker(
    'credential-replaced',
    'Worker was replaced',
    'another worker took its place',
    'The gateway started a new worker for the same place.',
  ),
];
