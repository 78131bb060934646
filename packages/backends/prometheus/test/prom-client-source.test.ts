import { createMetrics } from '@sightline/core';
import type { ExternalReport, FamilySnapshot } from '@sightline/core/backend';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { promClientSource } from '../src/prom-client-source.js';
import { FakeClock, FakeLog } from './fake-context.js';
import { page } from './families.js';
import { parseExposition } from './parse-exposition.js';

let registry: Registry;
let log: FakeLog;
let leftOut: string[];
let clock: FakeClock;
beforeEach(() => {
  registry = new Registry();
  log = new FakeLog();
  leftOut = [];
  clock = new FakeClock();
});

const help = 'Help.';
const report: ExternalReport = { leftOut: (metric, reason) => void leftOut.push(`${metric} ${reason}`) };

async function collect(from: object = registry): Promise<readonly FamilySnapshot[]> {
  return promClientSource(from as Registry, { clock }).collect(report);
}

async function textOf(from: object = registry): Promise<string> {
  const families = await collect(from);
  for (const format of ['text', 'openmetrics'] as const) parseExposition(page(format, families), format);
  return page('text', families);
}

function openMetricsRegistry(): Registry {
  const made = new Registry();
  made.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  return made;
}

test('reads counters and gauges', async () => {
  const hits = new Counter({ name: 'hits_total', help, labelNames: ['path', 'code'], registers: [registry] });
  hits.inc({ path: '/', code: 200 }, 3);
  hits.inc({ path: '/a', code: 404 });
  new Gauge({ name: 'temperature', help, registers: [registry] }).set(-4.5);
  expect(await textOf()).toBe(
    '# HELP hits_total Help.\n# TYPE hits_total counter\nhits_total{path="/",code="200"} 3\nhits_total{path="/a",code="404"} 1\n' +
      '# HELP temperature Help.\n# TYPE temperature gauge\ntemperature -4.5\n',
  );
});

test('reads histograms', async () => {
  const latency = new Histogram({
    name: 'latency',
    help,
    labelNames: ['path'],
    buckets: [0.1, 1],
    registers: [registry],
  });
  for (const value of [0.05, 0.5, 0.5, 3]) latency.observe({ path: '/' }, value);
  latency.observe({ path: '/a' }, 0.1);
  const text = await textOf();
  expect(text).toContain(
    'latency_bucket{path="/",le="0.1"} 1\nlatency_bucket{path="/",le="1.0"} 3\nlatency_bucket{path="/",le="+Inf"} 4\n',
  );
  expect(text).toContain('latency_sum{path="/"} 4.05\nlatency_count{path="/"} 4\n');
  expect(text).toContain('latency_bucket{path="/a",le="0.1"} 1\n');
});

test('reads summaries', async () => {
  const size = new Summary({ name: 'size', help, percentiles: [0.5, 0.99], registers: [registry] });
  for (const value of [1, 2, 3]) size.observe(value);
  expect(await textOf()).toContain('size{quantile="0.5"} 2\nsize{quantile="0.99"} 3\nsize_sum 6\nsize_count 3\n');
});

test('adds the default labels, which a metric’s own labels beat', async () => {
  registry.setDefaultLabels({ app: 'shop', zone: 'a' });
  new Counter({ name: 'hits_total', help, labelNames: ['zone'], registers: [registry] }).inc({ zone: 'b' });
  new Gauge({ name: 'up', help, registers: [registry] }).set(1);
  const text = await textOf();
  expect(text).toContain('hits_total{zone="b",app="shop"} 1\n');
  expect(text).toContain('up{app="shop",zone="a"} 1\n');
});

test('reads labels that were left out as empty', async () => {
  const hits = new Counter({ name: 'hits_total', help, labelNames: ['a', 'b'], registers: [registry] });
  hits.inc({ a: '1' });
  hits.inc({ b: '2' });
  expect(await textOf()).toContain('hits_total{a="1",b=""} 1\nhits_total{a="",b="2"} 1\n');
});

