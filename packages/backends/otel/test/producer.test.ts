import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { createMetrics } from '@sightline/core';
import { fakeClock } from '@sightline/testing/metrics';
import { expect, onTestFinished, test } from 'vitest';
import { otelBackend } from '../src/index.js';
import { otelProducer } from '../src/producer.js';
import { against } from './setting.js';

test("puts our metrics beside those of a service's own provider", async () => {
  const clock = fakeClock();
  const metrics = createMetrics({ clock });
  metrics.counter('jobs_total', { help: 'Jobs.', unit: 'jobs', labelNames: ['queue'] }).inc({ queue: 'mail' }, 3);
  metrics.gauge('temperature', { help: 'Heat.' }).set(-1.5);
  metrics.gauge('connections', { help: 'Open.', isAdditive: true }).inc(2);
  metrics.histogram('latency', { help: 'Latency.', buckets: [1, 2] }).observe(1.5);
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter, metricProducers: [otelProducer(metrics)] });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  provider.getMeter('theirs').createCounter('theirs').add(1);
  await reader.forceFlush();
  const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const byName = new Map(found.map((metric) => [metric.descriptor.name, metric]));
  expect(byName.has('theirs')).toBe(true);
  expect(byName.get('jobs_total')).toMatchObject({
    descriptor: { description: 'Jobs.', unit: '{jobs}' },
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: [{ attributes: { queue: 'mail' }, value: 3, startTime: [clock.now() / 1000, 0] }],
  });
  expect(byName.get('temperature')).toMatchObject({
    dataPointType: DataPointType.GAUGE,
    dataPoints: [{ value: -1.5 }],
  });
  expect(byName.get('connections')).toMatchObject({ dataPointType: DataPointType.SUM, isMonotonic: false });
  expect(byName.get('latency')).toMatchObject({
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: [{ value: { buckets: { boundaries: [1, 2], counts: [0, 1, 0] }, sum: 1.5, count: 1 } }],
  });
});

test('gives exponential histograms where core keeps them', async () => {
  const { metrics } = against(otelBackend({ histograms: 'exponential' }));
  metrics.histogram('latency', { help: 'Latency.' }).observe(3);
  const { resourceMetrics } = await otelProducer(metrics, { histograms: 'exponential' }).collect();
  const latency = resourceMetrics.scopeMetrics[0]?.metrics.find(({ descriptor }) => descriptor.name === 'latency');
  expect(latency).toMatchObject({
    dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
    dataPoints: [{ value: { count: 1, sum: 3, zeroCount: 0, positive: { bucketCounts: [1] }, min: 3, max: 3 } }],
  });
});

test('serves a reader without a provider, with a resource of its own', async () => {
  const metrics = createMetrics();
  metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter });
  reader.setMetricProducer(otelProducer(metrics, { resource: { 'service.name': 'mailer' } }));
  onTestFinished(() => reader.shutdown());
  await reader.forceFlush();
  const [{ resource } = { resource: undefined }] = exporter.getMetrics();
  expect(resource?.attributes).toMatchObject({ 'service.name': 'mailer', 'telemetry.sdk.name': 'sightline' });
  expect(resource?.merge(null).attributes).toEqual(resource?.attributes);
});
