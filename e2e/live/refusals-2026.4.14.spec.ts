// Plays the cases of 2026.4.14 against the real gateway and the real console.
import { test } from '@playwright/test';
import { NOBODY, otherUserImpossible, startRelay } from '../gateways/relay.ts';
import { casesFor } from './cases-2026.4.14.ts';
import { playAll } from './refusals.ts';
import { OLDEST, onStage, versionsUnderTest } from './scene.ts';

test.describe('refusals on 2026.4.14', () => {
  test.skip(!versionsUnderTest().includes(OLDEST), `${OLDEST} is not among the gateways of this run`);

  test('a rule for loopback approves each honest device and none of its disguises', async () => {
    test.setTimeout(420_000);
    const noOtherUser = otherUserImpossible();
    if (noOtherUser) test.info().annotations.push({ type: 'skipped case', description: noOtherUser });
    await onStage({ version: OLDEST }, async (stage) => {
      const headers = { Forwarded: 'for=203.0.113.9' };
      const relay = noOtherUser ? undefined : await startRelay({ targetPort: stage.gateway.port, user: NOBODY, headers });
      if (relay) stage.owns(relay);
      await playAll(stage, casesFor(stage.gateway.port, relay));
    });
  });
});
