import { createMetrics } from '@sightline/core';
import type { FamilySnapshot } from '@sightline/core/backend';
import { metricsEncoder } from '@sightline/otlp/encode';
import { fakeClock } from '@sightline/testing/metrics';
import { expect, test } from 'vitest';
import { type DecodedMetric, decodeProtobuf } from '../../../../scripts/test/official-messages.js';
import { metricsIn, pointsOf } from './fake-collector.js';
import { setting } from './setting.js';

const nanos = (timeMs: number): string => `${timeMs}000000`;

test('says who sends', async () => {
  const { collector, metrics } = await setting({
    resource: {
      'service.name': 'mailer',
      'service.version': '1.2.3',
      'host.cores': 4,
      'host.load': 0.5,
      'host.spot': true,
    },
  });
  metrics.counter('jobs_total', { help: 'Jobs.' });
  await metrics.flush();
  const [{ resource, scopeMetrics } = { resource: undefined, scopeMetrics: [] }] =
    collector.received[0]?.resourceMetrics ?? [];
  const attributes = new Map(resource?.attributes.map(({ key, value }) => [key, value]));
  expect(attributes.get('service.name')).toEqual({ stringValue: 'mailer' });
  expect(attributes.get('service.version')).toEqual({ stringValue: '1.2.3' });
  expect(attributes.get('service.instance.id')).toEqual({ stringValue: expect.stringMatching(/^[\da-f-]{36}$/) });
  expect(attributes.get('telemetry.sdk.name')).toEqual({ stringValue: 'sightline' });
  expect(attributes.get('host.cores')).toEqual({ intValue: '4' });
  expect(attributes.get('host.load')).toEqual({ doubleValue: 0.5 });
  expect(attributes.get('host.spot')).toEqual({ boolValue: true });
  expect(scopeMetrics[0]?.scope.name).toBe('@sightline/core');
});

test('keeps names and labels as declared, and writes units in UCUM', async () => {
  const { collector, metrics } = await setting();
  metrics
    .histogram('order.process.duration', { help: 'Time.', unit: 'seconds', labelNames: ['stream'] })
    .observe({ stream: 'md:ticker' }, 1);
  metrics.gauge('queue.messages', { help: 'Length.', unit: 'messages' }).set(3);
  await metrics.flush();
  const byName = new Map(metricsIn(collector.received).map((metric) => [metric.name, metric]));
  expect(byName.get('order.process.duration')).toMatchObject({ description: 'Time.', unit: 's' });
  expect(byName.get('queue.messages')).toMatchObject({ unit: '{messages}' });
  expect(pointsOf('order.process.duration', collector.received)[0]?.attributes).toEqual([
    { key: 'stream', value: { stringValue: 'md:ticker' } },
  ]);
});

test.each(['cumulative', 'delta'] as const)('makes the right kind of each metric (%s)', async (temporality) => {
  const { collector, metrics } = await setting({ temporality });
  metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
  metrics.gauge('temperature', { help: 'Heat.' }).set(-3);
  metrics.gauge('connections', { help: 'Open.', isAdditive: true }).inc(2);
  metrics.info('build_info', { help: 'Build.', labels: { version: '1' } });
  metrics.histogram('latency', { help: 'Latency.', buckets: [1, 2] }).observe(1.5);
  await metrics.flush();
  const byName = new Map(metricsIn(collector.received).map((metric) => [metric.name, metric]));
  const aggregationTemporality = temporality === 'delta' ? 1 : 2;
  expect(byName.get('jobs_total')?.sum).toMatchObject({ aggregationTemporality, isMonotonic: true });
  expect(byName.get('temperature')?.gauge?.dataPoints).toMatchObject([{ asDouble: -3 }]);
  expect(byName.get('connections')?.sum).toMatchObject({ aggregationTemporality: 2 });
  expect(byName.get('build_info')?.sum).toMatchObject({ aggregationTemporality: 2 });
  for (const name of ['connections', 'build_info']) expect(byName.get(name)?.sum?.isMonotonic ?? false).toBe(false);
  expect(byName.get('latency')?.histogram).toMatchObject({
    aggregationTemporality,
    dataPoints: [{ count: '1', sum: 1.5, bucketCounts: ['0', '1', '0'], explicitBounds: [1, 2] }],
  });
});

test('starts running totals with their series, and differences where the last one ended', async () => {
  for (const temporality of ['cumulative', 'delta'] as const) {
    const { collector, metrics, clock } = await setting({ temporality });
    const bornMs = clock.now();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
    for (let round = 0; round < 3; round++) {
      jobs.inc();
      await clock.advanceAsync(1000);
      await metrics.flush();
    }
    const starts = [0, 1, 2].map((round) => (temporality === 'delta' ? bornMs + round * 1000 : bornMs));
    const points = pointsOf('jobs_total', collector.received);
    expect(points.map(({ startTimeUnixNano }) => startTimeUnixNano)).toEqual(starts.map(nanos));
    expect(points.map(({ timeUnixNano }) => timeUnixNano)).toEqual([1, 2, 3].map((s) => nanos(bornMs + s * 1000)));
  }
});

