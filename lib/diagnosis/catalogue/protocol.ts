// What was sent was not what the gateway speaks: protocol, frames, roles, sizes, and connections that never said anything.
import type { RemedyView } from '../../api/shapes.ts';
import type { AttemptFacts } from '../../handshakes/attempt.ts';
import { setCommand } from '../commands.ts';
import type { CatalogueEntry, Place } from '../entry.ts';
import { handshakeLimit, versionWords } from '../place.ts';
import { RESTART, remedy } from '../remedies.ts';
import { fromWhere, pathOf, plain, sentence, span, who } from '../words.ts';

const STOPS = 'It fails the same way at every retry. Stop or mend the client.';

const someone = (facts: AttemptFacts, place: Place) => sentence(who(facts, place));

/** What to look for when somebody connects and says nothing useful. */
function strangers(facts: AttemptFacts): string {
  if (pathOf(facts) === 'remote')
    return 'From another address this is often a port scan or a health check. If the address is not yours, the port should not be reachable from there.';
  if (pathOf(facts) === 'proxied') return 'It came through a proxy: often its health check, or a page that was closed at once.';
  return 'On the gateway’s own host this is often a health check, a port test, or a client that ended.';
}

const WATCH = remedy('nowhere', 'Nothing, where it is rare. The user agent and the address below tell who it is.');
/** For a port that others can reach: a gateway on loopback has none, and a proxy in front would be cut off as well. */
function closePort(place: Place): RemedyView[] {
  if (place.bind === 'loopback') return [];
  return [
    remedy(
      'gateway-config',
      `If strangers reach port ${place.port} and nobody needs it from outside, let the gateway listen on loopback only, or put a firewall in front.${RESTART}`,
      setCommand(place, 'gateway.bind', 'loopback'),
    ),
  ];
}

