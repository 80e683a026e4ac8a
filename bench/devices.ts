// Ten thousand devices: filtered and sorted at each keystroke, told of again when a row changed, and what the first look costs.
import { loadavg } from 'node:os';
import type { DeviceView } from '../lib/api/shapes.ts';
import { deviceView } from '../lib/devices/device-view.ts';
import { createDeviceMatch, type DeviceFilter, type DeviceSort, type SearchTexts, sortDevices } from '../lib/devices/filter.ts';
import { findingsOf } from '../lib/devices/findings.ts';
import { createListFacts } from '../lib/devices/findings-list.ts';
import type { PairedDevice } from '../lib/gateway/records.ts';
import type { Figure, Measurement } from './figures.ts';

const DEVICES = 10_000;
const ROUNDS = 30;
const DAY_MS = 86_400_000;
const COMMAND = 'npm run bench -- devices';

const NAMES = ['Ann’s laptop', 'build agent', 'nightly', 'kitchen tablet', 'Desk'];
const SCOPES = [['operator.read'], ['operator.read', 'operator.write'], ['operator.admin', 'operator.read']];

/** Rows as a gateway of 2026.9.x lists them; every third client has several keys. */
function rowOf(n: number, nowMs: number): PairedDevice {
  const scopes = SCOPES[n % SCOPES.length] ?? [];
  return {
    deviceId: n.toString(16).padStart(64, '0'),
    publicKey: `key-${n}`,
    displayName: n % 3 === 0 ? 'build agent' : `${NAMES[n % NAMES.length]} ${n}`,
    clientId: ['cli', 'openclaw-ios', 'gateway-client'][n % 3],
    clientMode: 'ui',
    platform: ['linux', 'darwin', 'ios'][n % 3],
    remoteIp: n % 3 === 0 ? `10.0.0.${n % 200}` : `10.1.${n % 250}.${n % 199}`,
    roles: n % 17 === 0 ? ['node', 'operator'] : ['operator'],
    scopes,
    createdAtMs: nowMs - (n % 400) * DAY_MS,
    approvedAtMs: nowMs - (n % 300) * DAY_MS,
    lastSeenAtMs: nowMs - (n % 200) * DAY_MS,
    connected: n % 40 === 0,
    approvedVia: n % 5 === 0 ? 'silent' : 'owner',
    tokens: [{ role: 'operator', scopes: n % 11 === 0 ? ['operator.read'] : scopes, createdAtMs: nowMs - (n % 400) * DAY_MS }],
  };
}

const timed = (work: () => unknown): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

/** What a person types letter by letter, and the filters that are pressed. */
const ASKS: readonly (DeviceFilter & { sort?: DeviceSort })[] = [
  ...['b', 'bu', 'bui', 'buil', 'build', 'build a', 'build age', '10.1.2', 'zzz'].map((text) => ({ text })),
  { holdsAdmin: true, sort: 'seen' },
  { notSeenDays: 30, sort: 'name' },
  { findings: ['many-keys'], sort: 'address' },
  { sort: 'approved' },
];

export const deviceFigures: Measurement = {
  name: 'devices',
  async take(say) {
    const nowMs = Date.now();
    const rows = Array.from({ length: DEVICES }, (_, n) => rowOf(n, nowMs));
    const list = { paired: rows, pending: [], unread: 0 };
    const viewsOf = (): DeviceView[] => {
      const facts = createListFacts()(list);
      return rows.map((row) => {
        const known = {
          list: facts.get(row.deviceId),
          seen: undefined,
          mismatchMs: undefined,
          unclicked: 0,
          isConsole: false,
          isHostKey: false,
          nowMs,
        };
        const findings = [...new Set(findingsOf(row, known).map(({ code }) => code))];
        return deviceView('bench', row, {
          ledger: undefined,
          consoleId: '',
          hostKeyId: undefined,
          silently: false,
          unclicked: 0,
          findings,
        });
      });
    };
    const devices = viewsOf();
    say(`${devices.filter(({ findings }) => findings.length > 0).length} of ${DEVICES} devices have findings`);
    const texts: SearchTexts = new WeakMap();
    const look = ({ sort = 'gravity', ...filter }: DeviceFilter & { sort?: DeviceSort }) =>
      sortDevices(devices.filter(createDeviceMatch(filter, nowMs, texts)), sort, false);
    const found = ASKS.map((ask) => look(ask).length);
    if (!found.some((n) => n === 0) || !found.some((n) => n > 1000)) throw new Error('the filters did not filter');
    const figure = (what: string, samples: number[], goal?: Figure['goal']): Figure => ({
      what: `10,000 devices, ${what}`,
      unit: 'ms',
      samples,
      command: COMMAND,
      load: loadavg()[0] ?? 0,
      ...(goal === undefined ? {} : { goal }),
    });
    const facts = createListFacts();
    facts(list);
    return [
      figure('filtered and sorted', Array.from({ length: ROUNDS }, () => ASKS.map((ask) => timed(() => look(ask)))).flat(), {
        p95: 50,
        text: '< 50 ms',
      }),
      figure(
        'findings of all, for the first time',
        Array.from({ length: ROUNDS }, () => timed(viewsOf)),
      ),
      figure(
        'a reading in which one row changed',
        Array.from({ length: ROUNDS }, (_, n) => timed(() => facts({ ...list, paired: rows.with(n, rowOf(n, nowMs)) }))),
      ),
    ];
  },
};
