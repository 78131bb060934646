import { createMetrics, type Metrics } from '@sightline/core';
import { AggregatorRegistry, Counter, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerInPromClient } from '../src/prom-client-registration.js';
import { promClientSource } from '../src/prom-client-source.js';
import { FakeLog } from './fake-context.js';

const openMetrics = Registry.OPENMETRICS_CONTENT_TYPE as never;
const text = Registry.PROMETHEUS_CONTENT_TYPE;
const help = 'Help.';

let metrics: Metrics;
let registry: Registry;
let log: FakeLog;
beforeEach(() => {
  log = new FakeLog();
  registry = new Registry();
  metrics = createMetrics({ log, collectionIntervalMs: 0 });
});
afterEach(() => metrics.shutdown());

test('prom-client writes our families as its own', async () => {
  metrics.counter('jobs.finished', { help, labelNames: ['error.type'] }).inc({ 'error.type': 'a"b' }, 3);
  metrics.histogram('latency', { help, unit: 'seconds', buckets: [0.5, 1] }).observe(0.7);
  metrics.info('build', { help, labels: { version: '1.2.3' } });
  registerInPromClient(metrics, registry, { log });
  const page = await registry.metrics();
  expect(page).toContain(
    '# HELP jobs_finished_total Help.\n# TYPE jobs_finished_total counter\njobs_finished_total{error_type="a\\"b"} 3\n',
  );
  expect(page).toContain(
    'latency_seconds_bucket{le="0.5"} 0\nlatency_seconds_bucket{le="1.0"} 1\nlatency_seconds_bucket{le="+Inf"} 1\n' +
      'latency_seconds_sum 0.7\nlatency_seconds_count 1\n',
  );
  expect(page).toContain('# TYPE build_info gauge\nbuild_info{version="1.2.3"} 1\n');
});

test('a counter keeps its name however often the format changes', async () => {
  metrics.counter('jobs', { help }).inc();
  registerInPromClient(metrics, registry, { log });
  for (let round = 0; round < 2; round++) {
    registry.setContentType(openMetrics);
    expect(await registry.metrics()).toContain('# TYPE jobs counter\njobs_total 1\n');
    registry.setContentType(text);
    expect(await registry.metrics()).toContain('# TYPE jobs_total counter\njobs_total 1\n');
    expect((await registry.getMetricsAsJSON()).map(({ name }) => name)).toContain('jobs_total');
  }
  expect(registry.getSingleMetric('jobs_total')).toBeDefined();
});

test('a family that is declared later appears with the next read', async () => {
  registerInPromClient(metrics, registry, { log });
  metrics.gauge('late', { help }).set(4);
  expect(await registry.metrics()).toContain('late 4\n');
});

test('our families survive the registry’s clear and reset', async () => {
  metrics.gauge('depth', { help }).set(4);
  registerInPromClient(metrics, registry, { log });
  registry.clear();
  registry.resetMetrics();
  expect(await registry.metrics()).toContain('depth 4\n');
});

test('collect callbacks run once for a read of the whole registry', async () => {
  let runs = 0;
  metrics.gauge('a', { help, collect: () => ++runs });
  metrics.gauge('b', { help }).set(1);
  registerInPromClient(metrics, registry, { log });
  expect(await registry.metrics()).toContain('a 1\n');
  expect(runs).toBe(1);
});

test('the registry’s own metric of the same name stays', async () => {
  new Counter({ name: 'jobs_total', help, registers: [registry] }).inc(9);
  metrics.counter('jobs', { help }).inc();
  registerInPromClient(metrics, registry, { log });
  await registry.metrics();
  expect(await registry.metrics()).toContain('jobs_total 9\n');
  expect(log.messages).toEqual([
    '[backend-prometheus] The registry already has a metric "jobs_total", so ours is left out there. Rename one of them.',
  ]);
});

test('registered and included, the same registry exports nothing twice', async () => {
  new Counter({ name: 'hits_total', help, registers: [registry] }).inc(2);
  metrics.counter('jobs', { help }).inc();
  registerInPromClient(metrics, registry, { log });
  metrics.include(promClientSource(registry));
  expect(await registry.metrics()).toContain('jobs_total 1\n');
  const { families } = await metrics.collect();
  expect(families.map(({ name }) => name)).toContain('hits_total');
  expect(families.filter(({ name }) => name.startsWith('jobs'))).toHaveLength(1);
  expect(log.messages).toEqual([]);
});

test('merged registries have our families', async () => {
  metrics.counter('jobs', { help }).inc();
  registerInPromClient(metrics, registry, { log });
  expect(await Registry.merge([new Registry(), registry]).metrics()).toContain('jobs_total 1\n');
});

describe('in a cluster', () => {
  test('the workers’ values are joined as their kind asks for', async () => {
    metrics.counter('jobs', { help }).inc(2);
    metrics.gauge('connections', { help, isAdditive: true }).set(5);
    metrics.gauge('temperature', { help }).set(30);
    metrics.info('build', { help, labels: { version: '1' } });
    registerInPromClient(metrics, registry, { log });
    const one = JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()));
    metrics.gauge('temperature', { help }).set(20);
    const two = JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()));
    const page = await AggregatorRegistry.aggregate([one, two]).metrics();
    expect(page).toContain('jobs_total 4\n');
    expect(page).toContain('connections 10\n');
    expect(page).toContain('temperature 30\n');
    expect(page).toContain('build_info{version="1"} 1\n');
  });
});

test('taken out again, nothing of ours is left', async () => {
  metrics.counter('jobs', { help }).inc();
  const takeOut = registerInPromClient(metrics, registry, { log });
  takeOut();
  expect(await registry.metrics()).toBe('\n');
  expect(Object.hasOwn(registry, 'getMetricsAsArray')).toBe(false);
});
