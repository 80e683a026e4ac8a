// The orders of the device list in words.
import type { DeviceSort } from '#lib/devices/filter.ts';

export const ORDER_WORDS: Record<DeviceSort, string> = {
  gravity: 'gravest first',
  name: 'by name',
  seen: 'last seen first',
  approved: 'last approved first',
  paired: 'last paired first',
  client: 'by client',
  platform: 'by platform',
  address: 'by address',
  granted: 'by how it was granted',
  gateway: 'by gateway',
};
