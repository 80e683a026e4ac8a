// Unit and property tests, beside the code they are about. Browser and gateway tests are Playwright's (e2e/).
import { defineConfig } from 'vitest/config';

// These look at real sockets for the few milliseconds in which they stand; they run after the others, one file at a time.
const SOCKETS = [
  'lib/console.test.ts',
  'lib/evidence/gateway-sockets.test.ts',
  'lib/evidence/peer.test.ts',
  'lib/evidence/peer-watch.test.ts',
];

const shared = {
  // Processes, not threads: tests of locks, signals and the environment need a process of their own.
  pool: 'forks',
  testTimeout: 20_000,
  hookTimeout: 20_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['lib/**/*.test.ts', 'components/**/*.test.ts', 'components/**/*.test.tsx', 'scripts/**/*.test.ts'],
          exclude: ['node_modules/**', '.next/**', 'e2e/**', ...SOCKETS],
        },
      },
      { test: { ...shared, name: 'sockets', include: SOCKETS, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
