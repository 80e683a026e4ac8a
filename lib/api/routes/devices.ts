// Devices beyond a row of the list: one with its findings, its story, what may go, who holds what is grave, and the list as a file.
import { z } from 'zod';
import { type Clock, isoOf } from '../../clock.ts';
import type { Console } from '../../console.ts';
import { DEVICE_FORMATS, type DeviceExportFormat } from '../../devices/export.ts';
import { createDeviceMatch, type DeviceFilter, readDeviceFilter, SORTS, sortDevices } from '../../devices/filter.ts';
import { type Route, route, type Streamed, streamed } from '../../http/route.ts';
import { Problem } from '../../problem.ts';
import { turn } from '../../turn.ts';
import type { AccessReview, CleanUpView, DeviceDetail, DeviceStory } from '../device-shapes.ts';
import type { DeviceView } from '../shapes.ts';

/** Rows that are written between two looks at everything else. */
const PIECE_ROWS = 250;
const DEVICE_ID = /^[0-9a-f]{64}$/;

const said = z.string().min(1).max(200).optional();
const flag = z.literal('1').optional();

export const storyQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.string().max(40).optional().describe('`next` of the last page.'),
});

export const cleanUpQuery = z.strictObject({ gateway: z.string().min(1).max(200).optional() });

export const reviewQuery = z.strictObject({
  scope: z.enum(['operator.admin', 'elevated']).default('operator.admin').describe('`elevated`: everything above write.'),
});

// Names that it does not know are refused: a mistyped filter must not widen an export.
export const deviceExportQuery = z.strictObject({
  format: z.enum(['csv', 'json']).default('csv'),
  sort: z
    .string()
    .regex(new RegExp(`^-?(${SORTS.join('|')})$`), `an order is one of ${SORTS.join(', ')}, with - before it for the other way round`)
    .optional(),
  text: said,
  client: said,
  scope: said,
  role: said,
  platform: said,
  gateway: said,
  rule: said,
  unseen: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'a number of days')
    .refine((days) => Number(days) <= 3650, 'ten years at most')
    .optional()
    .describe('Not seen for so many days.'),
  admin: flag,
  unused: flag,
  silent: flag,
  duplicate: flag,
  drifted: flag,
  connected: z.enum(['0', '1']).optional(),
  finding: z
    .string()
    .max(400)
    .refine(
      (text) => readDeviceFilter(new URLSearchParams({ finding: text })).findings?.length === text.split(',').length,
      'not a list of findings',
    )
    .optional()
    .describe('One or more codes, with commas between.'),
});
type DeviceExportQuery = z.infer<typeof deviceExportQuery>;

const filterOf = (query: DeviceExportQuery): DeviceFilter =>
  readDeviceFilter({
    get: (name) => {
      const found = Object.entries(query).find(([key]) => key === name)?.[1];
      return found ?? null;
    },
  });

/** The devices that pass, as they are when the export begins, in pieces. */
function exportOf(devices: readonly DeviceView[], query: DeviceExportQuery, nowMs: number): Streamed {
  const { type, head, row, tail } = DEVICE_FORMATS[query.format satisfies DeviceExportFormat];
  const at = isoOf(nowMs);
  async function* pieces(left: AbortSignal): AsyncGenerator<string> {
    const order = query.sort ?? 'gravity';
    const sort = SORTS.find((one) => one === order.replace(/^-/, '')) ?? 'gravity';
    const rows = sortDevices(devices.filter(createDeviceMatch(filterOf(query), nowMs)), sort, order.startsWith('-'));
    yield head(at);
    for (let start = 0; start < rows.length; start += PIECE_ROWS) {
      if (left.aborted) return;
      yield rows
        .slice(start, start + PIECE_ROWS)
        .map((device, n) => row(device, start + n === 0))
        .join('');
      await turn();
    }
    const end = tail(rows.length);
    if (end !== '') yield end;
  }
  const name = `gatehouse-devices-${at.slice(0, 16).replace(':', '-')}.${query.format}`;
  return streamed({ type, headers: { 'Content-Disposition': `attachment; filename="${name}"` }, open: pieces });
}

function deviceIn(text: string): string {
  if (!DEVICE_ID.test(text)) throw new Problem('device-unknown', 'A device’s id is 64 hex characters.');
  return text;
}

export function deviceRoutes(app: Console, clock: Clock): Route[] {
  return [
    route({
      method: 'GET',
      path: '/devices/clean-up',
      access: 'viewer',
      query: cleanUpQuery,
      handler: ({ query }): CleanUpView => ({
        ...app.cleanUp(query.gateway),
        freshness: query.gateway === undefined ? app.freshness() : app.desk(query.gateway).freshness(),
      }),
    }),
    route({
      method: 'GET',
      path: '/devices/review',
      access: 'viewer',
      query: reviewQuery,
      handler: ({ query }): Promise<AccessReview> => app.accessReview(query.scope === 'elevated' ? 'elevated' : 'admin'),
    }),
    route({
      method: 'GET',
      path: '/devices/export',
      access: 'viewer',
      query: deviceExportQuery,
      handler: ({ query }) =>
        exportOf(
          app.desks().flatMap((desk) => desk.devices()),
          query,
          clock.nowMs(),
        ),
    }),
    route({
      method: 'GET',
      path: '/devices/:gateway/:deviceId',
      access: 'viewer',
      handler: ({ param }): Promise<DeviceDetail> => app.deviceDetail(param('gateway'), deviceIn(param('deviceId'))),
    }),
    route({
      method: 'GET',
      path: '/devices/:gateway/:deviceId/story',
      access: 'viewer',
      query: storyQuery,
      handler: ({ param, query }): Promise<DeviceStory> => app.deviceStory(param('gateway'), deviceIn(param('deviceId')), query),
    }),
  ];
}
