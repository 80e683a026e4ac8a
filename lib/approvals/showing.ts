// What the pages were last shown of one gateway, so that only what changed goes over the bridge.
import type { BridgeChange, DeviceView, GatewayView, RequestView } from '../api/shapes.ts';

/** Above this many changed rows a list is read again instead of sent row by row. */
const REREAD_ABOVE = 50;
/** So many requests are looked through at every call. More of them, in a flood, wait for one look at all. */
const AT_ONCE = 100;
/** So many are sent at one look, some 4 kB each: a browser that reads as fast as it can is not taken for one that does not read. */
const SENT_AT_ONCE = 100;
const WAIT_MS = 100;

export type Showing = { gateway: () => void; requests: () => void; devices: () => void; dispose: () => void };

/** Publishes the differences between now and the last call. The functions given are asked anew each time. */
export function createShowing(deps: {
  gatewayId: string;
  publish: (change: BridgeChange) => void;
  view: () => GatewayView;
  requests: () => RequestView[];
  devices: () => DeviceView[];
}): Showing {
  const { gatewayId, publish } = deps;
  const requests = new Map<string, { card: RequestView; text: string }>();
  let later: NodeJS.Timeout | undefined;
  let devices = new Map<string, DeviceView>();
  let gateway = '';

  function showLater() {
    later ??= setTimeout(() => {
      later = undefined;
      showRequests();
    }, WAIT_MS);
  }

  function showRequests() {
    const present = deps.requests();
    const ids = new Set(present.map((r) => r.requestId));
    let sent = 0;
    for (const item of present) {
      if (sent === SENT_AT_ONCE) {
        showLater();
        break;
      }
      const before = requests.get(item.requestId);
      // An unchanged card is the same object (kept-cards); only the others are worth comparing in full.
      if (before?.card === item) continue;
      const text = JSON.stringify(item);
      requests.set(item.requestId, { card: item, text });
      if (before?.text === text) continue;
      publish({ topic: 'requests', op: 'set', item });
      sent += 1;
    }
    for (const requestId of requests.keys()) {
      if (ids.has(requestId)) continue;
      requests.delete(requestId);
      publish({ topic: 'requests', op: 'gone', gateway: gatewayId, requestId });
    }
  }

  return {
    gateway() {
      const item = deps.view();
      // Being live alone must not repaint the page every second.
      const key = JSON.stringify({ ...item, freshness: item.freshness.state });
      if (key === gateway) return;
      gateway = key;
      publish({ topic: 'gateways', op: 'set', item });
    },
    requests() {
      if (later !== undefined || requests.size > AT_ONCE) showLater();
      else showRequests();
    },
    devices() {
      const all = deps.devices();
      const next = new Map(all.map((d) => [d.deviceId, d]));
      // Unchanged devices are the same object (desk-views); only the others are worth comparing in full.
      const changed = all.filter((d) => {
        const before = devices.get(d.deviceId);
        return before !== d && JSON.stringify(before) !== JSON.stringify(d);
      });
      const gone = [...devices.keys()].filter((deviceId) => !next.has(deviceId));
      const first = devices.size === 0;
      devices = next;
      if (first || changed.length > REREAD_ABOVE) publish({ topic: 'devices', op: 'reread' });
      else for (const item of changed) publish({ topic: 'devices', op: 'set', item });
      for (const deviceId of gone) publish({ topic: 'devices', op: 'gone', gateway: gatewayId, deviceId });
    },
    dispose: () => clearTimeout(later),
  };
}
