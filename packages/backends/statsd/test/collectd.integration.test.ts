import { createMetrics } from '@sightline/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Collectd, startCollectd } from '../../../../scripts/servers/collectd.js';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { statsdBackend } from '../src/index.js';
import { type Expected, recordProgram } from './seeded-program.js';

describe.skipIf(!requireServer('/usr/sbin/collectd'))('collectd', () => {
  let server: Collectd;

  beforeAll(async () => {
    server = await startCollectd();
  });

  afterAll(() => server?.stop());

  test('counts every line, and refuses none', async () => {
    const metrics = createMetrics({
      backends: [
        // It divides a timer's value by its rate.
        statsdBackend({
          host: '127.0.0.1',
          port: server.port,
          dialect: 'statsd',
          sampleRates: false,
          histogramValues: 1000,
        }),
      ],
    });
    const { expected, record } = recordProgram(metrics);
    for (let round = 1; round <= 3; round++) {
      record();
      await metrics.flush();
      // A socket holds little more than a round: without a wait, a server that gets no processor time for a moment loses datagrams.
      await expect.poll(() => server.stored()['derive-done']?.at(-1)).toBe(round);
    }
    await metrics.shutdown();
    await vi.waitFor(() => checkStored(server.stored(), expected), { timeout: 60_000, interval: 200 });
    expect(server.refusals()).toEqual([]);
  });
});

/** It writes a file for each value, one after another, once a second. */
function checkStored(stored: Readonly<Record<string, readonly number[]>>, expected: Expected): void {
  for (const { series, value } of expected.counters) {
    // It counts whole numbers, and keeps a fraction for the next second.
    expect(Math.abs((stored[`derive-jobs.${series}`]?.at(-1) ?? 0) - value), String(series)).toBeLessThan(1);
  }
  for (const { series, value } of expected.gauges) {
    expect(stored[`gauge-level.${series}`]?.at(-1), String(series)).toBe(value);
  }
  for (const { series, count } of expected.histograms) {
    const counted = stored[`gauge-wait.${series}-count`]?.reduce((total, value) => total + value, 0);
    expect(counted, String(series)).toBe(count);
  }
}