test('never goes back in time', async () => {
  const { collector, metrics, clock } = await setting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
  jobs.inc({ id: 'a' });
  await metrics.flush();
  clock.setTime(clock.now() - 3_600_000);
  jobs.inc({ id: 'b' });
  await metrics.flush();
  clock.setTime(clock.now() + 7_200_000);
  jobs.inc({ id: 'c' });
  clock.setTime(clock.now() - 3_600_000);
  await metrics.flush();
  const points = pointsOf('jobs_total', collector.received);
  const times = points.map(({ timeUnixNano }) => BigInt(timeUnixNano));
  expect(times).toEqual([...times].sort((a, b) => Number(a - b)));
  for (const { startTimeUnixNano = '0', timeUnixNano } of points)
    expect(BigInt(startTimeUnixNano)).toBeLessThanOrEqual(BigInt(timeUnixNano));
});

test('sends a difference only of what changed, and each series once as 0', async () => {
  const { collector, metrics, clock } = await setting({ temporality: 'delta' });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
  const send = async (): Promise<unknown[]> => {
    const before = collector.received.length;
    await clock.advanceAsync(1000);
    await metrics.flush();
    const points = pointsOf('jobs_total', collector.received.slice(before));
    return points.map(({ attributes, asDouble }) => [attributes?.[0]?.value['stringValue'], asDouble]);
  };
  jobs.labels({ id: 'a' });
  jobs.inc({ id: 'b' }, 2);
  expect(await send()).toEqual([
    ['a', 0],
    ['b', 2],
  ]);
  expect(await send()).toEqual([]);
  jobs.inc({ id: 'b' });
  jobs.labels({ id: 'c' });
  expect(await send()).toEqual([
    ['b', 1],
    ['c', 0],
  ]);
  expect(await send()).toEqual([]);
});

test('sends extremes with running exponential histograms, and not with differences', async () => {
  for (const temporality of ['cumulative', 'delta'] as const) {
    const { collector, metrics } = await setting({ temporality, histograms: 'exponential' });
    const latency = metrics.histogram('latency', { help: 'Latency.' });
    for (const value of [0.25, 0, 4, -1]) latency.observe(value);
    await metrics.flush();
    const [point] = pointsOf('latency', collector.received);
    expect(point).toMatchObject({ count: '4', sum: 3.25, zeroCount: '1' });
    expect([point?.min, point?.max]).toEqual(temporality === 'delta' ? [undefined, undefined] : [-1, 4]);
  }
});

test.each(['http/protobuf', 'http/json'] as const)('sends exemplars with their trace (%s)', async (protocol) => {
  const { collector, metrics, clock } = await setting({ protocol });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';
  const columns = {
    help: '',
    unit: undefined,
    labelNames: [],
    constantLabels: {},
    size: 1,
    rows: new Uint32Array(1),
    labelValues: [],
    startTimesMs: new Float64Array(1),
    origin: 'external',
  } as const;
  const exemplar = (value: number, id = traceId) => ({ value, traceId: id, spanId, timeMs: clock.now() });
  const families: FamilySnapshot[] = [
    {
      ...columns,
      kind: 'counter',
      name: 'calls_total',
      values: new Float64Array([3]),
      exemplars: new Map([[0, exemplar(1)]]),
    },
    {
      ...columns,
      kind: 'histogram',
      name: 'latency',
      bounds: [1],
      bucketCounts: new Float64Array([1, 2]),
      sums: new Float64Array([5]),
      exemplars: new Map([
        [0, exemplar(0.5, 'no trace')],
        [1, exemplar(2.5)],
      ]),
    },
  ];
  metrics.include({ name: 'library', collect: () => families });
  await metrics.flush();
  const sent = { timeUnixNano: nanos(clock.now()), spanId, traceId };
  expect(pointsOf('calls_total', collector.received)[0]?.exemplars).toEqual([{ ...sent, asDouble: 1 }]);
  expect(pointsOf('latency', collector.received)[0]?.exemplars).toEqual([{ ...sent, asDouble: 2.5 }]);
});

test('passes on summaries of other libraries', async () => {
  const { collector, metrics } = await setting();
  const family: FamilySnapshot = {
    kind: 'summary',
    name: 'lib_latency',
    help: '',
    unit: 'seconds',
    labelNames: [],
    constantLabels: {},
    size: 1,
    rows: new Uint32Array(1),
    labelValues: [],
    startTimesMs: new Float64Array(1),
    origin: 'external',
    quantiles: [0.5, 0.99],
    quantileValues: new Float64Array([1, Number.NaN]),
    sums: new Float64Array([7]),
    counts: new Float64Array([3]),
  };
  metrics.include({ name: 'library', collect: () => [family] });
  await metrics.flush();
  const [point] = pointsOf('lib_latency', collector.received);
  expect(point).toMatchObject({
    count: '3',
    sum: 7,
    quantileValues: [
      { quantile: 0.5, value: 1 },
      { quantile: 0.99, value: Number.NaN },
    ],
  });
  expect(point?.startTimeUnixNano).toBeUndefined();
});

