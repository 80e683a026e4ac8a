// Plans of acts on devices: each gateway's list is read once, and every named row becomes an item.
import type { DeviceActItem, DeviceActPlan, DeviceActPlanInput } from '../../api/device-shapes.ts';
import { listNow, originsOf } from '../../approvals/take-back-planner.ts';
import type { PairedDevice, PairingList } from '../../gateway/records.ts';
import { Problem } from '../../problem.ts';
import type { Store } from '../../store/open.ts';
import { type Asked, actItem } from './item.ts';
import type { DeviceActPort } from './port.ts';

export type ActPlanner = {
  /** See DeviceActs.plan. */
  plan: (input: DeviceActPlanInput) => Promise<DeviceActPlan>;
  /** One row as an item. */
  item: (port: DeviceActPort, asked: Asked, row: PairedDevice, list: PairingList, leaving?: ReadonlySet<string>) => Promise<DeviceActItem>;
};

const NONE: ReadonlySet<string> = new Set();

export function createActPlanner(deps: {
  /** Throws Problem('gateway-unknown' | 'gateway-down'). */
  port: (gateway: string) => DeviceActPort;
  store: Pick<Store, 'handshakes'>;
}): ActPlanner {
  const item: ActPlanner['item'] = async (port, asked, row, list, leaving = NONE) => {
    // Where it comes from bears on a revocation alone.
    const key = { gateway: port.gateway, deviceId: row.deviceId };
    const origins = asked.act === 'revoke' ? await originsOf(deps.store, key, []) : [];
    return actItem({ port, asked, row, list, origins, leaving });
  };

  return {
    item,
    async plan(input) {
      if ((input.act === 'narrow') !== (input.scopes !== undefined))
        throw new Problem('input-invalid', 'body field scopes: to be named for narrow, and for nothing else', { field: 'scopes' });
      const out: DeviceActPlan = { items: [], gone: [] };
      for (const [gateway, of] of Map.groupBy(input.devices, (device) => device.gateway)) {
        const port = deps.port(gateway);
        const list = await listNow(port);
        const rows = new Map(list.paired.map((row) => [row.deviceId, row]));
        const wanted = new Set(of.map(({ deviceId }) => deviceId));
        for (const deviceId of wanted) {
          const row = rows.get(deviceId);
          if (row) out.items.push(await item(port, input, row, list, wanted));
          else out.gone.push({ gateway, deviceId });
        }
      }
      return out;
    },
  };
}
