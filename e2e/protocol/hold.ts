// Runs the protocol suite as tests against one gateway, in the one Playwright project that this gateway belongs to.
import { test as base } from '@playwright/test';
import { protocolSuite } from './suite.ts';
import { openTarget, type Target } from './target.ts';

const test = base.extend<object, { project: string }>({
  project: [async ({ browserName: _browser }, use, info) => use(info.project.name), { scope: 'worker' }],
});

/** Declares a test for each promise. In another project than `project` they are skipped, without starting anything. */
export function holdToProtocol(name: string, project: 'practice' | 'gateway'): void {
  test.describe(`the gateway protocol, ${name}`, () => {
    test.skip(({ project: here }) => here !== project, 'belongs to the other project');
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
