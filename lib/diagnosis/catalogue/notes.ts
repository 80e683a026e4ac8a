// Lines that are no failed connection: grants, successes, token work, warnings, and what the gateway noted about itself.
import type { HandshakeOutcome } from '../../api/shapes.ts';
import { onHost, trustProxyCommand } from '../commands.ts';
import type { CatalogueEntry, Version } from '../entry.ts';
import { approvesLocalUpgrades, versionWords } from '../place.ts';
import { remedy, restartWords } from '../remedies.ts';
import { plain, scopeWords, sentence, who } from '../words.ts';

type How = Partial<Record<Version, 'live' | 'recorded' | 'source'>>;
const LIVE: How = { '2026.4.14': 'live', '2026.9.6': 'live' };

type Part = Pick<CatalogueEntry, 'key' | 'title' | 'happened' | 'why'> & {
  seen: How;
  severity?: CatalogueEntry['severity'];
  outcome?: HandshakeOutcome;
  remedies?: CatalogueEntry['remedies'];
  codes?: readonly string[];
  stops?: string;
};

const note = ({
  seen,
  severity = 'info',
  outcome = 'note',
  remedies = () => [],
  codes = [],
  stops = 'Nothing repeats here.',
  ...rest
}: Part): CatalogueEntry => ({
  seen,
  severity,
  outcome,
  remedies,
  codes,
  stops,
  docs: `notes#${rest.key}`,
  ...rest,
});

const role = (value: string | undefined) => (value === undefined ? '' : ` for the role ${plain(value, 40)}`);

