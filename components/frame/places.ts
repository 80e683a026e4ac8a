// The pages of the console: the rail, the bottom bar and the command palette list them from here.
import { Activity, DoorOpen, Inbox, ListTree, type LucideIcon, MonitorSmartphone, Server } from 'lucide-react';

export type Place = { href: string; word: string; short: string; Icon: LucideIcon };

export const PLACES: readonly Place[] = [
  { href: '/', word: 'Requests', short: 'Requests', Icon: Inbox },
  { href: '/handshakes', word: 'Handshakes', short: 'Shakes', Icon: DoorOpen },
  { href: '/devices', word: 'Devices', short: 'Devices', Icon: MonitorSmartphone },
  { href: '/rules', word: 'Rules', short: 'Rules', Icon: ListTree },
  { href: '/activity', word: 'Activity', short: 'Activity', Icon: Activity },
  { href: '/gateways', word: 'Gateways', short: 'Gates', Icon: Server },
];
