import { prometheusBackend } from '@sightline/backend-prometheus';
import { createMetrics } from '@sightline/core';
import { lintMetrics } from '@sightline/core/lint';
import { createTestMetrics } from '@sightline/testing';
import { createTestSpans } from '@sightline/testing/spans';
import { describe, expect, test, vi } from 'vitest';
import { catalogue, catalogueOf } from '../scripts/catalogue.mjs';
import { batchService } from '../src/batch-service.js';
import { weekOf } from '../src/periods.js';
import { tonight } from '../src/tonight.js';

vi.setConfig({ testTimeout: 60_000 }); // a long simulated time takes as long as the machine lets it

const logger = { info() {}, warn() {}, error() {} };
const quiet = { spans: createTestSpans().spans, logger };
const byName = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]) => (a < b ? -1 : 1);

describe('The catalogue of the documents', () => {
  test('is on the page, name by name, with labels and buckets, and nothing more', async () => {
    const backend = prometheusBackend();
    const metrics = createMetrics({ backends: [backend] });
    const service = batchService({ metrics, ...quiet });
    await service.runAll(tonight);
    await service.computeBusinessMetrics();
    const page = await (await backend.fetch(new Request('http://localhost/metrics'))).text();
    expect(catalogueOf(page).sort(byName)).toEqual([...catalogue].sort(byName));
    service.shutdown();
    await metrics.shutdown();
  });

  test('has nothing that the lint calls an error', async () => {
    const metrics = createMetrics();
    const service = batchService({ metrics, ...quiet });
    await service.runAll(tonight);
    await service.computeBusinessMetrics();
    expect(lintMetrics(metrics.snapshot()).filter(({ level }) => level === 'error')).toEqual([]);
    service.shutdown();
  });
});

test('dates are kept for a week, however long the service runs', async () => {
  const metrics = createTestMetrics();
  const { clock } = metrics;
  const service = batchService({ metrics, ...quiet }, { clock });
  for (let day = 0; day < 20; day++) {
    await service.runAll(tonight);
    await service.computeBusinessMetrics();
    await clock.advanceAsync(86_400_000);
  }
  const runs = metrics.series('nf_daily_runs_count');
  expect(runs.map(({ value }) => value)).toEqual(runs.map(() => tonight.length));
  expect(runs.length).toBeLessThanOrEqual(7);
  expect(
    new Set(metrics.series('nf_weekly_average_accuracy').map(({ labels }) => labels['week'])).size,
  ).toBeLessThanOrEqual(4);
  expect(metrics.value('nf_system_availability_percent')).toBe(75);
  service.shutdown();
});

test.each([
  ['2025-11-03', '2025-W45'],
  ['2024-12-30', '2025-W01'],
  ['2021-01-03', '2020-W53'],
  ['2027-01-01', '2026-W53'],
])('the week of %s is %s', (date, week) => {
  expect(weekOf(new Date(`${date}T23:59:59Z`))).toBe(week);
});
