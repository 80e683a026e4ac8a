// Who lives in the practice world: the same cast that operators meet in the field, each with what it asks, stage by stage.
import type { DeviceIdentity } from '../gateway/identity.ts';
import type { DialOptions } from './client.ts';

/** One thing that a device wants; it goes on once it was let in with it. */
export type Stage = {
  scopes: readonly string[];
  role?: string;
  commands?: readonly string[];
  /** Seconds between being let in and the next stage. */
  restSeconds: number;
};
export type Actor = {
  name: string;
  /** Starts over with a key of its own after the last stage, as a new device would. */
  returnsAsNew: boolean;
  /** Seconds between two tries while it is refused: from, to. */
  retrySeconds: readonly [number, number];
  /** Tries in a row each time, one second apart: a client in a loop. */
  burst: number;
  /** Where among the opening acts it stands; later ones join in the course of the first minutes. */
  opens: number;
  stages: readonly Stage[];
  identity: DeviceIdentity;
  claims: Omit<DialOptions, 'url' | 'identity' | 'scopes' | 'role' | 'commands' | 'token'>;
  /** Sends this instead of the shared token. */
  wrongToken?: string;
};

const READ = 'operator.read';
const WRITE = 'operator.write';
const SIX = ['operator.admin', READ, WRITE, 'operator.approvals', 'operator.pairing', 'operator.talk.secrets'];
const BROWSER = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const VERSION = '2026.4.14';

/** The cast. The host key is the gateway's own: its CLI signs with it. */
export function createCast({ hostKey, newIdentity }: { hostKey: DeviceIdentity; newIdentity: () => DeviceIdentity }): Actor[] {
  const failing = { stages: [{ scopes: [READ], restSeconds: 300 }], burst: 1, returnsAsNew: false } as const;
  return [
    {
      name: 'the CLI of this host',
      returnsAsNew: false,
      retrySeconds: [14, 24],
      burst: 3,
      opens: 1,
      stages: [
        { scopes: [READ], restSeconds: 0 },
        // Often enough that somebody who takes its grant back sees it come back by itself, as on the real gateway.
        { scopes: SIX, restSeconds: 40 },
      ],
      identity: hostKey,
      claims: { client: { id: 'cli', mode: 'cli', version: VERSION, platform: 'linux' } },
    },
    {
      name: 'Control UI in a browser',
      returnsAsNew: false,
      retrySeconds: [45, 80],
      burst: 1,
      opens: 3,
      stages: [
        { scopes: [READ], restSeconds: 0 },
        { scopes: [READ, WRITE], restSeconds: 240 },
        { scopes: [READ, WRITE, 'operator.approvals'], restSeconds: 600 },
      ],
      identity: newIdentity(),
      claims: {
        client: {
          id: 'openclaw-control-ui',
          mode: 'webchat',
          version: VERSION,
          platform: 'Linux x86_64',
          displayName: 'Chrome on the desk',
        },
        headers: { origin: 'http://localhost:18789', 'user-agent': BROWSER },
      },
    },
    {
      name: 'a phone behind a proxy',
      returnsAsNew: true,
      retrySeconds: [40, 75],
      burst: 1,
      opens: 2,
      stages: [
        { scopes: [READ, WRITE], restSeconds: 200 },
        { scopes: [READ, WRITE, 'operator.approvals'], restSeconds: 600 },
      ],
      identity: newIdentity(),
      claims: {
        client: {
          id: 'openclaw-ios',
          mode: 'ui',
          version: VERSION,
          platform: 'iOS 26.1',
          deviceFamily: 'iPhone',
          displayName: "Maya's phone",
        },
        headers: { 'x-forwarded-for': '198.51.100.24', 'user-agent': 'OpenClaw/2026.4 CFNetwork/3860 Darwin/25.1.0' },
      },
    },
    {
      name: 'a report job on this host',
      returnsAsNew: false,
      retrySeconds: [30, 60],
      burst: 1,
      opens: 4,
      stages: [
        { scopes: [READ], restSeconds: 0 },
        { scopes: [READ, WRITE], restSeconds: 180 },
        { scopes: [READ, WRITE, 'operator.talk.secrets'], restSeconds: 600 },
      ],
      identity: newIdentity(),
      claims: { client: { id: 'gateway-client', mode: 'ui', version: '1.4.0', platform: 'linux', displayName: 'Nightly report' } },
    },
    {
      name: 'a machine that offers commands',
      returnsAsNew: true,
      retrySeconds: [20, 35],
      burst: 1,
      opens: 5,
      stages: [{ role: 'node', scopes: [], commands: ['system.run', 'system.which'], restSeconds: 900 }],
      identity: newIdentity(),
      claims: {
        client: {
          id: 'node-host',
          mode: 'node',
          version: VERSION,
          platform: 'darwin',
          deviceFamily: 'Mac',
          displayName: 'Mac mini in the rack',
        },
        headers: { 'x-forwarded-for': '203.0.113.7' },
      },
    },
    {
      ...failing,
      name: 'a script with an old token',
      retrySeconds: [70, 140],
      burst: 2,
      opens: 6,
      identity: newIdentity(),
      claims: { client: { id: 'gateway-client', mode: 'ui', version: '0.9.2', platform: 'linux', displayName: 'Backup script' } },
      wrongToken: 'a-token-that-was-changed-long-ago',
    },
    {
      ...failing,
      name: 'a client that is too old',
      retrySeconds: [120, 240],
      opens: 7,
      identity: newIdentity(),
      claims: {
        client: { id: 'openclaw-android', mode: 'ui', version: '2025.11.2', platform: 'Android 14', displayName: 'Old tablet' },
        protocol: { min: 1, max: 2 },
      },
    },
    {
      ...failing,
      name: 'a laptop with a wrong clock',
      retrySeconds: [100, 200],
      opens: 8,
      identity: newIdentity(),
      claims: {
        client: {
          id: 'openclaw-macos',
          mode: 'ui',
          version: VERSION,
          platform: 'darwin',
          deviceFamily: 'Mac',
          displayName: 'Laptop in the lab',
        },
        skewMs: -600_000,
      },
    },
    {
      ...failing,
      name: 'a web page from elsewhere',
      retrySeconds: [150, 300],
      opens: 9,
      identity: newIdentity(),
      claims: {
        client: { id: 'webchat-ui', mode: 'webchat', version: VERSION, platform: 'Win32' },
        headers: { origin: 'https://dashboard.example', 'user-agent': BROWSER },
      },
    },
    {
      ...failing,
      name: 'something that is no client',
      retrySeconds: [180, 360],
      opens: 10,
      identity: newIdentity(),
      claims: {
        client: { id: 'test', mode: 'test', version: '0', platform: 'linux' },
        rawFirstFrame: '{"type":"req","id":"1","method":"health"}',
      },
    },
  ];
}
