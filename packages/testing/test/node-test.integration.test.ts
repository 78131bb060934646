import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';

test.each([
  ['the assertions', './examples/worker.node-test.ts', 1],
  ['the assertions about spans', './examples/orders.node-test.ts', 1],
  ['the conformance kit', './fixtures/memory-backend.node-test.ts', 90],
])('%s work in node:test', async (_, file, leastTests) => {
  // Inside the package, where the bundle finds what it leaves outside.
  const folder = await mkdtemp(fileURLToPath(new URL('../node_modules/.node-test-', import.meta.url)));
  try {
    const bundle = join(folder, 'bundle.mjs');
    await bundled(fileURLToPath(new URL(file, import.meta.url)), folder);
    const report = await runTests(bundle);
    expect(report).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(report)?.[1])).toBeGreaterThanOrEqual(leastTests);
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function bundled(entry: string, outDir: string): Promise<void> {
  const conditions = ['@sightline/source', 'node', 'development|production'];
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions },
    ssr: { resolve: { conditions }, noExternal: [/^@sightline\//] },
    build: { ssr: entry, outDir, emptyOutDir: false, rollupOptions: { output: { entryFileNames: 'bundle.mjs' } } },
  });
}

function runTests(file: string): Promise<string> {
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--test', '--test-reporter=tap', file], { env }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}
