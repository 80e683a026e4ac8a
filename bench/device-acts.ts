// A run of five hundred acts on a gateway with ten thousand devices: what one act takes, and how many lists are read for it. The gateway
// is the pairing store of the practice gateway behind a function, its list as text in between as on a socket.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceActInput } from '../lib/api/device-shapes.ts';
import { systemClock } from '../lib/clock.ts';
import { createDeviceActs } from '../lib/devices/acts/device-acts.ts';
import { createListReader, type PairingList } from '../lib/gateway/records.ts';
import { openStore } from '../lib/store/open.ts';
import { counter } from '../lib/testing/counter.ts';
import { createPairingTransport } from '../lib/testing/pairing-transport.ts';
import type { Figure, Measurement } from './figures.ts';

const DEVICES = 10_000;
const RUN = 500;
const COMMAND = 'npm run bench -- device-acts';
const HELD = ['operator.read', 'operator.write'];
const LEFT = ['operator.read'];

const idOf = (n: number) => n.toString(16).padStart(64, '0');

export const deviceActFigures: Measurement = {
  name: 'device-acts',
  async take(say) {
    const clock = systemClock();
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
    const store = await openStore({ folder, clock });
    const gateway = createPairingTransport({ clock });
    const at = clock.nowMs() - 60_000;
    gateway.edit((state) => ({
      ...state,
      paired: Object.fromEntries(
        Array.from({ length: DEVICES }, (_, n) => {
          const token = { token: `secret-${n}`, role: 'operator', scopes: HELD, createdAtMs: at };
          const row = { deviceId: idOf(n), publicKey: `key-${n}`, displayName: `device ${n}`, role: 'operator', roles: ['operator'] };
          return [idOf(n), { ...row, scopes: HELD, approvedScopes: HELD, createdAtMs: at, approvedAtMs: at, tokens: { operator: token } }];
        }),
      ),
    }));
    const parse = createListReader();
    let known: PairingList | undefined;
    let lists = 0;
    const readList = async () => {
      lists += 1;
      known = parse(JSON.parse(JSON.stringify(await gateway.request('device.pair.list'))));
      return known;
    };
    const next = counter();
    const acts = await createDeviceActs({
      port: () => ({
        gateway: 'bench',
        name: 'bench',
        consoleDeviceId: 'f'.repeat(64),
        hostKeyId: () => undefined,
        unable: () => undefined,
        list: () => known,
        readList,
        exclusively: (_deviceId, work) => work(),
        refused: () => Promise.resolve(),
        wayBack: () => ({ protocol: 3, autoApproveLocal: undefined, secret: 'token' }),
        isOwnAddress: () => false,
        async refresh() {
          acts.onList('bench', await readList(), true);
        },
        version: () => '2026.4.14',
        offers: () => true,
        async tell(method, params) {
          await gateway.request(method, params);
        },
      }),
      store,
      publish: () => undefined,
      record: () => Promise.resolve(),
      clock,
      newId: () => `act-${next()}`,
      onError: (error) => say(String(error)),
    });
    try {
      const devices = Array.from({ length: RUN }, (_, n) => ({ gateway: 'bench', deviceId: idOf(n) }));
      const { items } = await acts.plan({ act: 'narrow', scopes: LEFT, devices });
      lists = 0;
      const samples: number[] = [];
      for (const { gateway: of, deviceId, publicKey, rowCreatedAtMs, holds, role, tokenScopes } of items) {
        const input: DeviceActInput = {
          ...{ act: 'narrow', gateway: of, deviceId, publicKey, holds, scopes: LEFT },
          ...(rowCreatedAtMs === undefined ? {} : { rowCreatedAtMs }),
          ...(role === undefined ? {} : { role }),
          ...(tokenScopes === undefined ? {} : { tokenScopes }),
        };
        const from = performance.now();
        const { state, outcome } = await acts.act(input, { kind: 'person', name: 'bench' });
        samples.push(performance.now() - from);
        if (state !== 'done') throw new Error(outcome);
      }
      await acts.idle();
      const row = { command: COMMAND, load: loadavg()[0] ?? 0 };
      const what = `${RUN} tokens narrowed among ${DEVICES.toLocaleString('en')} devices`;
      return [
        { ...row, what: `${what}, one`, unit: 'ms', samples } satisfies Figure,
        {
          ...row,
          what: `${what}, lists read for one`,
          unit: '',
          samples: [lists / RUN],
          goal: { median: 1.5, text: '1' },
        } satisfies Figure,
      ];
    } finally {
      await store.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
