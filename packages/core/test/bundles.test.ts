import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sightline-core-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const contents = "export * from './index.ts'; export * from './backend.ts';";
  const stdin = { contents, resolveDir: fileURLToPath(new URL('../src', import.meta.url)) };
  const conditions = ['@sightline/source'];
  for (const [format, file] of [
    ['esm', 'core.mjs'],
    ['cjs', 'core.cjs'],
  ] as const) {
    await build({ stdin, conditions, bundle: true, format, platform: 'neutral', outfile: join(folder, file) });
  }
});

function run(script: string, ...flags: string[]): string {
  const file = join(folder, 'script.mjs');
  writeFileSync(file, script);
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

const useCollector = `
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['queue'], exponential: true });
  const length = metrics.gauge('length', { help: 'Length.', labelNames: ['queue'] });
  jobs.inc({ queue: 'mail' }, 2);
  jobs.labels({ queue: 'mail' }).inc();
  latency.observe({ queue: 'mail' }, 0.5);
  length.set({ queue: 'mail' }, 7);
  metrics.child({ labels: { exchange: 'x' } }).counter('calls_total', { help: 'Calls.', labelNames: ['queue'] }).inc({ queue: 'mail' });
  console.log(metrics.snapshot().families.map((family) => [...pointsOf(family)].map((p) => p.value ?? p.count)).join());
`;

test('works the same if code generation is disallowed', { timeout: 60_000 }, () => {
  const script = `import { createMetrics, pointsOf } from './core.mjs'; const metrics = createMetrics(); ${useCollector}`;
  expect(run(script)).toBe('3,1,7,1\n');
  expect(run(script, '--disallow-code-generation-from-strings')).toBe('3,1,7,1\n');
});

test('an ESM and a CommonJS copy work side by side, and a reader of one reads the other', { timeout: 60_000 }, () => {
  const script = `
    import { createMetrics } from './core.mjs';
    import { createRequire } from 'node:module';
    const { deltas, pointsOf } = createRequire(import.meta.url)('./core.cjs');
    const metrics = createMetrics();
    const reader = deltas(metrics);
    ${useCollector}
    const batch = reader.read();
    console.log(batch.size);
    batch.commit();
    console.log(reader.read().size);
  `;
  expect(run(script)).toBe('3,1,7,1\n4\n1\n');
});

test('an idle collector does not keep its process alive, and a flush does until its deadline', () => {
  const script = `
    import { createMetrics } from './core.mjs';
    const hanging = { name: 'hanging', histogramNeed: 'explicit', start() {}, flush: () => new Promise(() => {}), shutdown: async () => {} };
    const metrics = createMetrics({ backends: [hanging] });
    metrics.onCollect(() => new Promise(() => {}));
    metrics.collect();
    metrics.flush({ timeoutMs: 50 }).catch((error) => console.log(error.name));
  `;
  expect(run(script)).toBe('FlushError\n');
});
