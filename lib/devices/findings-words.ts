// Findings in words, each with its fixes in order of harm. What a fix does is measured on both versions: docs/devices.md.
import type { DeviceChangeView, DeviceFinding, FindingCode, FindingFix } from '../api/device-shapes.ts';
import { isoOf } from '../clock.ts';
import { onHost, removeCommand } from '../diagnosis/commands.ts';
import type { Place } from '../diagnosis/entry.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { effectiveScopes, shortScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import { type Found, NOT_SEEN_DAYS } from './findings.ts';

/** What each is called and how grave it is. */
export const FINDING_TITLES: Record<FindingCode, { title: string; severity: DeviceFinding['severity'] }> = {
  'silent-grant': { title: 'Holds what nobody clicked', severity: 'fault' },
  'came-back': { title: 'Came back by itself', severity: 'fault' },
  'revoked-but-connecting': { title: 'Revoked, but still connecting', severity: 'fault' },
  'token-wide-again': { title: 'Token was widened again', severity: 'fault' },
  'looping-after-approval': { title: 'Approved, but refused since', severity: 'fault' },
  'token-missing': { title: 'A role without a token', severity: 'warning' },
  'token-narrower': { title: 'Token narrower than its approval', severity: 'warning' },
  'platform-changed': { title: 'Platform changed', severity: 'warning' },
  'many-keys': { title: 'Same client, several keys', severity: 'note' },
  'mixed-roles': { title: 'Operator and node in one key', severity: 'note' },
  ephemeral: { title: 'Made for a single use', severity: 'note' },
  'never-used': { title: 'Never used', severity: 'note' },
  'not-seen': { title: `Not seen for ${NOT_SEEN_DAYS} days`, severity: 'note' },
};

/** Where the device stands: what decides about texts and commands. */
export type About = {
  row: PairedDevice;
  place: Place;
  isConsole: boolean;
  /** What it got that nobody clicked and nobody has acknowledged, newest first. */
  unclicked?: readonly Pick<DeviceChangeView, 'at' | 'toldAt' | 'gained'>[];
};

const ROLE = /^[a-z]{1,20}$/;
const SCOPE = /^[a-z]+(?:\.[a-z]+)*$/;

const takeBack = (text: string): FindingFix => ({ title: 'Take it back', text, act: 'take-back', harm: 'loses-pairing' });

function removal({ row, place }: About): FindingFix {
  const fix = takeBack('Removes its pairing. Whether that keeps it out on this gateway is said before anything is done.');
  const command = removeCommand(place, row.deviceId);
  return command === undefined ? fix : { ...fix, command };
}

const askAnew: FindingFix = {
  title: 'Let it connect once with the shared secret',
  text: 'Give the client the gateway’s token or password and let it ask for all that it needs. The gateway then makes its token as wide as that by itself, and hands it over. Nothing is lost on the way.',
  harm: 'none',
};

/** A new token with all that was approved. On 2026.9.x the gateway hands it to nobody but the device itself. */
function rotate({ row, place }: About, role: string): FindingFix {
  const withheld = place.version?.startsWith('2026.4') !== true;
  const scopes = row.scopes.filter((scope) => SCOPE.test(scope));
  const command =
    ROLE.test(role) && /^[0-9a-f]{64}$/.test(row.deviceId) && scopes.length === row.scopes.length
      ? onHost(place, 'devices', 'rotate', '--device', row.deviceId, '--role', role, ...scopes.flatMap((scope) => ['--scope', scope]))
      : undefined;
  return {
    title: 'Make it a new token with all of its approval',
    text: `Its connections are closed and its old token is dead at once. ${
      withheld
        ? 'This version hands the new one to the device only when it connects with the shared secret: a client that has nothing but its device token stays out.'
        : 'The command shows the new token once, to be brought to the client; a client with the shared secret gets it by itself.'
    }`,
    act: 'rotate',
    harm: 'loses-token',
    ...(command === undefined ? {} : { command }),
  };
}

