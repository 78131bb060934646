import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The private export condition makes workspace packages resolve to their sources, so tests need no build. Vite's
// default `module` condition is left out on purpose: it picks builds of @opentelemetry/api that Node.js cannot load.
const conditions = ['@sightline/source', 'node', 'development|production'];
// An observability in a test run opens no port and sends nothing, which is what many tests here are about.
const env = { SIGHTLINE_TEST_RUN: 'false' };
const onSources = { resolve: { conditions }, ssr: { resolve: { conditions } } };

const folders = '{packages/*,packages/backends/*,examples/*,bench,scripts}';
const neverTests = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    // By default one core is left alone, which on two cores means half of them.
    maxWorkers: '100%',
    projects: [
      {
        ...onSources,
        test: {
          name: 'unit',
          env,
          include: [`${folders}/test/**/*.test.ts`],
          exclude: [...neverTests, '**/*.integration.test.ts'],
        },
      },
      {
        ...onSources,
        test: {
          name: 'integration',
          env,
          include: [`${folders}/test/**/*.integration.test.ts`],
          exclude: neverTests,
          testTimeout: 20_000,
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
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts', 'packages/backends/*/src/**/*.ts'] },
  },
});
