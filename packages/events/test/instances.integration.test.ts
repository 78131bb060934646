import { prometheusBackend } from '@sightline/backend-prometheus';
import { createMetrics } from '@sightline/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Prometheus, startPrometheus } from '../../../scripts/servers/prometheus.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { createEvents, recordEvents, summary } from '../src/index.js';

/** What three instances of a service saw, in milliseconds: each has another range. */
const ranges = [
  [1, 20],
  [100, 500],
  [280, 9000],
] as const;

describe.skipIf(!requireServer('prometheus'))('three instances of a service on a Prometheus server', () => {
  const values: number[] = [];
  const shutdowns: Array<() => Promise<void>> = [];
  let prometheus: Prometheus;

  beforeAll(async () => {
    const urls = await Promise.all(
      ranges.map(async ([from, to]) => {
        const backend = prometheusBackend({ listen: true, port: 0, host: '127.0.0.1' });
        const metrics = createMetrics({ backends: [backend] });
        await metrics.ready;
        shutdowns.push(() => metrics.shutdown());
        const events = createEvents();
        recordEvents(events, metrics, [
          summary('command.processing.duration', { unit: ['native', 'millisecond'], tags: ['command_type'] }),
        ]);
        const sizes = metrics.histogram('size.rows', { help: 'h', buckets: [], exponential: true, unit: 'rows' });
        for (let i = 0; i < 500; i++) {
          const value = from * (to / from) ** (i / 499);
          values.push(value);
          events.execute('command.processing', { duration: value * 1e6 }, { command_type: 'PlaceOrder' });
          sizes.observe(value);
        }
        return `http://127.0.0.1:${backend.address?.port}/metrics`;
      }),
    );
    prometheus = await startPrometheus({ targets: urls.map((url, i) => ({ job: `instance-${i}`, url })) });
    await vi.waitUntil(async () => (await prometheus.query('sum(size_rows_count)'))[0]?.value === 1500, {
      timeout: 60_000,
      interval: 200,
    });
    values.sort((a, b) => a - b);
  });

  afterAll(async () => {
    await prometheus?.stop();
    await Promise.all(shutdowns.map((shutdown) => shutdown()));
  });

  test.each([0.25, 0.5, 0.9, 0.99])('have together the true %s quantile', async (q) => {
    const exact = values[Math.ceil(q * values.length) - 1] ?? Number.NaN;
    const quantileOf = async (name: string): Promise<number | undefined> =>
      (await prometheus.query(`histogram_quantile(${q}, sum by (le) (${name}_bucket))`))[0]?.value;
    // A summary's bounds are a third to a half apart, a factor of 2 without buckets.
    expect(Math.abs(((await quantileOf('command_processing_duration_milliseconds')) ?? 0) / exact - 1)).toBeLessThan(
      0.25,
    );
    expect(Math.abs(((await quantileOf('size_rows')) ?? 0) / exact - 1)).toBeLessThan(0.5);
  });
});
