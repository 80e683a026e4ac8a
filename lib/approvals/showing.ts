// What the pages were last shown of one gateway, so that only what changed goes over the bridge.
import type { BridgeChange, DeviceView, GatewayView, RequestView } from '../api/shapes.ts';

/** Above this many changed rows a list is read again instead of sent row by row. */
const REREAD_ABOVE = 50;

export type Showing = { gateway: () => void; requests: () => void; devices: () => void };

/** Publishes the differences between now and the last call. The functions given are asked anew each time. */
export function createShowing(deps: {
  gatewayId: string;
  publish: (change: BridgeChange) => void;
  view: () => GatewayView;
  requests: () => RequestView[];
  devices: () => DeviceView[];
}): Showing {
  const { gatewayId, publish } = deps;
  const requests = new Map<string, string>();
  let devices = new Map<string, DeviceView>();
  let gateway = '';

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
      const present = deps.requests();
      const ids = new Set(present.map((r) => r.requestId));
      for (const item of present) {
        const key = JSON.stringify(item);
        if (requests.get(item.requestId) === key) continue;
        requests.set(item.requestId, key);
        publish({ topic: 'requests', op: 'set', item });
      }
      for (const requestId of requests.keys()) {
        if (ids.has(requestId)) continue;
        requests.delete(requestId);
        publish({ topic: 'requests', op: 'gone', gateway: gatewayId, requestId });
      }
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
  };
}
