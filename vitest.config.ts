/**
 * How the tests run. Three projects, one after the other: `unit` in two processes at a time, then `slow` (stress,
 * fuzz, simulation) and `e2e` (real hosts on real ports, a browser) one file at a time, so that nothing times against a neighbor.
 */

import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const SLOW = ['test/**/*.stress.test.ts', 'test/**/*.fuzz.test.ts', 'test/simulation/**/*.test.ts'];
const END_TO_END = ['test/{e2e,browser}/**/*.test.ts'];

const config: ViteUserConfig = defineConfig({
  // As tsconfig.json has it, for the example that is a package of its own.
  resolve: { alias: { longhouse: fileURLToPath(new URL('src/shared/api.ts', import.meta.url)) } },
  test: {
    // Tests start threads and processes of their own: a fork gives each file a clean process to do it in.
    pool: 'forks',
    hideSkippedTests: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...SLOW, ...END_TO_END],
          maxWorkers: 2,
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: SLOW,
          exclude: END_TO_END,
          maxWorkers: 1,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: END_TO_END,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Real time on shared CI machines: a second try there, which the report names, and none anywhere else.
          retry: env['CI'] === undefined ? 0 : 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

export default config;
