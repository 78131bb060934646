import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestMetrics } from '@sightline/testing';
import { expect, onTestFinished, test } from 'vitest';
import { collectGpuMetrics } from '../src/gpu/index.js';

/** A program that answers as nvidia-smi does. */
async function smi(script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-smi-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'nvidia-smi');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const quiet = { info() {}, warn() {}, error() {} };

test('usage, memory in bytes and temperature of every GPU', async () => {
  const metrics = createTestMetrics();
  const command = await smi('echo "0, 37, 16384, 4096, 12288, 61"; echo "1, [N/A], 8192, 0, 8192, [N/A]"');
  collectGpuMetrics(metrics, { command });
  await metrics.collect();
  expect(metrics.value('system_gpu_usage_percent', { gpu_id: '0' })).toBe(37);
  expect(metrics.value('system_gpu_memory_bytes', { gpu_id: '0', type: 'used' })).toBe(4096 * 1024 * 1024);
  expect(metrics.value('system_gpu_memory_bytes', { gpu_id: '1', type: 'used' })).toBe(0);
  expect(metrics.value('system_gpu_temperature_celsius', { gpu_id: '0' })).toBe(61);
  expect(metrics.value('system_gpu_usage_percent', { gpu_id: '1' })).toBeUndefined();
});

test('without a GPU there are no such metrics and no error', async () => {
  const metrics = createTestMetrics();
  collectGpuMetrics(metrics, { command: '/nowhere/nvidia-smi' });
  await metrics.collect();
  expect(metrics.snapshot().families.map(({ name }) => name)).toEqual([]);
});

test('a driver without a GPU is no error either', async () => {
  const metrics = createTestMetrics({ log: quiet });
  collectGpuMetrics(metrics, { command: await smi('echo "No devices were found"; exit 6'), log: quiet });
  await metrics.collect();
  expect(metrics.snapshot().families.map(({ name }) => name)).toEqual([]);
});

test('a GPU that is gone, and a value that it does not tell any more, are ended', async () => {
  const metrics = createTestMetrics();
  const command = await smi('echo "0, 37, 1, 1, 1, 61"; echo "1, 5, 1, 1, 1, 40"');
  collectGpuMetrics(metrics, { command, intervalMs: 1 });
  await metrics.collect();
  await writeFile(command, '#!/bin/sh\necho "0, [N/A], 1, 1, 1, 60"\n');
  await metrics.clock.advanceAsync(2000);
  await metrics.collect();
  expect(metrics.series('system_gpu_usage_percent')).toEqual([]);
  expect(metrics.series('system_gpu_temperature_celsius').map(({ value }) => value)).toEqual([60]);
  expect(metrics.series('system_gpu_memory_bytes')).toHaveLength(3);
});

test.each([
  ['echo "cannot talk to the driver" >&2; exit 9', undefined, 'failed: exit code 9, cannot talk to the driver.'],
  ['trap "" TERM; while :; do :; done', 200, 'failed: no answer within 200 ms.'],
])('what failed is said: %s', async (script, timeoutMs, expected) => {
  const lines: string[] = [];
  const log = { ...quiet, warn: (_fields: object, line: string) => void lines.push(line) };
  const metrics = createTestMetrics({ log: quiet });
  collectGpuMetrics(metrics, { command: await smi(script), log, timeoutMs });
  await metrics.collect();
  expect(lines).toEqual([expect.stringContaining(expected)]);
});

test('a driver that fails is reported once and counted', async () => {
  const lines: string[] = [];
  const log = { ...quiet, warn: (_fields: object, line: string) => void lines.push(line) };
  const metrics = createTestMetrics({ log: quiet });
  const command = await smi('echo "NVIDIA-SMI has failed" >&2; exit 9');
  collectGpuMetrics(metrics, { command, log, intervalMs: 1 });
  await metrics.collect();
  await metrics.clock.advanceAsync(2000);
  await metrics.collect();
  expect(lines).toHaveLength(1);
  expect(metrics.value('sightline_collect_failures_total', { source: 'gpu' })).toBe(2);
});
