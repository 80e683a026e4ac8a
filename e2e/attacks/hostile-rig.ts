// A real console in front of a gateway that lies, and what must hold of it afterwards, whatever that gateway said.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { z } from 'zod';
import { PROBLEMS } from '../../lib/problem.ts';
import { startConsole, type TestConsole } from '../gateways/console.ts';
import { until } from '../gateways/until.ts';
import { asOperator, send } from './callers.ts';
import { type Behaviour, type HostileGateway, startHostileGateway } from './hostile-gateway.ts';
import { memoryOf, tellsMemory } from './memory.ts';
import { ownLinesOnly } from './texts-watch.ts';

const MOST_MIB = 400;
const gatewayShape = z.looseObject({
  id: z.string(),
  state: z.string(),
  problem: z.looseObject({ code: z.string(), detail: z.string() }).optional(),
  alarms: z.array(z.looseObject({ code: z.string() })),
  trouble: z.array(z.looseObject({ code: z.string() })),
});
const overviewShape = z.looseObject({
  gateways: z.array(gatewayShape).min(1),
  decided: z.array(z.looseObject({ actor: z.looseObject({ kind: z.string() }) })),
});

export type Facing = { target: TestConsole; gateway: HostileGateway };
export type GatewayShown = z.infer<typeof gatewayShape>;

/** What the console shows of the gateway; its problem, where it has one, is one of the catalogue. */
export async function shown({ target }: Facing): Promise<GatewayShown> {
  const [view] = z.looseObject({ items: z.array(gatewayShape) }).parse((await target.api.call('GET', '/gateways')).body).items;
  if (!view) throw new Error('the console shows no gateway');
  if (view.problem) expect(Object.keys(PROBLEMS)).toContain(view.problem.code);
  return view;
}

/** The code that it comes to say. */
export const codeOf = (facing: Facing): Promise<string> => until('a problem', async () => (await shown(facing)).problem?.code, 30_000);

/** Resolves once it is signed in. */
export const live = (facing: Facing): Promise<true> =>
  until('live', async () => ((await shown(facing)).state === 'live' ? true : undefined), 30_000);

/** How often the list of devices was asked for. */
export const readings = ({ gateway }: Facing): number => gateway.calls().filter((method) => method === 'device.pair.list').length;

/** Resolves once it was asked for so many times more. */
export function readAgain(facing: Facing, times = 2): Promise<true> {
  const before = readings(facing);
  return until(`${times} more readings`, () => (readings(facing) >= before + times ? true : undefined), 40_000);
}

/** No fast dialing: fewer than three a second from `sinceMs` on. */
export const calmly = ({ gateway }: Facing, sinceMs: number): void =>
  expect(gateway.connections()).toBeLessThan(4 + ((performance.now() - sinceMs) / 1000) * 3);

/** What an operator reads now; it answers, and nothing was decided by anything but a person. */
export async function stillServes({ target }: Facing): Promise<void> {
  const answer = await send(target, { path: '/api/v1/overview', headers: await asOperator(target) });
  expect(answer.status, answer.text.slice(0, 500)).toBe(200);
  for (const { actor } of overviewShape.parse(JSON.parse(answer.text)).decided) expect(actor.kind).toBe('person');
}

const WRITES = /approve|reject|remove|rotate|revoke|rename|patch/;

/**
 * Starts a console on it. After `act` the console still answers its operator, was never large, wrote one line for each thing, and asked the
 * gateway to change nothing but by the methods named in `asked`. Both are gone in the end.
 */
export async function facing(behaviour: Behaviour, act: (facing: Facing) => Promise<void>, asked: readonly string[] = []): Promise<void> {
  const gateway = await startHostileGateway(behaviour);
  const stateDir = mkdtempSync(join(tmpdir(), 'gatehouse-hostile-'));
  const target = await startConsole({
    gateway: { stateDir: join(stateDir, 'none'), configPath: '', home: '' },
    env: { GATEHOUSE_GATEWAY_URL: gateway.url, GATEHOUSE_GATEWAY_TOKEN: 'the-secret-of-this-test-alone' },
  });
  const pid = target.pid();
  try {
    await act({ target, gateway });
    expect(target.pid()).toBe(pid);
    await stillServes({ target, gateway });
    // What a gateway says may hold these words as well; where the console says them, they stand here.
    expect(target.output()).not.toMatch(/gateway=\S+ code=internal|^\S+ (error|fatal) /m);
    expect(target.output()).not.toContain('the-secret-of-this-test-alone');
    ownLinesOnly(target.output());
    expect(gateway.calls().filter((method) => WRITES.test(method) && !asked.includes(method))).toEqual([]);
    if (tellsMemory) {
      const { mostMiB } = memoryOf(pid);
      console.log(`${Math.round(mostMiB)} MiB at most`);
      expect(mostMiB).toBeLessThan(MOST_MIB);
    }
  } finally {
    await target.dispose();
    await gateway.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
}