export const PROTOCOL: readonly CatalogueEntry[] = [
  {
    key: 'protocol-mismatch',
    codes: ['PROTOCOL_MISMATCH'],
    outcome: 'refused',
    severity: 'warning',
    title: 'Protocol too old or too new',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'protocol#protocol-mismatch',
    happened: (facts, place) => {
      const { minProtocol, maxProtocol, expectedProtocol } = facts;
      const offers =
        minProtocol === undefined || maxProtocol === undefined
          ? 'another protocol'
          : minProtocol === maxProtocol
            ? `protocol ${maxProtocol}`
            : `protocols ${minProtocol} to ${maxProtocol}`;
      return `The gateway refused ${who(facts, place)}${fromWhere(facts)}: it offers ${offers}, and the gateway speaks ${expectedProtocol ?? 'another'}.`;
    },
    why: (facts, place) => {
      const { minProtocol, maxProtocol, expectedProtocol } = facts;
      const side =
        expectedProtocol === undefined || minProtocol === undefined || maxProtocol === undefined
          ? 'Client and gateway are of different generations.'
          : maxProtocol < expectedProtocol
            ? 'The client is behind.'
            : minProtocol > expectedProtocol
              ? 'The gateway is behind.'
              : 'Client and gateway are of different generations.';
      return `${side} 2026.4.14 speaks protocol 3, 2026.9.6 speaks 4 and takes 3 only from nodes and probes. This gateway is ${versionWords(place)}.`;
    },
    remedies: (facts) => {
      const { minProtocol, maxProtocol, expectedProtocol } = facts;
      const gatewayBehind = expectedProtocol !== undefined && minProtocol !== undefined && minProtocol > expectedProtocol;
      const clientBehind = expectedProtocol !== undefined && maxProtocol !== undefined && maxProtocol < expectedProtocol;
      const client = remedy('client', 'Update the client. For an OpenClaw installation:', 'openclaw update');
      const gateway = remedy('gateway-host', 'Update the gateway. Its connections end while it restarts.', 'openclaw update');
      return gatewayBehind ? [gateway] : clientBehind ? [client] : [client, gateway];
    },
    stops: 'It fails the same way at every retry until the side that is behind is updated.',
  },
  {
    key: 'invalid-handshake',
    codes: [],
    outcome: 'refused',
    severity: 'notice',
    title: 'Not a valid connect request',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'protocol#invalid-handshake',
    happened: (facts, place) =>
      `The gateway closed the connection of ${who(facts, place)}${fromWhere(facts)}: its first message was not a connect request that the gateway accepts.`,
    why: () =>
      'The first frame must be connect, with a client id and mode from the gateway’s list. An unknown id or mode, another method, or a frame of another form ends here. The close reason in the raw record names the field.',
    remedies: () => [
      remedy('client', 'Update the client; if it is your own, let it use gateway-client as its id and one of the known modes.'),
      remedy('nowhere', 'If it is no client of yours, something else dialled this port.'),
    ],
    stops: STOPS,
  },
  {
    key: 'not-json',
    codes: [],
    outcome: 'refused',
    severity: 'notice',
    title: 'First message was not JSON',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'protocol#not-json',
    happened: (facts) => `The gateway closed a connection${fromWhere(facts)}: its first message was not JSON.`,
    why: (facts) => `Something opened a WebSocket and sent plain text or bytes. ${strangers(facts)}`,
    remedies: (_, place) => [
      WATCH,
      remedy('client', 'If it is a client of your own, let its first message be a connect request in JSON.'),
      ...closePort(place),
    ],
    stops: STOPS,
  },
  {
    key: 'invalid-role',
    codes: [],
    outcome: 'refused',
    severity: 'warning',
    title: 'Unknown role',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'protocol#invalid-role',
    happened: (facts, place) =>
      `The gateway refused ${who(facts, place)}${fromWhere(facts)}: it asked for ${facts.role === undefined ? 'a role' : `the role “${plain(facts.role, 40)}”`}, which the gateway does not know.`,
    why: () => 'The roles are operator and node.',
    remedies: () => [remedy('client', 'Update the client; if it is your own, ask for operator or node.')],
    stops: STOPS,
  },
  {
    key: 'preauth-payload-too-large',
    codes: [],
    outcome: 'refused',
    severity: 'notice',
    title: 'Too much before sign-in',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'protocol#preauth-payload-too-large',
    happened: (facts) =>
      `The gateway cut a connection${fromWhere(facts)} that sent more than 64 KiB before it signed in. The client sees close code 1009.`,
    why: (facts) => `No honest connect request is that large. ${strangers(facts)}`,
    remedies: (_, place) => [
      remedy('client', 'If it is your own client, send connect first and everything else after it.'),
      ...closePort(place),
    ],
    stops: STOPS,
  },
  {
    key: 'handshake-timeout',
    codes: [],
    outcome: 'timed-out',
    severity: 'notice',
    title: 'No sign-in in time',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'protocol#handshake-timeout',
    happened: (facts, place) =>
      `A connection${fromWhere(facts)} stayed open for ${facts.durationMs === undefined ? handshakeLimit(place) : span(facts.durationMs)} and never finished signing in, so the gateway closed it.`,
    why: (facts, place) =>
      `${versionWords(place)} waits ${handshakeLimit(place)} for connect. ${strangers(facts)} If clients that are known to work end here too, the host is too busy to answer in time.`,
    remedies: (_, place) => [
      WATCH,
      remedy(
        'gateway-host',
        'If honest clients time out, the host is too busy: look at its load. OPENCLAW_HANDSHAKE_TIMEOUT_MS in the gateway’s environment gives them longer.',
      ),
      ...closePort(place),
    ],
    stops: 'Each attempt ends by itself. They stop when whoever dials stops.',
  },
  {
    key: 'left-early',
    codes: [],
    outcome: 'left-early',
    severity: 'info',
    title: 'Left before signing in',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'protocol#left-early',
    happened: (facts) =>
      `A connection${fromWhere(facts)} ended${facts.durationMs === undefined ? '' : ` after ${span(facts.durationMs)}`} before it signed in. The gateway refused nothing.`,
    why: (facts) =>
      `${strangers(facts)}${
        facts.closeCode === 1000 && !facts.closeReason
          ? ' With code 1000 and no reason it may also have sent something that was not JSON; the gateway then writes a line without a connection id.'
          : facts.closeCode === 1006
            ? ' Code 1006 means that the line was cut without a goodbye; a client that sent too much before signing in leaves the same record.'
            : ''
      }`,
    remedies: (_, place) => [
      WATCH,
      remedy(
        'client',
        'If it is a client of your own that never gets further, look into its own log: it gave up before the gateway answered.',
      ),
      ...closePort(place),
    ],
    stops: 'Each attempt ends by itself. They stop when whoever dials stops.',
  },
  {
    key: 'refused-without-cause',
    codes: [],
    outcome: 'refused',
    severity: 'warning',
    title: 'Refused without a cause',
    seen: { '2026.9.6': 'source' },
    docs: 'protocol#refused-without-cause',
    happened: (facts, place) => `The gateway refused ${who(facts, place)}${fromWhere(facts)} and wrote no cause.`,
    why: () => 'A few refusals of 2026.9.6 name their reason in the close frame only; this is none of those that are known.',
    remedies: () => [remedy('nowhere', 'Please report it with the raw records below: the next version of this page can then explain it.')],
    stops: 'Not known.',
  },
  {
    key: 'handshake-message-overflow',
    codes: [],
    outcome: 'refused',
    severity: 'notice',
    title: 'Did not wait for its answer',
    seen: { '2026.9.6': 'source' },
    docs: 'protocol#handshake-message-overflow',
    happened: (facts, place) =>
      `${someone(facts, place)} sent more than 15 further messages before its sign-in was answered, and the gateway closed the connection.`,
    why: () => 'A client waits for hello before it sends requests.',
    remedies: () => [remedy('client', 'Mend or update the client.')],
    stops: STOPS,
  },
];
