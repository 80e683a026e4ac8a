// The pages of the console: the rail, the bottom bar and the command palette list them from here.
import { Activity, DoorOpen, Inbox, ListTree, type LucideIcon, MonitorSmartphone, Server } from 'lucide-react';

export type Place = { href: string; word: string; Icon: LucideIcon };

export const PLACES: readonly Place[] = [
  { href: '/', word: 'Requests', Icon: Inbox },
  { href: '/handshakes', word: 'Handshakes', Icon: DoorOpen },
  { href: '/devices', word: 'Devices', Icon: MonitorSmartphone },
  { href: '/rules', word: 'Rules', Icon: ListTree },
  { href: '/activity', word: 'Activity', Icon: Activity },
  { href: '/gateways', word: 'Gateways', Icon: Server },
];
