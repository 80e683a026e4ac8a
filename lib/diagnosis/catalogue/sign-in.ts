// The secret that a caller showed was missing, wrong or not usable: cause unauthorized.
import type { RemedyView } from '../../api/shapes.ts';
import type { AttemptFacts } from '../../handshakes/attempt.ts';
import { onHost, removeCommand, setCommand } from '../commands.ts';
import type { CatalogueEntry, Place } from '../entry.ts';
import { hasHelperCli, versionWords } from '../place.ts';
import { approvals, clientSecret, RESTART, remedy, tokenWhere } from '../remedies.ts';
import { fromWhere, pathOf, span, who } from '../words.ts';

type Part = Omit<CatalogueEntry, 'outcome' | 'docs' | 'key' | 'severity'> & { reason: string; severity?: CatalogueEntry['severity'] };

const unauthorized = ({ reason, severity = 'warning', ...rest }: Part): CatalogueEntry => ({
  key: `unauthorized/${reason}`,
  outcome: 'refused',
  docs: `unauthorized#${reason}`,
  severity,
  ...rest,
});

const RETRIES =
  'The client retries until it has the right secret or is stopped. Ten failures in a minute from another address lock that address for 5 minutes.';

/** What was sent to sign in, in words. */
function sent(facts: AttemptFacts): string {
  switch (facts.authProvided) {
    case 'token':
      return 'a token';
    case 'password':
      return 'a password';
    case 'device-token':
      return 'a device token';
    case 'bootstrap-token':
      return 'a setup code';
    default:
      return 'a secret';
  }
}

/** The way to give this caller the secret: a local CLI reads the gateway's own file, anyone else needs to be told. */
function giveSecret(facts: AttemptFacts, place: Place, kind: 'token' | 'password'): RemedyView[] {
  if (facts.browserOrigin !== undefined)
    return [
      remedy('client', `Enter the gateway’s ${kind} in the settings of the Control UI in that browser.`),
      ...(kind === 'token' ? [tokenWhere(place)] : []),
    ];
  const local = pathOf(facts) === 'loopback';
  return [
    ...(local
      ? [
          remedy(
            'gateway-host',
            `A client on the gateway’s own host reads gateway.auth.${kind} of the gateway’s configuration, unless ${kind === 'token' ? 'OPENCLAW_GATEWAY_TOKEN' : 'OPENCLAW_GATEWAY_PASSWORD'} in its environment says otherwise. Run it as the gateway’s user and on the same configuration; this shows which one is in use.`,
            onHost(place, 'config', 'file'),
          ),
        ]
      : []),
    clientSecret(kind),
    ...(kind === 'token' ? [tokenWhere(place)] : []),
  ];
}

/** The limits of the login lock: of this gateway where they are known, else the ones that both versions come with. */
function lockWords(place: Place): string {
  const { maxAttempts, windowMs, lockoutMs } = place.rateLimit ?? { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000 };
  return `${maxAttempts} failures in ${span(windowMs)} lock the address for ${span(lockoutMs)}`;
}

