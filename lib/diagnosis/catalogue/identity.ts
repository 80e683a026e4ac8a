// Who the caller is was to be proven by Tailscale or by a proxy that signs people in, and was not: cause unauthorized.
import { onHost, setCommand, trustProxyCommand } from '../commands.ts';
import type { CatalogueEntry, Version } from '../entry.ts';
import { approvesLocalUpgrades } from '../place.ts';
import { remedy, restartWords } from '../remedies.ts';
import { fromWhere, plain, who } from '../words.ts';

type Part = Pick<CatalogueEntry, 'title' | 'why' | 'remedies'> & {
  reason: string;
  codes?: readonly string[];
  /** What is missing, to end "The gateway refused the client x: ". */
  missing: string;
  only?: '2026.9.6';
  /** The versions on which a real gateway was made to give it. */
  live?: readonly Version[];
  severity?: CatalogueEntry['severity'];
};

const entry = ({
  reason,
  codes = ['AUTH_UNAUTHORIZED'],
  missing,
  only,
  live = [],
  severity = 'warning',
  title,
  why,
  remedies,
}: Part): CatalogueEntry => ({
  key: `unauthorized/${reason}`,
  codes,
  outcome: 'refused',
  severity,
  title,
  seen: {
    ...(only ? {} : { '2026.4.14': live.includes('2026.4.14') ? 'live' : 'source' }),
    '2026.9.6': live.includes('2026.9.6') ? 'live' : 'source',
  },
  docs: `identity#${reason}`,
  happened: (facts, place) => `The gateway refused ${who(facts, place)}${fromWhere(facts)}: ${missing}.`,
  why,
  remedies,
  stops: 'Clients fail the same way until the proxy or the configuration is mended.',
});

const TAILSCALE_WHY = () =>
  'gateway.auth.allowTailscale lets people in by their Tailscale identity, which only Tailscale Serve can prove. On both known versions the gateway then tries token and password, so this reason is seen only when it stops before that.';

const tailscale = (reason: string, code: string, title: string, missing: string): CatalogueEntry =>
  entry({
    reason,
    codes: [code],
    title,
    missing,
    why: TAILSCALE_WHY,
    remedies: (_, place) => [
      remedy('client', 'Open the gateway by its Tailscale Serve address, or sign in with its token or password.'),
      remedy('gateway-host', 'Look whether Serve is up and points at this gateway.', 'tailscale serve status'),
      remedy(
        'gateway-config',
        `If nobody shall sign in by Tailscale, turn it off.${restartWords(place)}`,
        setCommand(place, 'gateway.auth.allowTailscale', false),
      ),
    ],
  });

const PROXY_NARROW = 'Name only the proxy’s own address: whoever comes from a trusted address can claim to be anyone.';

