import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Runs a test file in `node:test`, bundled from the sources, and returns its report (TAP). @param test `import.meta.url` of the caller */
export async function reportOfNodeTest(file: string, test: string): Promise<string> {
  // Inside the package, where the bundle finds what it leaves outside.
  const folder = await mkdtemp(fileURLToPath(new URL('../node_modules/.node-test-', test)));
  try {
    await bundled(fileURLToPath(new URL(file, test)), folder);
    return await runTests(join(folder, 'bundle.mjs'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

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
