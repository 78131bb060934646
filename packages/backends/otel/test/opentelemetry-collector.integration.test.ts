import { createMetrics } from '@sightline/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasOtelCollector, startOtelCollector } from '../../../../scripts/servers/otel-collector.js';
import type { DecodedMetric } from '../../../../scripts/test/official-messages.js';
import { otelBackend } from '../src/index.js';
import { fakeCollector, metricsIn } from './fake-collector.js';

describe.skipIf(!hasOtelCollector)('A real OpenTelemetry Collector', () => {
  test.each([
    ['http/protobuf', 'cumulative', 'explicit'],
    ['http/json', 'delta', 'exponential'],
    ['grpc', 'delta', 'explicit'],
    ['grpc', 'cumulative', 'exponential'],
  ] as const)('passes on what it gets unchanged (%s, %s, %s)', async (protocol, temporality, histograms) => {
    const behind = await fakeCollector();
    onTestFinished(() => behind.shutdown());
    const { http, grpc } = await startOtelCollector('metrics', { metrics_endpoint: behind.url });
    const url = protocol === 'grpc' ? grpc : `${http}/v1/metrics`;
    const options = { protocol, temporality, histograms, url, compression: 'gzip' } as const;
    const backend = otelBackend(options);
    const metrics = createMetrics({ backends: [backend], defaultLabels: { region: 'eu-1' } });
    const jobs = metrics.counter('jobs_total', { help: 'Jobs: "all" of them.', labelNames: ['queue'] });
    jobs.inc({ queue: 'ma\n"il" 😀' }, 2.5);
    metrics.gauge('temperature', { help: 'Heat.', unit: 'celsius' }).set(-3.25);
    metrics.gauge('connections', { help: 'Open.', isAdditive: true }).inc(2);
    metrics.info('build_info', { help: 'Build.', labels: { version: '1.2.3' } });
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.', unit: 'seconds', buckets: [0.1, 1, 10] });
    for (const value of [0.05, 0.5, 0.7, 20, 0, 1e-9]) latency.observe(value);
    await metrics.flush();
    await behind.arrivals(1);
    await metrics.shutdown();
    const byName = new Map(metricsIn(behind.received).map((metric) => [metric.name, metric]));
    const isDelta = temporality === 'delta' ? 1 : 2;
    expect(valuesOf(byName.get('jobs_total'))).toEqual([[{ region: 'eu-1', queue: 'ma\n"il" 😀' }, 2.5]]);
    expect(byName.get('jobs_total')?.sum).toMatchObject({ aggregationTemporality: isDelta, isMonotonic: true });
    expect(valuesOf(byName.get('temperature'))).toEqual([[{ region: 'eu-1' }, -3.25]]);
    expect(byName.get('temperature')).toMatchObject({ description: 'Heat.', unit: 'Cel' });
    expect(valuesOf(byName.get('connections'))).toEqual([[{ region: 'eu-1' }, 2]]);
    expect(valuesOf(byName.get('build_info'))).toEqual([[{ region: 'eu-1', version: '1.2.3' }, 1]]);
    const latencyMetric = byName.get('latency_seconds');
    const data = histograms === 'explicit' ? latencyMetric?.histogram : latencyMetric?.exponentialHistogram;
    expect(data).toMatchObject({ aggregationTemporality: isDelta });
    const [point] = data?.dataPoints ?? [];
    expect(point).toMatchObject({ count: '6', sum: 21.250_000_001 });
    if (histograms === 'explicit') expect(point?.bucketCounts).toEqual(['3', '2', '0', '1']);
    else
      expect([point?.zeroCount, ...(point?.positive?.bucketCounts ?? [])].reduce((n, c) => n + Number(c), 0)).toBe(6);
  });
});

function valuesOf(metric: DecodedMetric | undefined): unknown[] {
  const data = metric?.sum ?? metric?.gauge;
  return (data?.dataPoints ?? []).map(({ attributes = [], asDouble }) => [
    Object.fromEntries(attributes.map(({ key, value }) => [key, value['stringValue']])),
    asDouble,
  ]);
}
