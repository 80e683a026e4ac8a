// Browser and gateway tests. Each test starts the servers it needs on free ports, so there is no web server here.
import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium } from './e2e/support/chromium.mjs';

const ci = Boolean(process.env.CI);
const chromium = findChromium(process.env);
const REAL_GATEWAYS = ['live/**/*.spec.ts', 'protocol/gateway.spec.ts'];
const report = process.env.GATEHOUSE_TEST_REPORT;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  testMatch: '**/*.spec.ts',
  forbidOnly: ci,
  // A test that passes at the second try hides a fault in a product whose subject is timing.
  retries: 0,
  workers: 2,
  timeout: 120_000,
  globalTimeout: (ci ? 75 : 40) * 60_000,
  reporter: report ? [['list'], ['json', { outputFile: report }]] : [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: { args: CHROMIUM_ARGS, ...(chromium ? { executablePath: chromium } : {}) },
  },
  projects: [
    { name: 'practice', testIgnore: REAL_GATEWAYS },
    { name: 'commands', testDir: 'scripts' },
    // Timing is this product's subject: two real gateways at once on two cores would measure the machine.
    { name: 'gateway', workers: 1, testMatch: REAL_GATEWAYS },
  ],
});