test('reads exemplars that name a trace', async () => {
  const openMetrics = openMetricsRegistry();
  const hits = new Counter({ name: 'hits_total', help, enableExemplars: true, registers: [openMetrics] });
  hits.inc({ value: 2, exemplarLabels: { traceId: 'abc', spanId: 'def' } } as never);
  const latency = new Histogram({
    name: 'latency',
    help,
    buckets: [1],
    enableExemplars: true,
    registers: [openMetrics],
  });
  latency.observe({ value: 0.5, exemplarLabels: { trace_id: 'abc', span_id: 'def' } } as never);
  const text = page('openmetrics', await collect(openMetrics));
  expect(text).toMatch(/^hits_total 2 # \{trace_id="abc",span_id="def"\} 2 \d+\.?\d*$/m);
  expect(text).toMatch(/^latency_bucket\{le="1\.0"\} 1 # \{trace_id="abc",span_id="def"\} 0\.5 \d+\.?\d*$/m);
});

test('keeps the name of a counter that prom-client has cut when it wrote OpenMetrics', async () => {
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  new Counter({ name: 'hits_total', help, registers: [registry] }).inc();
  await registry.metrics();
  expect(await textOf()).toContain('hits_total 1\n');
});

test('sees what is registered, reset and cleared later', async () => {
  const source = promClientSource(registry);
  expect(await source.collect(report)).toEqual([]);
  const hits = new Counter({ name: 'hits_total', help, registers: [registry] });
  hits.inc(5);
  expect(page('text', await source.collect(report))).toContain('hits_total 5\n');
  registry.resetMetrics();
  expect(page('text', await source.collect(report))).toContain('hits_total 0\n');
  registry.clear();
  expect(await source.collect(report)).toEqual([]);
});

describe('a metric that would make the exposition invalid', () => {
  beforeEach(() => {
    new Gauge({ name: 'fine', help, registers: [registry] }).set(1);
  });

  test('because its buckets are unsorted is left out, counted and logged once', async () => {
    const wrong = new Histogram({ name: 'wrong', help, buckets: [1, 0.1], registers: [registry] });
    wrong.observe(0.05);
    const metrics = createMetrics({ log, clock });
    metrics.include(promClientSource(registry, { name: 'legacy' }));
    await metrics.collect();
    clock.advance(1000);
    await metrics.collect();
    clock.advance(1000);
    const text = page('text', (await metrics.collect()).families);
    expect(text).toContain('fine 1\n');
    expect(text).not.toContain('wrong_bucket');
    expect(text).toContain('sightline_collect_failures_total{source="legacy",reason="bad_buckets"} 3\n');
    expect(log.messages).toEqual([
      '[core] "wrong" of "legacy" is left out: its buckets are not ascending, lack +Inf, or do not add up. Further cases are counted, not logged.',
    ]);
  });

  test.each([
    ['lacks +Inf', [{ metricName: 'h_bucket', labels: { le: 1 }, value: 2 }]],
    [
      'has a count that differs',
      [
        { metricName: 'h_bucket', labels: { le: '+Inf' }, value: 2 },
        { metricName: 'h_count', labels: {}, value: 3 },
      ],
    ],
    [
      'has counts that fall',
      [
        { metricName: 'h_bucket', labels: { le: 1 }, value: 3 },
        { metricName: 'h_bucket', labels: { le: '+Inf' }, value: 2 },
      ],
    ],
  ])('because its histogram %s is left out', async (_, values) => {
    registry.registerMetric({ name: 'h', get: () => ({ name: 'h', help, type: 'histogram', values }) } as never);
    const text = await textOf();
    expect(text).toContain('fine 1\n');
    expect(text).not.toContain('h_bucket');
    expect(new Set(leftOut)).toEqual(new Set(['h bad_buckets']));
  });

  test('because its counter is not a number loses that series only', async () => {
    const hits = new Counter({ name: 'hits_total', help, labelNames: ['a'], registers: [registry] });
    hits.inc({ a: '1' });
    hits.inc({ a: '2' }, Number.NaN); // prom-client lets NaN pass
    const text = await textOf();
    expect(text).toContain('hits_total{a="1"} 1\n');
    expect(text).not.toContain('hits_total{a="2"}');
    expect(leftOut).toEqual(['hits_total bad_value']);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no database'))],
  ])('because its collect %s is left out', async (_, collectFails) => {
    new Gauge({ name: 'broken', help, registers: [registry], collect: collectFails });
    const text = await textOf();
    expect(text).toContain('fine 1\n');
    expect(leftOut).toEqual(['broken error']);
  });

  test('because its collect hangs is left out after the time-out, and not asked again meanwhile', async () => {
    const hang = vi.fn(() => new Promise<void>(() => {}));
    new Gauge({ name: 'slow', help, registers: [registry], collect: hang });
    const source = promClientSource(registry, { timeoutMs: 500, clock });
    for (let round = 0; round < 2; round++) {
      const families = source.collect(report);
      await expect.poll(() => clock.pendingTimers).toBe(1);
      clock.advance(500);
      expect(page('text', await families)).toContain('fine 1\n');
    }
    expect(leftOut).toEqual(['slow timeout', 'slow timeout']);
    expect(hang).toHaveBeenCalledTimes(1);
  });
});

test('leaves out a metric that gives no values, and no other', async () => {
  new Gauge({ name: 'kept', help, registers: [registry] });
  for (const [name, data] of [
    ['nothing', undefined],
    ['holes', { name: 'holes', help, type: 'gauge', values: [null] }],
  ] as const)
    registry.registerMetric({ name, get: async () => data } as never);
  expect((await collect()).map(({ name }) => name)).toEqual(['kept']);
  expect(leftOut).toEqual(['nothing error', 'holes error']);
});

test('reads the successor of prom-client, which keeps its metrics in a Map', async () => {
  const metric = {
    name: 'z',
    get: async () => ({ name: 'z', help, type: 'counter', values: [{ value: 2, labels: {} }] }),
  };
  const successor = {
    _metrics: new Map([['z_total', metric]]),
    _defaultLabels: { app: 'shop' },
    getMetricsAsArray: () => [metric],
  };
  expect(await textOf(successor)).toContain('z_total{app="shop"} 2\n');
});

test('leaves out what Sightline itself has put into the registry', async () => {
  registry.registerMetric({
    name: 'ours',
    get: () => {
      throw new Error('asked');
    },
    [Symbol.for('sightline.family')]: true,
  } as never);
  expect(await collect()).toEqual([]);
});

test('says what it needs when it gets something else', () => {
  expect(() => promClientSource({} as Registry)).toThrow(
    '[backend-prometheus] promClientSource needs a prom-client Registry',
  );
});

test('is exported by every collector that includes it', async () => {
  new Counter({ name: 'hits_total', help, registers: [registry] }).inc(2);
  const metrics = createMetrics({ log });
  metrics.include(promClientSource(registry));
  metrics.counter('jobs', { help: 'Jobs.' }).inc();
  const { families } = await metrics.collect();
  expect(page('text', families)).toContain('hits_total 2\n');
  expect(page('text', families)).toContain('jobs_total 1\n');
  await metrics.shutdown();
});
