// What a gateway refuses reaches the console's log: the desk calls the logger as it is made, and not a part of it taken off.
import { expect, test, vi } from 'vitest';
import { helloOk, scriptedGateway } from '#lib/testing/scripted-gateway.ts';
import { wholeConsole } from '#lib/testing/whole-console.ts';

test('a gateway that refuses every call is told in the log', async () => {
  const gateway = await scriptedGateway({
    onOpen: ({ challenge }) => challenge(),
    onFrame: (frame, { answer, send }) => {
      if (frame.method === 'connect') return answer(frame, helloOk());
      send({ type: 'res', id: frame.id, ok: false, error: { code: 'THE_DISK_IS_FULL', message: 'no' } });
    },
  });
  const { said } = await wholeConsole({ env: { OPENCLAW_GATEWAY_URL: gateway.url, OPENCLAW_GATEWAY_TOKEN: 'token' } });
  await vi.waitUntil(() => said.some((line) => line.includes('THE_DISK_IS_FULL')), { timeout: 10_000, interval: 20 });
  expect(said.join()).toContain('"code":"gateway-refused"');
});
