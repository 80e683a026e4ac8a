// All that is known of one device now: its row, its findings in words, and what taking it back would be worth on its gateway.
import type { DeviceActKind, DeviceDetail, FindingFix } from '../api/device-shapes.ts';
import type { Desk } from '../approvals/desk-shape.ts';
import { originsOf } from '../approvals/take-back-planner.ts';
import { Problem } from '../problem.ts';
import { grantSentence } from '../scopes/sentence.ts';
import type { Store } from '../store/open.ts';
import { notOffered } from './acts/item.ts';
import { enforcementOf } from './enforcement.ts';
import { findingView } from './findings-words.ts';
import { OWN_DEVICE } from './own-device.ts';
import { whereaboutsOf } from './where.ts';

const CHANGES_SHOWN = 20;
const ACTS: readonly DeviceActKind[] = ['rename', 'rotate', 'narrow', 'revoke'];
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
  const cannot = ACTS.flatMap((act) => {
    const why = notOffered(desk.deviceActs, act);
    return why === undefined ? [] : [{ act, why }];
  });
  /** A fix that this gateway cannot be asked for is told and not offered. */
  const offered = ({ act, ...fix }: FindingFix): FindingFix =>
    act === undefined || cannot.some((one) => one.act === act) ? fix : { ...fix, act };
  return {
    device,
    sentence: grantSentence(device.roles, device.scopes),
    findings: found.map((one) => {
      const told = findingView(one, { row, place, isConsole: device.isConsole, unclicked: open.items });
      const view = { ...told, fixes: told.fixes.map(offered) };
      return one.code === 'silent-grant' && since !== undefined ? { ...view, since: since.toldAt ?? since.at } : view;
    }),
    ...(device.roles.includes('node') ? { node: desk.nodes.holding(deviceId) } : {}),
    removal: device.isConsole
      ? { enforcement: 'until-next-connect', why: OWN_DEVICE }
      : enforcementOf({ ...port.wayBack(), whereabouts, remoteIp: row.remoteIp, approvedVia: row.approvedVia }),
    cannot,
    changes: changes.items,
  };
}