test('cuts a reading into requests that hold every point once', () => {
  const metrics = createMetrics({ clock: fakeClock() });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['id'] });
  for (let i = 0; i < 25; i++) jobs.inc({ id: String(i) }, i + 1);
  metrics.gauge('temperature', { help: 'Heat.' }).set(1);
  const { families, timeMs } = metrics.snapshot();
  const size = families.reduce((total, family) => total + family.size, 0);
  const reading = {
    families,
    size,
    timeMs,
    temporality: 2,
    prefersExponential: false,
    startTimesMs: () => [],
  } as const;
  const scope = { name: '', version: '' };
  const encode = metricsEncoder({ encoding: 'protobuf', resource: { attributes: [] }, scope });
  const seen: DecodedMetric[] = [];
  for (let from = 0; from < size; from += 7) {
    seen.push(...metricsIn([decodeProtobuf(encode(reading, { from, to: from + 7 }).body)]));
  }
  const values = seen
    .filter(({ name }) => name === 'jobs_total')
    .flatMap(({ sum }) => sum?.dataPoints.map(({ asDouble }) => asDouble));
  expect(values).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
});

test.each(['http/protobuf', 'http/json'] as const)(
  'sends labels that are whole numbers as such, over %s',
  async (protocol) => {
    const { collector, metrics } = await setting({ protocol });
    const answers = metrics.counter('answers_total', {
      help: 'Answers.',
      labelNames: ['status', 'route', 'error'],
      optionalLabels: ['status', 'error'],
      integerLabels: ['status'],
    });
    answers.inc({ status: 200, route: '1' });
    answers.inc({ status: '200', route: '1' });
    answers.inc({ route: '2', error: 'aborted' });
    answers.inc({ status: '0200', route: '3' });
    await metrics.flush();
    const points = pointsOf('answers_total', collector.received).map(({ attributes = [], asDouble }) => [
      asDouble,
      ...attributes.map(({ key, value }) => [key, value]),
    ]);
    expect(points).toEqual([
      [2, ['status', { intValue: '200' }], ['route', { stringValue: '1' }]],
      [1, ['route', { stringValue: '2' }], ['error', { stringValue: 'aborted' }]],
      [1, ['status', { stringValue: '0200' }], ['route', { stringValue: '3' }]],
    ]);
  },
);

test('states the unit that a name ends in', async () => {
  const { collector, metrics } = await setting();
  metrics.gauge('heap_bytes', { help: 'h' }).set(1);
  metrics.histogram('publish_latency_ms', { help: 'h' }).observe(1);
  await metrics.flush();
  const units = new Map(metricsIn(collector.received).map(({ name, unit }) => [name, unit]));
  expect([units.get('heap_bytes'), units.get('publish_latency_ms')]).toEqual(['By', 'ms']);
});

test.each(['cumulative', 'delta'] as const)(
  'no point carries anything that began when it ends, over %s',
  async (temporality) => {
    const { collector, metrics, clock } = await setting({ temporality });
    metrics.counter('made_total', {
      help: 'Made during a collection.',
      labelNames: ['n'],
      collect: (counter) => {
        counter.remove({ n: 1 });
        counter.inc({ n: 1 }, 5);
        counter.inc({ n: clock.now() }, 5);
      },
    });
    const now = metrics.counter('now_total', { help: 'Counted in the same millisecond.' });
    metrics.histogram('job_seconds', { help: 'h' }).observe(1);
    metrics.gauge('open', { help: 'h', isAdditive: true }).set(1);
    for (let i = 0; i < 3; i++) {
      now.inc();
      await metrics.flush();
      if (i === 1) clock.advance(1000);
    }
    const points = ['made_total', 'now_total', 'job_seconds', 'open'].flatMap((name) =>
      pointsOf(name, collector.received),
    );
    expect(points.length).toBeGreaterThan(9);
    for (const { startTimeUnixNano, timeUnixNano } of points) {
      expect(BigInt(startTimeUnixNano ?? 0)).toBeLessThan(BigInt(timeUnixNano));
    }
  },
);

test('starts totals that are kept elsewhere where they began', async () => {
  const { collector, metrics, clock } = await setting();
  const startTimeMs = clock.now() - 86_400_000;
  metrics.counter('sent_bytes_total', { help: 'Since boot.', startTimeMs, collect: () => 1e9 });
  await metrics.flush();
  expect(pointsOf('sent_bytes_total', collector.received)).toMatchObject([
    { startTimeUnixNano: nanos(startTimeMs), asDouble: 1e9 },
  ]);
});
