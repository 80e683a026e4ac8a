// Unit and property tests, beside the code they are about. Browser and gateway tests are Playwright's (e2e/).
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['lib/**/*.test.ts', 'components/**/*.test.ts', 'components/**/*.test.tsx', 'scripts/**/*.test.ts'],
    exclude: ['node_modules/**', '.next/**', 'e2e/**'],
    // Processes, not threads: tests of locks, signals and the environment need a process of their own.
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
