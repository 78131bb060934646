import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { testsWithRounds } from './scripts/test-files.mjs';
import { processLimits, unitLimits } from './scripts/test-limits.mjs';

// The private export condition makes workspace packages resolve to their sources, so tests need no build. Vite's
// default `module` condition is left out on purpose: it picks builds of @opentelemetry/api that Node.js cannot load.
const conditions = ['@sightline/source', 'node', 'development|production'];
// An observability in a test run opens no port and sends nothing, which is what many tests here are about.
const env = { SIGHTLINE_TEST_RUN: 'false' };
const onSources = { resolve: { conditions }, ssr: { resolve: { conditions } } };
/** What is asked again until it is so. */
const expectLimits = { poll: { timeout: 30_000 } };

const folders = '{packages/*,packages/backends/*,examples/*,bench,scripts}';
const neverTests = ['**/node_modules/**', '**/dist/**'];

/** Sets the limits of a file, and fails one that leaves the process other than it found it. */
const setupFiles = ['limits-by-ending', 'process-as-before'].map((name) =>
  fileURLToPath(new URL(`./scripts/${name}.ts`, import.meta.url)),
);
/** One browser and one build of the page for all files. It starts when one asks for it. */
const globalSetup = [fileURLToPath(new URL('./packages/live/test/page/browser-setup.ts', import.meta.url))];

const quick: TestProjectInlineConfiguration[] = [
  {
    ...onSources,
    test: {
      name: 'shared',
      env,
      expect: expectLimits,
      // Unit and integration tests. Half of their time would be loading the same modules again.
      isolate: false,
      setupFiles,
      include: [`${folders}/test/**/*.test.ts`],
      exclude: [...neverTests, '**/*.alone.test.ts', '**/*.long.test.ts'],
    },
  },
  {
    ...onSources,
    test: {
      name: 'alone',
      env,
      ...unitLimits,
      expect: expectLimits,
      include: [`${folders}/test/**/*.alone.test.ts`],
      exclude: neverTests,
    },
  },
  {
    ...onSources,
    test: {
      name: 'types',
      include: [],
      typecheck: {
        enabled: true,
        only: true,
        include: [`${folders}/test/**/*.test-d.ts`],
        exclude: neverTests,
        tsconfig: fileURLToPath(new URL('./tsconfig.json', import.meta.url)),
        checker: fileURLToPath(new URL('./node_modules/typescript7/bin/tsc', import.meta.url)),
      },
    },
  },
];

/** `--mode long`: with a browser, many processes, much memory, or real servers that need time until there is something to see. */
const long: TestProjectInlineConfiguration[] = [
  {
    ...onSources,
    test: {
      name: 'long',
      env,
      ...processLimits,
      expect: expectLimits,
      globalSetup,
      include: [`${folders}/test/**/*.long.test.ts`],
      exclude: neverTests,
    },
  },
];

/** `--mode slow`: what runs with few random inputs otherwise runs with all of them. A run with `ROUNDS` of its own keeps them. */
const slow: TestProjectInlineConfiguration[] = [
  {
    ...onSources,
    test: {
      name: 'slow',
      env: { ROUNDS: process.env['ROUNDS'] ?? 'full', ...env },
      expect: expectLimits,
      include: testsWithRounds(),
      testTimeout: 600_000, // these are long by intent; a limit that a test has itself holds
    },
  },
];

const byMode: Readonly<Record<string, TestProjectInlineConfiguration[]>> = { slow, long };

export default defineConfig(({ mode }) => ({
  test: {
    // By default one core is left alone, which on two cores means half of them. Quick tests wait a third of their time.
    maxWorkers: availableParallelism() + (mode in byMode ? 0 : 1),
    projects: byMode[mode] ?? quick,
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts', 'packages/backends/*/src/**/*.ts'] },
  },
}));