export const NOTES: readonly CatalogueEntry[] = [
  note({
    key: 'proxy-headers',
    severity: 'warning',
    title: 'Forwarding headers from an unknown proxy',
    seen: { '2026.4.14': 'live' },
    happened: () =>
      'A connection carried forwarding headers from an address that is no trusted proxy, so the gateway does not count it as local. The line names no connection.',
    why: () =>
      'A proxy or tunnel stands in front of the gateway and is not in gateway.trustedProxies. Anyone who reaches the port can send such headers too.',
    remedies: (facts, place) => [
      remedy('proxy', 'If the proxy is yours, let it drop the forwarding headers that it received, and write its own.'),
      remedy(
        'gateway-config',
        `Then name its address, and no more: whoever comes from there can claim to be anyone. A loopback address is no such address: every program of the host can come from there, so let the proxy use another one.${restartWords(place)}`,
        trustProxyCommand(place, facts.remoteAddr),
      ),
      remedy('nowhere', 'If no proxy of yours is there, find out who reaches the port.'),
    ],
    stops: 'One line for each such connection, until the proxy is named or gone.',
  }),
  note({
    key: 'proxy-attribution-required',
    severity: 'warning',
    title: 'Forwarded by an unknown proxy, refused',
    seen: { '2026.9.6': 'live' },
    happened: () =>
      'A connection carried forwarding headers from an address that is no trusted proxy, and the gateway answered HTTP 403. It writes this line once in its life, so more may have followed unseen.',
    why: () =>
      '2026.9.6 refuses to guess who is behind forwarding headers that nobody vouches for. The refused callers leave no row of their own.',
    remedies: (facts, place) => [
      remedy('proxy', 'Let the proxy overwrite the forwarding headers that it received instead of adding to them.'),
      remedy(
        'gateway-config',
        `Then name its address, and no more: whoever comes from there can claim to be anyone.${restartWords(place)}`,
        trustProxyCommand(place, facts.remoteAddr),
      ),
    ],
    stops: 'Callers behind that proxy fail until its address is named.',
  }),
  note({
    key: 'non-local-host',
    seen: LIVE,
    severity: 'warning',
    title: 'Loopback with a foreign Host header',
    happened: () => 'A connection over loopback named a host that is not local. The line names no connection.',
    why: (_, place) =>
      `A proxy or tunnel on this host passes the outside name on, or a page tries to reach the gateway by a name of its own (DNS rebinding). ${approvesLocalUpgrades(place) === false ? 'The line says that the caller is treated as remote; 2026.4.14 was seen to pair it as a local one nevertheless.' : 'The line says that the caller is treated as remote.'}`,
    remedies: (_, place) => [
      remedy('proxy', 'If a proxy of yours stands there, let it send forwarding headers, and name it in gateway.trustedProxies.'),
      remedy('gateway-host', 'If none does, see who is connected to the port.', `ss -tnp '( sport = :${place.port} )'`),
    ],
    stops: 'One line for each such connection.',
  }),
  note({
    key: 'silent-grant',
    seen: LIVE,
    outcome: 'admitted',
    severity: 'notice',
    title: 'Let in unseen',
    happened: (facts, place) => `The gateway approved ${who(facts, place)}${role(facts.role)} by itself, without asking anybody.`,
    why: (_, place) =>
      `On ${versionWords(place)} a new key that comes over loopback with the shared secret is approved silently${approvesLocalUpgrades(place) === true ? ', and an upgrade too, unless gateway.nodes.pairing.autoApproveLocal is false' : ''}.`,
    remedies: (_, place) => [
      remedy('nowhere', 'Look at Devices, and take it back there if it should not be.'),
      ...(approvesLocalUpgrades(place) === true && place.autoApproveLocal !== false
        ? [
            remedy(
              'gateway-config',
              'To be asked the next time, turn silent approvals off. Whoever holds the shared secret on this host can still come in as a helper.',
              onHost(place, 'config', 'set', 'gateway.nodes.pairing.autoApproveLocal', 'false', '--strict-json'),
            ),
          ]
        : []),
    ],
  }),
  note({
    key: 'operator-grant',
    seen: LIVE,
    title: 'Approved',
    happened: (facts, place) => `An operator approved ${who(facts, place)}${role(facts.role)}.`,
    why: () => 'Somebody, or a rule of this console, approved its request. Activity tells which, where it was done here.',
  }),
  note({
    key: 'seen-again',
    outcome: 'admitted',
    title: 'Seen again',
    seen: { '2026.9.6': 'source' },
    happened: (facts, place) => `${sentence(who(facts, place))} was let in.`,
    why: () =>
      'No line of the log says so: a connection that succeeds leaves none. It follows from the device’s last-seen time or its presence, so the time is the gateway’s own and may be later than the connection.',
  }),
  note({
    key: 'token-rotated',
    title: 'Device token renewed',
    happened: (facts, place) => `The device token of ${who(facts, place)}${role(facts.role)} was renewed.`,
    why: () => 'Somebody rotated it. The old token ends at once, so a client that kept only the old one is refused from now on.',
    remedies: () => [remedy('client', 'If the client is refused, let it connect once with the gateway’s token.')],
    seen: LIVE,
  }),
  note({
    key: 'token-revoked',
    seen: LIVE,
    severity: 'notice',
    title: 'Device token revoked',
    happened: (facts, place) => `The device token of ${who(facts, place)}${role(facts.role)} was revoked.`,
    why: (_, place) =>
      `Somebody took it back.${approvesLocalUpgrades(place) === false ? ' On 2026.4.14 a client on the gateway’s host that holds the shared token comes back by itself, with all that it had.' : ''}`,
  }),
  note({
    key: 'token-removed',
    seen: LIVE,
    severity: 'notice',
    title: 'Device removed',
    happened: (facts, place) => `The pairing of ${who(facts, place)} was removed.`,
    why: (_, place) =>
      `Somebody took it back.${approvesLocalUpgrades(place) === false ? ' On 2026.4.14 a client on the gateway’s host that holds the shared token is paired anew, unseen, when it next connects.' : ''}`,
  }),
  note({
    key: 'token-pruned',
    seen: { '2026.9.6': 'live' },
    title: 'Old silent pairing dropped',
    happened: (facts, place) => `The gateway dropped the silent pairing of ${who(facts, place)} by itself.`,
    why: () =>
      'A newer silent pairing of the same client, mode and name took its place. 2026.9.6 then drops the older ones that are not connected and were approved more than a minute before; nobody took anything back.',
  }),
  note({
    key: 'live-upgrade',
    severity: 'notice',
    title: 'Asked for more while connected',
    seen: { '2026.9.6': 'source' },
    happened: (facts, place) =>
      `${sentence(who(facts, place))} asked for ${facts.scopesTo && facts.scopesTo.length > 0 ? scopeWords(facts.scopesTo) : 'more scopes'} over a connection that was already open.`,
    why: () =>
      '2026.9.6 lets a connected client ask without connecting anew (device.scopes.requestUpgrade). Such a request has no connection of its own in the log, so no rule approves it.',
    remedies: (_, place) =>
      place.waits ? [remedy('here', 'Compare what it asks with what it should have, then approve or reject its request here.')] : [],
    stops: 'The request waits until it is answered or 5 minutes have passed since it was last asked.',
  }),
  note({
    key: 'audit-unreadable',
    severity: 'warning',
    title: 'A line about an upgrade cannot be read',
    seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
    happened: () => 'The gateway wrote that somebody asked for more, and the line is not in the form that it should have.',
    why: () =>
      'The line was cut, or carries names that do not belong there: a scope or role that is not on the gateway’s list, or a caller’s text that breaks the form. It counts as no evidence for anybody.',
    remedies: () => [remedy('nowhere', 'Look at the raw record. Requests of this device are held for a person as long as it is recent.')],
    stops: 'One line for each such attempt.',
  }),
  note({
    key: 'audit-without-close',
    severity: 'notice',
    title: 'An upgrade was asked, its connection left no record',
    seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
    happened: (facts, place) =>
      `${sentence(who(facts, place))} asked for ${facts.scopesTo && facts.scopesTo.length > 0 ? scopeWords(facts.scopesTo) : 'more'}, and the gateway wrote no close record of that connection.`,
    why: () =>
      'Either the gateway approved it by itself and let it in (after a revoked token it does so silently on 2026.4.14), or the client hid its close record, or the connection is still open.',
    remedies: () => [remedy('nowhere', 'Look at Devices for what it holds now. No rule approves a request with such an attempt.')],
  }),
  note({
    key: 'suppressed',
    severity: 'notice',
    title: 'More of the same, left out by the gateway',
    seen: { '2026.9.6': 'live' },
    happened: (facts) =>
      `The gateway left ${facts.suppressed === undefined ? 'some' : String(facts.suppressed)} refusals of the same caller out of its log before this one.`,
    why: () =>
      '2026.9.6 writes refusals without a secret only once in 30 seconds for the same address, client and reason, and counts the rest. They are failed connections without a row of their own.',
    remedies: () => [remedy('client', 'Stop the client, or give it its secret; the refusals beside this line name it.')],
    stops: 'As the refusals beside it.',
  }),
  note({
    key: 'gateway-started',
    title: 'Gateway started',
    seen: LIVE,
    happened: () => 'The gateway started.',
    why: () => 'Until it was ready it refused connections without a line in its log: with HTTP 503, or on 2026.9.6 with code 1013.',
  }),
  note({
    key: 'gateway-stopped',
    title: 'Gateway stopped',
    seen: LIVE,
    happened: () => 'The gateway stopped or restarted.',
    why: () =>
      'It closed all its connections with code 1012. Nobody can connect until it is up again, and no attempt leaves a line meanwhile.',
  }),
];
