import { createMetrics } from '@sightline/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  hasStatsdExporter,
  type StatsdExporter,
  startStatsdExporter,
} from '../../../../scripts/servers/statsd-exporter.js';
import { type StatsdOptions, statsdBackend } from '../src/index.js';

// The forms of statsd_exporter's README, "Metric Mapping and Configuration": globs over the parts of a name, regular
// expressions, and tags, which need no mapping.
const histogram = { observer_type: 'histogram', histogram_options: { buckets: [0.1, 0.2, 0.3, 1, 600, 1000] } };
const mapping = {
  defaults: histogram,
  mappings: [
    {
      match: 'glob.*.*',
      name: '$1',
      labels: { queue: '$2' },
    },
    {
      match: String.raw`regex\.(\w+)\.([^.]+)`,
      match_type: 'regex',
      name: '$1',
      labels: { queue: '$2', form: 'regex' },
    },
  ],
};

describe.skipIf(!hasStatsdExporter)("Prometheus' statsd_exporter", () => {
  let server: StatsdExporter;

  beforeAll(async () => {
    server = await startStatsdExporter(mapping);
  });
  afterAll(() => server?.stop());

  test.each<[string, StatsdOptions, string]>([
    ['plain names and a glob', { dialect: 'statsd', prefix: 'glob.' }, '{queue="mail"}'],
    ['plain names and a regular expression', { dialect: 'statsd', prefix: 'regex.' }, '{form="regex",queue="mail"}'],
    ['timers with tags', { histogramType: 'ms', prefix: 'timer_' }, '{queue="mail"}'],
    ['histograms with tags', { histogramType: 'h', prefix: 'histogram_' }, '{queue="mail"}'],
    ['distributions with tags', { prefix: 'distribution_' }, '{queue="mail"}'],
  ])('reads durations in seconds from %s', async (_, options, labels) => {
    const metrics = createMetrics({
      backends: [statsdBackend({ host: '127.0.0.1', port: server.statsdPort, ...options })],
    });
    const labelNames = ['queue'] as const;
    const seconds = metrics.histogram('job_duration_seconds', { help: 'h', labelNames });
    const milliseconds = metrics.histogram('publish_latency', { help: 'h', labelNames, unit: 'milliseconds' });
    const sizes = metrics.histogram('body_size_bytes', { help: 'h', labelNames });
    for (let i = 0; i < 4; i++) seconds.observe({ queue: 'mail' }, 0.25);
    milliseconds.observe({ queue: 'mail' }, 250);
    sizes.observe({ queue: 'mail' }, 512);
    await metrics.shutdown();

    const prefix = options.dialect === 'statsd' ? '' : (options.prefix ?? '');
    const sumOf = (page: string, name: string): number | undefined => {
      const line = page.split('\n').find((each) => each.startsWith(`${prefix}${name}_sum${labels} `));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    };
    await vi.waitUntil(async () => sumOf(await server.page(), 'body_size_bytes') !== undefined, {
      timeout: 60_000,
      interval: 50,
    });
    const page = await server.page();
    expect(sumOf(page, 'job_duration_seconds')).toBeCloseTo(1, 9);
    const isTimer = options.dialect === 'statsd' || options.histogramType === 'ms';
    // It takes a timer's milliseconds as seconds, and everything else as it is.
    expect(sumOf(page, 'publish_latency')).toBeCloseTo(isTimer ? 0.25 : 250, 9);
    // Plain StatsD has only timers: this is what the list of deviations says.
    expect(sumOf(page, 'body_size_bytes')).toBeCloseTo(options.dialect === 'statsd' ? 0.512 : 512, 9);
    expect(page).toMatch(/^statsd_exporter_lines_total \d+$/m);
    expect(page).not.toMatch(/^statsd_exporter_sample_errors_total\{.*\} [1-9]/m);
  });
});
