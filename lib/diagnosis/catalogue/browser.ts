// A page in a browser asked, and the gateway does not accept the page, its origin or its state.
import type { AttemptFacts } from '../../handshakes/attempt.ts';
import { allowOriginCommand, exactOrigin, onHost } from '../commands.ts';
import type { CatalogueEntry, Place } from '../entry.ts';
import { versionWords } from '../place.ts';
import { remedy, restartWords } from '../remedies.ts';
import { fromWhere, quoted, who } from '../words.ts';

const tabs = 'The page tries again as long as it is open. Close the tab to stop it.';

const page = (facts: AttemptFacts) =>
  facts.browserOrigin === undefined ? 'a page without an origin' : `the page at ${quoted(facts.browserOrigin, 120)}`;

function allowOrigin(facts: AttemptFacts, place: Place) {
  const command = allowOriginCommand(place, facts.browserOrigin);
  if (command !== undefined)
    return remedy(
      'gateway-config',
      `If this page is yours, allow exactly its origin. The command keeps the ${place.allowedOrigins?.length ?? 0} that are allowed now.${restartWords(place)}`,
      command,
    );
  const exact = exactOrigin(facts.browserOrigin);
  if (exact === undefined)
    return remedy('nowhere', 'What the page sent is no origin that a gateway can allow; nothing can be added for it.');
  return remedy(
    'gateway-host',
    `If this page is yours, add exactly ${exact} to gateway.controlUi.allowedOrigins. The present list is not known here: read it first, since setting it replaces it.`,
    onHost(place, 'config', 'get', 'gateway.controlUi.allowedOrigins'),
  );
}

const LOCAL_PAGE = (place: Place) =>
  remedy(
    'client',
    `Open the Control UI on the gateway’s own host instead, at http://127.0.0.1:${place.port}/, or through an SSH tunnel to that port.`,
  );

export const BROWSER: readonly CatalogueEntry[] = [
  {
    key: 'origin-mismatch',
    codes: ['CONTROL_UI_ORIGIN_NOT_ALLOWED'],
    outcome: 'refused',
    severity: 'warning',
    title: 'Browser origin not allowed',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'browser#origin-mismatch',
    happened: (facts) => `The gateway refused ${page(facts)}: its origin is not on the list of allowed ones.`,
    why: (_, place) =>
      `Any page that a browser opens could dial the gateway, so ${versionWords(place)} lets in only origins in gateway.controlUi.allowedOrigins and its own local page. Scheme, name and port must be equal to the letter. If you do not know this page, somebody’s page tried to reach your gateway.`,
    remedies: (facts, place) => [LOCAL_PAGE(place), allowOrigin(facts, place)],
    stops: tabs,
  },
  {
    key: 'origin-mismatch/origin-missing',
    codes: ['CONTROL_UI_ORIGIN_NOT_ALLOWED'],
    outcome: 'refused',
    severity: 'warning',
    title: 'Browser client without an origin',
    seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
    docs: 'browser#origin-missing',
    happened: (facts, place) =>
      `The gateway refused ${who(facts, place)}${fromWhere(facts)}: it calls itself a browser client and sent no origin, or one that cannot be read.`,
    why: () =>
      'A browser always sends an Origin header with a WebSocket. A proxy dropped it, the page has no origin of its own (a file, a sandboxed frame), or a program uses a browser’s client id.',
    remedies: (_, place) => [
      remedy('proxy', 'Let the proxy pass the Origin header on.'),
      remedy('client', 'A program of your own takes another client id: those of the Control UI are for browsers.'),
      LOCAL_PAGE(place),
    ],
    stops: tabs,
  },
  {
    key: 'control-ui-insecure-auth',
    codes: ['CONTROL_UI_DEVICE_IDENTITY_REQUIRED'],
    outcome: 'refused',
    severity: 'warning',
    title: 'Browser sent no identity',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    docs: 'browser#control-ui-insecure-auth',
    happened: (facts) => `The gateway refused ${page(facts)}: the Control UI came without a device identity.`,
    why: () =>
      'A browser makes keys only in a secure context: over HTTPS, or at localhost. At a plain http address of the network the page has no key to sign with.',
    remedies: (_, place) => [
      LOCAL_PAGE(place),
      remedy('proxy', 'Or serve the Control UI over HTTPS, by Tailscale Serve or a proxy of your own, and open it there.'),
    ],
    stops: tabs,
  },
  {
    key: 'control-ui-build-mismatch',
    codes: ['PROTOCOL_MISMATCH', 'CONTROL_UI_BUILD_MISMATCH'],
    outcome: 'refused',
    severity: 'notice',
    title: 'Control UI is out of date',
    seen: { '2026.9.6': 'source' },
    docs: 'browser#control-ui-build-mismatch',
    happened: (facts) => `The gateway refused ${page(facts)}: the page in the browser is of another build than the gateway.`,
    why: () => 'The gateway was updated while the page was open, or a cache holds the old page.',
    remedies: () => [remedy('client', 'Reload the page. If it stays, clear the browser’s cache for it.')],
    stops: tabs,
  },
  {
    key: 'browser-copilot-identity',
    codes: [],
    outcome: 'refused',
    severity: 'warning',
    title: 'Browser extension shares an identity',
    seen: { '2026.9.6': 'source' },
    docs: 'browser#browser-copilot-identity',
    happened: (facts) => `The gateway refused ${page(facts)}: the browser extension did not sign with an identity of its own.`,
    why: () => 'The extension and other clients must not share a key, and the extension is bound to the origin that it was paired with.',
    remedies: () => [remedy('client', 'Remove the extension’s data, let it make a new identity, and approve that.')],
    stops: tabs,
  },
  {
    key: 'invalid-client',
    codes: [],
    outcome: 'refused',
    severity: 'warning',
    title: 'Browser extension too old',
    seen: { '2026.9.6': 'source' },
    docs: 'browser#invalid-client',
    happened: (facts, place) =>
      `The gateway refused ${who(facts, place)}${fromWhere(facts)}: a browser extension must use mode ui and offer the two capabilities that bind it to its session.`,
    why: () => 'The extension is older than the gateway, or a program uses its client id.',
    remedies: () => [remedy('client', 'Update the extension.')],
    stops: tabs,
  },
  {
    key: 'browser-identity-route-withdrawn',
    codes: [],
    outcome: 'refused',
    severity: 'info',
    title: 'Sign-in route changed',
    seen: { '2026.9.6': 'source' },
    docs: 'browser#browser-identity-route-withdrawn',
    happened: (facts, place) =>
      `The gateway ended the connection of ${who(facts, place)} with code 1012: the address that signs people in was taken back meanwhile.`,
    why: () => 'Tailscale Serve stopped publishing this gateway, or another address was published.',
    remedies: () => [remedy('client', 'Nothing where it comes back. Else open the gateway at its new address.')],
    stops: 'It ends with the change of the address.',
  },
];