const pairAgain = (about: About): FindingFix => ({
  ...removal(about),
  title: 'Remove it and pair it again',
  text: 'The client asks anew and gets a token with what is approved then. On the client, its stored device token has to go as well where it sends nothing else.',
});

const acknowledge: FindingFix = {
  title: 'Say that it is right',
  text: 'If you know this device and it should hold this, acknowledge it. Nothing changes on the gateway.',
  act: 'acknowledge',
  harm: 'none',
};

type Words = { text: string; fixes: FindingFix[] };

const NAMED = 3;

/** Each grant with its time: what somebody must know to say that it is right. */
function grantWords(grants: NonNullable<About['unclicked']>): string {
  const one = ({ gained, toldAt, at }: (typeof grants)[number]) => {
    const got = [...gained.roles.map((role) => `role ${role}`), ...(gained.scopes.length > 0 ? [shortScopes(gained.scopes)] : [])];
    return `${got.join(', ') || 'its pairing'} (${(toldAt ?? at).slice(0, 16).replace('T', ' ')} UTC)`;
  };
  const more = grants.length > NAMED ? `; and ${grants.length - NAMED} grants before` : '';
  return `It got ${grants.slice(0, NAMED).map(one).join('; ')}${more}.`;
}

/** Whether its operator token holds a scope that can be taken from it and leaves another. */
const canNarrow = ({ tokens }: PairedDevice): boolean =>
  tokens.some(({ role, revokedAtMs, scopes }) => role === 'operator' && revokedAtMs === undefined && effectiveScopes(scopes).size > 1);

