// Holds the practice gateway to the truth: the same promises are kept by it (project `practice`) and by the real gateways of
// this run (project `gateway`). What a version does otherwise stands in target.ts as a trait, nowhere else.
import { test as base } from '@playwright/test';
import { versionsUnderTest } from '../live/scene.ts';
import { protocolSuite } from './suite.ts';
import { openTarget, PRACTICE, type Target } from './target.ts';

const test = base.extend<object, { project: string }>({
  project: [async ({ browserName: _browser }, use, info) => use(info.project.name), { scope: 'worker' }],
});

for (const name of [PRACTICE, ...versionsUnderTest()]) {
  test.describe(`the gateway protocol, ${name}`, () => {
    test.skip(({ project }) => (project === 'practice') !== (name === PRACTICE), 'belongs to the other project');
    let target: Target | undefined;
    test.beforeAll(async () => {
      // The first start of a real gateway on a busy machine takes longer than a test may.
      test.setTimeout(240_000);
      target = await openTarget(name);
    });
    test.afterAll(async () => target?.dispose());
    for (const { name: promise, check } of protocolSuite()) {
      test(promise, async () => {
        if (!target) throw new Error(`${name} did not start`);
        await check(target);
      });
    }
  });
}