export const IDENTITY: readonly CatalogueEntry[] = [
  tailscale('tailscale_user_missing', 'AUTH_TAILSCALE_IDENTITY_MISSING', 'No Tailscale identity', 'no Tailscale identity came with it'),
  tailscale(
    'tailscale_proxy_missing',
    'AUTH_TAILSCALE_PROXY_MISSING',
    'Not through Tailscale Serve',
    'it did not come through Tailscale Serve',
  ),
  tailscale('tailscale_whois_failed', 'AUTH_TAILSCALE_WHOIS_FAILED', 'Tailscale could not be asked', 'Tailscale did not say who it is'),
  tailscale(
    'tailscale_user_mismatch',
    'AUTH_TAILSCALE_IDENTITY_MISMATCH',
    'Tailscale names somebody else',
    'the identity in its headers is not the one that Tailscale names',
  ),
  entry({
    reason: 'trusted_proxy_missing_header',
    live: ['2026.9.6'],
    codes: ['AUTH_IDENTITY_HEADER_REQUIRED', 'AUTH_UNAUTHORIZED'],
    title: 'Proxy sent no identity header',
    missing: 'a header that the proxy must send was missing',
    why: (facts) => {
      const header = /^trusted_proxy_missing_header_([A-Za-z0-9-]{1,60})$/.exec(facts.authReason ?? '')?.[1];
      return `gateway.auth.trustedProxy.requiredHeaders names ${header ? `the header ${header}` : 'headers'} that every request must carry, and this one did not. 2026.4.14 tells the client AUTH_UNAUTHORIZED, 2026.9.6 AUTH_IDENTITY_HEADER_REQUIRED.`;
    },
    remedies: (_, place) => [
      remedy('proxy', 'Let the proxy set the header on the WebSocket request too, and overwrite what the caller sent.'),
      remedy('gateway-host', 'See which headers are required.', onHost(place, 'config', 'get', 'gateway.auth.trustedProxy')),
    ],
  }),
  entry({
    reason: 'trusted_proxy_user_missing',
    live: ['2026.9.6'],
    title: 'Proxy named no user',
    missing: 'the header that names the person was empty or missing',
    why: () =>
      'The gateway leaves signing in to the proxy (gateway.auth.mode trusted-proxy), and takes the person from the header named in gateway.auth.trustedProxy.userHeader.',
    remedies: (_, place) => [
      remedy('proxy', 'Let the proxy sign the person in before it passes the WebSocket on, and set that header.'),
      remedy('gateway-host', 'See which header it must be.', onHost(place, 'config', 'get', 'gateway.auth.trustedProxy')),
    ],
  }),
  entry({
    reason: 'trusted_proxy_user_not_allowed',
    live: ['2026.9.6'],
    title: 'Person not on the list',
    missing: 'the person whom the proxy names is not on the gateway’s list',
    why: () => 'gateway.auth.trustedProxy.allowUsers names who may come in, and this person is not among them.',
    remedies: (_, place) => [
      remedy('nowhere', 'Decide whether this person shall have the gateway at all.'),
      remedy(
        'gateway-host',
        'If so, see the list, and add the person to it.',
        onHost(place, 'config', 'get', 'gateway.auth.trustedProxy.allowUsers'),
      ),
    ],
  }),
  entry({
    reason: 'trusted_proxy_untrusted_source',
    live: ['2026.4.14', '2026.9.6'],
    title: 'Not through the trusted proxy',
    missing: 'its address is not one of the trusted proxies',
    why: (facts) =>
      `The gateway takes people only from the addresses in gateway.trustedProxies${facts.remoteAddr ? `, and this came from ${plain(facts.remoteAddr, 60)}` : ''}.`,
    remedies: (facts, place) => [
      remedy('client', 'Go through the proxy instead of dialling the gateway itself.'),
      remedy(
        'gateway-config',
        `If this address is your proxy, add it. ${PROXY_NARROW}${restartWords(place)}`,
        trustProxyCommand(place, facts.remoteAddr),
      ),
    ],
  }),
  entry({
    reason: 'trusted_proxy_loopback_source',
    live: ['2026.4.14'],
    title: 'Proxy on the gateway’s own host',
    missing: 'a proxy on loopback is not accepted as one that signs people in',
    why: (_, place) =>
      `Every process of the host can come from loopback, so the gateway does not take a person’s name from there${
        approvesLocalUpgrades(place) === false ? '; 2026.4.14 never does' : ' unless gateway.auth.trustedProxy.allowLoopback is true'
      }.`,
    remedies: (_, place) => [
      remedy('client', 'A tool on this host signs in with the gateway’s token or password instead.'),
      remedy('proxy', 'Let the proxy reach the gateway by an address that is not loopback.'),
      ...(approvesLocalUpgrades(place) === true
        ? [
            remedy(
              'gateway-config',
              `Or accept loopback. Every process of this host can then claim to be anyone.${restartWords(place)}`,
              setCommand(place, 'gateway.auth.trustedProxy.allowLoopback', true),
            ),
          ]
        : []),
    ],
  }),
  entry({
    reason: 'trusted_proxy_local_interface_source',
    only: '2026.9.6',
    title: 'Proxy on the gateway’s own address',
    missing: 'it came from an address of the gateway’s own host',
    why: () => 'A process of the same host can use that address too, so the gateway does not take a person’s name from there.',
    remedies: () => [
      remedy('client', 'A tool on this host signs in with the gateway’s token or password instead.'),
      remedy('proxy', 'Run the proxy on another host or in a network of its own.'),
    ],
  }),
  entry({
    reason: 'trusted_proxy_local_interface_check_failed',
    only: '2026.9.6',
    title: 'Own addresses could not be read',
    missing: 'the gateway could not tell whether the address is its own',
    why: () =>
      'The gateway reads the addresses of its network interfaces to make sure that the proxy is another host, and that reading failed.',
    remedies: (_, place) => [
      remedy('gateway-host', 'Look for errors of the network interfaces in the gateway’s own report.', onHost(place, 'doctor')),
    ],
  }),
  entry({
    reason: 'trusted_proxy_origin_not_allowed',
    title: 'Page not allowed by the proxy’s rules',
    missing: 'the page that asked is not an allowed origin',
    why: () => 'With a trusted proxy the gateway also compares the page’s origin with gateway.controlUi.allowedOrigins.',
    remedies: (_, place) => [
      remedy(
        'gateway-host',
        'See the list, and add the exact origin of the page.',
        onHost(place, 'config', 'get', 'gateway.controlUi.allowedOrigins'),
      ),
    ],
  }),
  entry({
    reason: 'trusted_proxy_config_missing',
    severity: 'serious',
    title: 'Trusted proxy not configured',
    missing: 'the gateway leaves signing in to a proxy and does not know which header names the person',
    why: () => 'gateway.auth.mode is trusted-proxy, and gateway.auth.trustedProxy.userHeader is empty.',
    remedies: (_, place) => [
      remedy(
        'gateway-config',
        `Name the header that your proxy sets; x-forwarded-user is an example.${restartWords(place)}`,
        setCommand(place, 'gateway.auth.trustedProxy.userHeader', 'x-forwarded-user'),
      ),
    ],
  }),
  entry({
    reason: 'trusted_proxy_no_proxies_configured',
    severity: 'serious',
    title: 'No trusted proxy named',
    missing: 'the gateway leaves signing in to a proxy and trusts none',
    why: () => 'gateway.auth.mode is trusted-proxy, and gateway.trustedProxies is empty.',
    remedies: (facts, place) => [
      remedy(
        'gateway-config',
        `Name the address of your proxy. ${PROXY_NARROW}${restartWords(place)}`,
        trustProxyCommand(place, facts.remoteAddr),
      ),
    ],
  }),
  entry({
    reason: 'trusted_proxy_no_request',
    title: 'Nothing to read an identity from',
    missing: 'the gateway had no request to read an identity from',
    why: () => 'A path inside the gateway asked for a person without a request. No client can bring this about.',
    remedies: () => [remedy('nowhere', 'Please report it with the raw records below.')],
  }),
  entry({
    reason: 'proxy_attribution_required',
    only: '2026.9.6',
    title: 'Forwarded by an unknown proxy',
    missing: 'it carried forwarding headers from an address that is no trusted proxy',
    why: () => '2026.9.6 refuses to guess who is behind forwarding headers that nobody vouches for.',
    remedies: (facts, place) => [
      remedy('proxy', 'Let the proxy drop the forwarding headers that it received, and write its own.'),
      remedy(
        'gateway-config',
        `If the address is your proxy, add it. ${PROXY_NARROW}${restartWords(place)}`,
        trustProxyCommand(place, facts.remoteAddr),
      ),
    ],
  }),
];
