import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { testsWithRounds } from './scripts/test-files.mjs';

// The private export condition makes workspace packages resolve to their sources, so tests need no build. Vite's
// default `module` condition is left out on purpose: it picks builds of @opentelemetry/api that Node.js cannot load.
const conditions = ['@sightline/source', 'node', 'development|production'];
// An observability in a test run opens no port and sends nothing, which is what many tests here are about.
const env = { SIGHTLINE_TEST_RUN: 'false' };
const onSources = { resolve: { conditions }, ssr: { resolve: { conditions } } };
/** What is asked again until it is so. */
const polls = { poll: { timeout: 30_000 } };
/** Of unit tests, each of which has five seconds unless it says otherwise. What comes before them loads modules and builds. */
const unitLimits = { hookTimeout: 90_000, expect: polls };
/** Of tests behind which there are processes, servers or a browser. They end what hangs and measure nothing: a busy machine takes ten times as long. */
const processLimits = { testTimeout: 120_000, hookTimeout: 180_000, expect: polls };

const folders = '{packages/*,packages/backends/*,examples/*,bench,scripts}';
const neverTests = ['**/node_modules/**', '**/dist/**'];

/** Those with an ending of their own. */
const others = ['**/*.alone.test.ts', '**/*.integration.test.ts', '**/*.long.test.ts'];
/** Fails a file that leaves the process other than it found it. */
const setupFiles = [fileURLToPath(new URL('./scripts/process-as-before.ts', import.meta.url))];
/** One browser and one build of the page for all files. It starts when one asks for it. */
const globalSetup = [fileURLToPath(new URL('./packages/live/test/page/browser-setup.ts', import.meta.url))];

const quick: TestProjectInlineConfiguration[] = [
  {
    ...onSources,
    test: {
      name: 'unit',
      env,
      ...unitLimits,
      // Half of the time was loading the same modules again.
      isolate: false,
      setupFiles,
      include: [`${folders}/test/**/*.test.ts`],
      exclude: [...neverTests, ...others],
    },
  },
  {
    ...onSources,
    test: {
      name: 'unit, a process per file',
      env,
      ...unitLimits,
      include: [`${folders}/test/**/*.alone.test.ts`],
      exclude: neverTests,
    },
  },
  {
    ...onSources,
    test: {
      name: 'integration',
      env,
      ...processLimits,
      include: [`${folders}/test/**/*.integration.test.ts`],
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
      expect: polls,
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
