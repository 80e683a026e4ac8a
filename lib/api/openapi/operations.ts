// Every operation of /api/v1, by subject. The document, the tests that call each of them and the routes are held to this list.

import { ACCOUNTS } from './operations/accounts.ts';
import { CONSOLE } from './operations/console.ts';
import { DEVICES } from './operations/devices.ts';
import { GATEWAYS } from './operations/gateways.ts';
import { LOG } from './operations/log.ts';
import { NODES } from './operations/nodes.ts';
import type { Operation } from './operations/operation.ts';
import { REQUESTS } from './operations/requests.ts';
import { RULES } from './operations/rules.ts';

export type { Operation };

export const OPERATIONS: readonly Operation[] = [...REQUESTS, ...NODES, ...GATEWAYS, ...DEVICES, ...RULES, ...LOG, ...ACCOUNTS, ...CONSOLE];
