// A crowd of callers in a process of its own, so that what they cost is not taken for what the measured one costs; and, when it is
// asked for, the practice gateway that they call.
import { z } from 'zod';
import { systemClock } from '../lib/clock.ts';
import { createIdentity, identityFromPem } from '../lib/gateway/identity.ts';
import { dialGateway } from '../lib/practice/client.ts';
import { createPracticeGateway } from '../lib/practice/gateway.ts';
import { crowdOrder, type Heard } from './crowd.ts';
import { rest } from './scene.ts';

const tell = (heard: Heard) => process.send?.(heard);

async function call(order: z.infer<typeof crowdOrder>): Promise<void> {
  const { url, token, count, withinMs, scopes, headers } = order;
  // Keys are made beforehand: two thousand of them take seconds.
  const keys = order.pems.length > 0 ? order.pems.map(identityFromPem) : Array.from({ length: count }, createIdentity);
  const calls: Promise<boolean>[] = [];
  tell({ begun: true });
  const from = performance.now();
  for (let at = 0; at < count; at += 1) {
    const due = from + (at * withinMs) / count;
    if (performance.now() < due) await rest(due - performance.now());
    const identity = keys[at % keys.length];
    if (identity === undefined) continue;
    const client = { id: 'gateway-client', mode: 'ui', version: '0', platform: 'linux' };
    const caller = dialGateway({ url, token, scopes, headers, identity, client });
    calls.push(
      caller.then((result) => {
        result.close();
        return result.error?.details.code === 'PAIRING_REQUIRED';
      }),
    );
  }
  const refused = (await Promise.all(calls)).filter(Boolean).length;
  tell({ refused, tookMs: performance.now() - from });
}

async function serve(folder: string): Promise<void> {
  const gateway = createPracticeGateway({ folder, clock: systemClock() });
  await gateway.start();
  tell({ url: gateway.url, token: gateway.token, stateDir: gateway.stateDir });
}

const asked = z.union([crowdOrder, z.object({ serve: z.string() })]);

process.on('message', (message) => {
  const order = asked.parse(message);
  void ('serve' in order ? serve(order.serve) : call(order));
});