export const SIGN_IN: readonly CatalogueEntry[] = [
  unauthorized({
    reason: 'token_missing',
    codes: ['AUTH_TOKEN_MISSING'],
    title: 'No token sent',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) => `The gateway asks for its token, and ${who(facts, place)} sent none${fromWhere(facts)}.`,
    why: (_, place) =>
      `The client has no token configured, or it looks at another configuration than it should. On ${versionWords(place)} a device token alone is enough once the device is paired, but this client sent none either.`,
    remedies: (facts, place) => giveSecret(facts, place, 'token'),
    stops: 'The client retries until it is given the token or is stopped. A missing token is not counted against the address.',
  }),
  unauthorized({
    reason: 'password_missing',
    codes: ['AUTH_PASSWORD_MISSING'],
    title: 'No password sent',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) => `The gateway asks for its password, and ${who(facts, place)} sent none${fromWhere(facts)}.`,
    why: () => 'The gateway signs in by password (gateway.auth.mode), and the client has none configured.',
    remedies: (facts, place) => giveSecret(facts, place, 'password'),
    stops: 'The client retries until it is given the password or is stopped. A missing password is not counted against the address.',
  }),
  unauthorized({
    reason: 'token_mismatch',
    codes: ['AUTH_TOKEN_MISMATCH'],
    title: 'Wrong token',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) => `The gateway refused ${who(facts, place)}${fromWhere(facts)}: the token that it sent is not the gateway’s.`,
    why: (facts) =>
      pathOf(facts) === 'loopback'
        ? 'A client on the same host is often right about the file and still wrong: its own environment holds an older token, or the gateway’s service was installed with another one in its environment, which goes before the file. An old device token sent as token looks the same.'
        : 'The client holds an older or another gateway’s token. An old device token sent as token looks the same.',
    remedies: (facts, place) => [
      ...(pathOf(facts) === 'loopback'
        ? [
            remedy(
              'gateway-host',
              'Compare what the service was started with and what the configuration says.',
              onHost(place, 'gateway', 'status'),
            ),
          ]
        : []),
      ...giveSecret(facts, place, 'token'),
      ...(pathOf(facts) === 'loopback'
        ? [
            remedy(
              'gateway-host',
              'If the service holds an old token, install it anew from the configuration. This restarts the gateway and ends every connection.',
              onHost(place, 'gateway', 'install', '--force'),
            ),
          ]
        : []),
    ],
    stops: RETRIES,
  }),
  unauthorized({
    reason: 'password_mismatch',
    codes: ['AUTH_PASSWORD_MISMATCH'],
    title: 'Wrong password',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) =>
      `The gateway refused ${who(facts, place)}${fromWhere(facts)}: the password that it sent is not the gateway’s.`,
    why: () => 'The client holds an older password, or the one of another gateway.',
    remedies: (facts, place) => giveSecret(facts, place, 'password'),
    stops: RETRIES,
  }),
  unauthorized({
    reason: 'device_token_mismatch',
    codes: ['AUTH_DEVICE_TOKEN_MISMATCH'],
    title: 'Old device token',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) =>
      `The gateway refused ${who(facts, place)}${fromWhere(facts)}: the device token that it sent is not valid any more.`,
    why: () =>
      'A device token ends when the device is approved for more, when its token is rotated or revoked, and when the device is removed. A client that missed the new one keeps sending the old.',
    remedies: (facts, place) => {
      const remove = removeCommand(place, facts.deviceId);
      return [
        remedy('nowhere', 'Look at Activity first: if its token was revoked or the device removed on purpose, leave it so.'),
        remedy('client', 'Let the client connect once with the gateway’s shared token: it then gets a new device token.'),
        ...(place.paired !== undefined && remove !== undefined
          ? [remedy('gateway-host', 'Else remove the device and pair it again. It loses what it holds until it is approved anew.', remove)]
          : []),
      ];
    },
    stops: RETRIES,
  }),
  unauthorized({
    reason: 'scope_mismatch',
    codes: ['AUTH_SCOPE_MISMATCH'],
    title: 'Its device token covers less',
    seen: { '2026.9.6': 'live' },
    happened: (facts, place) =>
      `The gateway refused ${who(facts, place)}${fromWhere(facts)}: its device token is good, but does not cover the scopes that it asked for.`,
    why: () =>
      'A client that signs in with its device token alone gets what that token holds and no more. The shared token is not at fault.',
    remedies: (facts, place) => [
      ...approvals(facts, place),
      remedy('client', 'Or let the client ask for no more than it holds. Leave the gateway’s token alone.'),
    ],
    stops: 'The client retries until its upgrade is approved, or until it asks for less.',
  }),
  unauthorized({
    reason: 'bootstrap_token_invalid',
    codes: ['AUTH_BOOTSTRAP_TOKEN_INVALID'],
    severity: 'notice',
    title: 'Setup code used or old',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) =>
      `The gateway refused ${who(facts, place)}${fromWhere(facts)}: its setup code is used up, expired or revoked.`,
    why: () => 'A setup code pairs one device, once, for a short time.',
    remedies: (_, place) => [remedy('gateway-host', 'Make a new setup code and scan or paste it on the device.', onHost(place, 'qr'))],
    stops: 'The app tries its code again until it is given a new one.',
  }),
  unauthorized({
    reason: 'rate_limited',
    codes: ['AUTH_RATE_LIMITED'],
    title: 'Locked out for a while',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    happened: (facts, place) =>
      `The gateway refused ${who(facts, place)}${fromWhere(facts)} without looking at its secret: too many attempts failed before.`,
    why: (facts, place) =>
      `${lockWords(place)}, for good secrets too. ${
        facts.browserOrigin !== undefined
          ? 'A browser is counted by its origin, over loopback as well, so one tab with an old token locks the others of the same page out.'
          : 'Loopback is exempt unless gateway.auth.rateLimit.exemptLoopback is false. Everybody behind the same address or proxy is locked out together.'
      }`,
    remedies: (_, place) => [
      remedy('client', 'Stop the client that retries with the wrong secret; the rows before this one name it.'),
      remedy('nowhere', `Wait: the lock ends ${span(place.rateLimit?.lockoutMs ?? 300_000)} after the failure that set it.`),
      remedy('gateway-host', 'A restart lifts all locks at once, and ends every connection.', onHost(place, 'gateway', 'restart')),
    ],
    stops: 'The lock ends by itself. It comes back as long as the client with the wrong secret goes on.',
  }),
  unauthorized({
    reason: 'token_missing_config',
    codes: ['AUTH_TOKEN_NOT_CONFIGURED'],
    severity: 'serious',
    title: 'Gateway has no token',
    seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
    happened: (facts, place) => `The gateway cannot let ${who(facts, place)} in: it signs in by token and has none configured.`,
    why: () =>
      'gateway.auth.mode is token and gateway.auth.token is empty. Both known versions make a token at their start where none is set, so it was taken out since, or comes from an environment that is gone.',
    remedies: (_, place) => [remedy('gateway-host', `Make a token.${RESTART}`, onHost(place, 'doctor', '--generate-gateway-token'))],
    stops: 'Every client fails until the gateway has a token.',
  }),
  unauthorized({
    reason: 'password_missing_config',
    codes: ['AUTH_PASSWORD_NOT_CONFIGURED'],
    severity: 'serious',
    title: 'Gateway has no password',
    seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
    happened: (facts, place) => `The gateway cannot let ${who(facts, place)} in: it signs in by password and has none configured.`,
    why: () => 'gateway.auth.mode is password and gateway.auth.password is empty.',
    remedies: (_, place) => [
      remedy(
        'gateway-config',
        `Let the configuration refer to OPENCLAW_GATEWAY_PASSWORD in the gateway’s environment.${RESTART}`,
        onHost(
          place,
          'config',
          'set',
          'gateway.auth.password',
          '--ref-provider',
          'default',
          '--ref-source',
          'env',
          '--ref-id',
          'OPENCLAW_GATEWAY_PASSWORD',
        ),
      ),
      remedy('gateway-config', 'Or go back to signing in by token.', setCommand(place, 'gateway.auth.mode', 'token')),
    ],
    stops: 'Every client fails until the gateway has a password.',
  }),
  ...(['token', 'password'] as const).map((kind) =>
    unauthorized({
      reason: `${kind}_redacted_config`,
      codes: ['AUTH_UNAUTHORIZED'],
      severity: 'serious',
      title: `Gateway’s ${kind} is a placeholder`,
      seen: { '2026.9.6': 'source' },
      happened: (facts, place) =>
        `The gateway cannot let ${who(facts, place)} in: its ${kind} is the placeholder that stands for a hidden value.`,
      why: () => `A configuration was written back with its secrets blanked out, so gateway.auth.${kind} now holds the placeholder.`,
      remedies: (_, place) => [
        remedy(
          'gateway-host',
          'Repair the configuration, restart the gateway, and give the clients the new secret.',
          onHost(place, 'doctor', '--fix'),
        ),
      ],
      stops: 'Every client fails until the configuration is repaired.',
    }),
  ),
  {
    ...unauthorized({
      reason: 'unauthorized',
      codes: ['AUTH_UNAUTHORIZED'],
      title: 'Not signed in',
      seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
      happened: (facts, place) =>
        `The gateway refused ${who(facts, place)}${fromWhere(facts)}, which sent ${sent(facts)}, and gives no closer reason.`,
      why: (_, place) =>
        `No way of signing in that this gateway knows fitted${place.authMode ? ` (gateway.auth.mode is ${place.authMode.slice(0, 30)})` : ''}.`,
      remedies: (facts, place) => giveSecret(facts, place, place.authMode === 'password' ? 'password' : 'token'),
      stops: RETRIES,
    }),
  },
  {
    ...unauthorized({
      reason: 'no-reason',
      codes: ['AUTH_REQUIRED'],
      title: 'Sign-in required',
      seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
      happened: (facts, place) => `The gateway refused ${who(facts, place)}${fromWhere(facts)} and wrote no reason.`,
      why: (_, place) =>
        `The gateway wants its callers to sign in${hasHelperCli(place) ? '' : ' or to be paired'}, and this one showed nothing that it accepts.`,
      remedies: (facts, place) => giveSecret(facts, place, place.authMode === 'password' ? 'password' : 'token'),
      stops: RETRIES,
    }),
  },
];