function words(found: Found, about: About): Words {
  const { row } = about;
  switch (found.code) {
    case 'silent-grant':
      return {
        text: `${
          about.unclicked && about.unclicked.length > 0 ? grantWords(about.unclicked) : 'It got access; its story shows when and what.'
        } No person and no rule of this console gave that, and it is not proven to be a person’s on the gateway.`,
        fixes: [
          acknowledge,
          ...(canNarrow(row) && !about.isConsole
            ? [
                {
                  title: 'Narrow its token',
                  text: 'Takes scopes from its token and leaves its pairing as it is. A client with the shared secret can widen it again.',
                  act: 'narrow' as const,
                  harm: 'loses-token' as const,
                },
              ]
            : []),
          removal(about),
        ],
      };
    case 'came-back':
      return {
        text: 'It was taken back here, and the gateway lists it again without a decision of this console.',
        fixes: [
          {
            title: 'Let the gateway ask',
            text: 'Where the gateway pairs local clients by itself, switch that off on its page (2026.9.x). 2026.4.14 always does so: there only a new shared secret keeps a local client out.',
            harm: 'none',
          },
          removal(about),
        ],
      };
    case 'revoked-but-connecting':
      return {
        text: found.doubtful
          ? 'Its token is revoked, and a caller that says to be the same client is refused for its device token. The gateway’s records name no key there: it is probably this device.'
          : 'Its token was revoked, and it connects or tries to since. A client that has the shared secret can get a new token that way.',
        fixes: [
          { title: 'Stop the client', text: 'On its machine, end it or take its configuration away. It retries until then.', harm: 'none' },
          removal(about),
        ],
      };
    case 'token-wide-again':
      return {
        text: 'Its token was narrowed here and is wide again, without a decision of this console. A gateway keeps the grant in the row: whoever connects with the shared secret and asks for all of it is handed a wide token, also after the next narrowing.',
        fixes: [
          {
            title: 'Let it ask for less',
            text: 'On its machine, configure the client to ask only for what it needs, or take the shared secret from it.',
            harm: 'none',
          },
          ...(canNarrow(row)
            ? [
                {
                  title: 'Narrow its token again',
                  text: 'Holds as long as nobody asks for all of it with the shared secret: do it after the client asks for less.',
                  act: 'narrow' as const,
                  harm: 'loses-token' as const,
                },
              ]
            : []),
          removal(about),
        ],
      };
    case 'looping-after-approval':
      return {
        text: 'Its last approval made a new token. Nothing shows it used since, and a caller that says to be the same client is refused for a device token that is not valid any more. A client that holds only its old device token never gets the new one. The records name no key there: it is probably this device.',
        fixes: [askAnew, pairAgain(about)],
      };
    case 'token-missing':
      return {
        text: `It was approved for the role ${found.role ?? ''} and has no token for it.`,
        fixes: [askAnew, pairAgain(about)],
      };
    case 'token-narrower':
      return {
        text: `It was approved for more than its ${found.role ?? ''} token carries: ${shortScopes(found.lacks ?? [])} is missing. With the shared secret it does not notice. With only its device token it is refused whenever it asks for what is missing, and no request ever waits for you.`,
        fixes: [askAnew, rotate(about, found.role ?? 'operator'), pairAgain(about)],
      };
    case 'platform-changed': {
      const waits = found.waits;
      const text = waits
        ? `It is paired as ${[row.platform, row.deviceFamily].filter((part) => part !== undefined).join(', ') || 'no platform'} and now says ${waits.platform}. The gateway lets it in no more until that is decided. An update of the client does this; so does another machine with a copied key.`
        : 'It asked to be known under another platform and was turned down. It stays out as long as it says that.';
      return {
        text,
        fixes: [
          ...(waits
            ? [
                {
                  title: 'Approve the change',
                  text: 'If the client was updated, approve its request. That makes a new token: a client that holds only its old one has to connect once with the shared secret.',
                  act: 'approve' as const,
                  harm: 'loses-token' as const,
                },
              ]
            : []),
          pairAgain(about),
        ],
      };
    }
    case 'many-keys': {
      const alike = found.alike;
      const which =
        alike?.used === undefined
          ? 'Which of them is used cannot be told on this gateway.'
          : alike.used === row.deviceId
            ? 'This is the one that was used last.'
            : `The one that was used last is ${alike.used.slice(0, 8)}.`;
      return {
        text: `${alike?.count ?? 2} keys say to be this client, by name, kind, platform and address. ${which} A client that lost its key makes a new one; several people with one setup look the same.`,
        fixes: [
          {
            title: 'Give each a name',
            text: 'If they are different clients, name them on the gateway (2026.9.x).',
            act: 'rename',
            harm: 'none',
          },
          ...(alike?.used === row.deviceId ? [] : [removal(about)]),
        ],
      };
    }
    case 'mixed-roles':
      return {
        text: 'One key is operator and node at once: what it may do as an operator and the commands on its machine go together. The key of a gateway’s own host is like that when a node runs there.',
        fixes: [
          {
            title: 'Revoke the role that it does not need',
            text: 'The other one stays. Its connections of that role are closed.',
            act: 'revoke',
            harm: 'reconnects',
          },
        ],
      };
    case 'ephemeral':
      return {
        text: 'It calls itself a probe or a test, which connect once and are not needed afterwards.',
        fixes: [removal(about)],
      };
    case 'never-used':
      return {
        text: 'The gateway never saw it in use since it was paired.',
        fixes: [removal(about)],
      };
    case 'not-seen':
      return {
        text: `The gateway tells when it was seen last, and that is more than ${NOT_SEEN_DAYS} days ago.`,
        fixes: [removal(about)],
      };
  }
}

/** A finding as the API gives it. The console's own device is never offered to be taken back. */
export function findingView(found: Found, about: About): DeviceFinding {
  const { text, fixes } = words(found, about);
  const { title, severity } = FINDING_TITLES[found.code];
  return {
    code: found.code,
    severity,
    title,
    text,
    fixes: about.isConsole ? fixes.filter((fix) => fix.harm !== 'loses-pairing') : fixes,
    ...present({ since: found.sinceMs === undefined ? undefined : isoOf(found.sinceMs) }),
  };
}
