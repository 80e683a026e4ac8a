// All that is known of one device now: its row, its findings in words, and what taking it back would be worth on its gateway.
import type { DeviceDetail } from '../api/device-shapes.ts';
import type { Desk } from '../approvals/desk-shape.ts';
import { originsOf } from '../approvals/take-back-planner.ts';
import { Problem } from '../problem.ts';
import { grantSentence } from '../scopes/sentence.ts';
import type { Store } from '../store/open.ts';
import { enforcementOf } from './enforcement.ts';
import { findingView } from './findings-words.ts';
import { whereaboutsOf } from './where.ts';

const CHANGES_SHOWN = 20;
/** So many grants that nobody clicked are looked at for the words of their finding. */
const GRANTS_READ = 200;

/** Throws Problem('device-unknown') when the gateway's last list does not hold it; rejects with 'store-unwritable'. */
export async function detailOfDevice(
  desk: Desk,
  store: Pick<Store, 'handshakes' | 'inventories' | 'takeBacks'>,
  deviceId: string,
): Promise<DeviceDetail> {
  const device = desk.devices().find((d) => d.deviceId === deviceId);
  const inspected = desk.inspect(deviceId);
  if (!device || !inspected) throw new Problem('device-unknown', 'This gateway lists no such device.');
  const { row, found } = inspected;
  const port = desk.takeBack;
  const key = { gateway: desk.id, deviceId };
  const given = (await store.takeBacks.grantsOfDevice(desk.id, deviceId)).filter((g) => g.publicKey === row.publicKey);
  const [origins, changes, open] = await Promise.all([
    originsOf(store, key, given),
    store.inventories.changes({ ...key, limit: CHANGES_SHOWN }),
    store.inventories.changes({ ...key, open: true, limit: GRANTS_READ }),
  ]);
  const whereabouts = whereaboutsOf({ isHostKey: device.isHostKey, remoteIp: row.remoteIp, origins }, port.isOwnAddress);
  const place = desk.place(deviceId);
  const since = open.items.at(-1);
  return {
    device,
    sentence: grantSentence(device.roles, device.scopes),
    findings: found.map((one) => {
      const view = findingView(one, { row, place, isConsole: device.isConsole, unclicked: open.items });
      return one.code === 'silent-grant' && since !== undefined ? { ...view, since: since.toldAt ?? since.at } : view;
    }),
    ...(device.roles.includes('node') ? { node: desk.nodes.holding(deviceId) } : {}),
    removal: enforcementOf({ ...port.wayBack(), whereabouts, remoteIp: row.remoteIp, approvedVia: row.approvedVia }),
    changes: changes.items,
  };
}
