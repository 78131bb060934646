import { createMetrics } from '@sightline/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EtsyStatsd, startEtsyStatsd } from '../../../../scripts/servers/etsy-statsd.js';
import { type StatsdOptions, statsdBackend } from '../src/index.js';
import { recordProgram } from './seeded-program.js';

describe("etsy's statsd", () => {
  let server: EtsyStatsd;

  beforeAll(async () => {
    server = await startEtsyStatsd();
  });

  afterAll(() => server?.stop());

  test.each<[string, StatsdOptions]>([
    ['plain over UDP', { dialect: 'statsd', prefix: 'a.' }],
    ['plain over TCP', { dialect: 'statsd', prefix: 'b.', protocol: 'tcp' }],
    ['Graphite tags over UDP', { dialect: 'graphite', prefix: 'c.' }],
    ['Graphite tags over TCP', { dialect: 'graphite', prefix: 'd.', protocol: 'tcp' }],
  ])('counts every line, %s', async (_, options) => {
    const metrics = createMetrics({
      backends: [statsdBackend({ host: '127.0.0.1', port: server.port, ...options })],
    });
    const { expected, record } = recordProgram(metrics);
    const name = nameOf(options);
    for (let round = 1; round <= 3; round++) {
      record();
      await metrics.flush();
      // A socket holds little more than a round: without a wait, a server that gets no processor time for a moment loses datagrams.
      await expect.poll(() => server.flushed().counters[name('done', [])]).toBe(round);
    }
    await metrics.shutdown();

    const { counters, gauges, timers } = server.flushed();
    const own = (names: object): string[] =>
      Object.keys(names).filter((each) => each.startsWith(options.prefix ?? '') && !each.includes('sightline_'));
    expect(own(counters)).toHaveLength(expected.counters.length + 1);
    expect(own(gauges)).toHaveLength(expected.gauges.length);
    for (const { series, value } of expected.counters)
      expect(counters[name('jobs', series)], String(series)).toBeCloseTo(value, 6);
    for (const { series, value } of expected.gauges) expect(gauges[name('level', series)], String(series)).toBe(value);
    for (const { series, count, sum, max } of expected.histograms) {
      const timer = timers[name('wait', series)];
      expect(timer?.count).toBe(count);
      expect(Math.max(...(timer?.values ?? [])) / max).toBeCloseTo(1, 1);
      // It knows how many observations a value stands for only in the count.
      const mean = (timer?.values ?? []).reduce((a, b) => a + b, 0) / (timer?.values.length ?? 0);
      expect(mean / (sum / count)).toBeCloseTo(1, 1);
    }
    expect(counters['statsd.bad_lines_seen']).toBe(0);
  });
});

/** Names as the server keeps them: none of our characters may be lost in its sanitizing. */
function nameOf({ dialect, prefix }: StatsdOptions): (metric: string, series: readonly string[]) => string {
  return (metric, [text]) => {
    if (text === undefined) return `${prefix}${metric}`;
    return dialect === 'statsd' ? `${prefix}${metric}.${text}` : `${prefix}${metric};text=${text}`;
  };
}
