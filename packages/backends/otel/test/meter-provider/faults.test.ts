import type { Attributes, Observable, ObservableResult } from '@opentelemetry/api';
import { fakeClock } from '@sightline/testing/metrics';
import { expect, test } from 'vitest';
import { meterProvider } from '../../src/meter-provider/meter-provider.js';
import { keyOf, measuredIn, ours } from './measured.js';

const selfTotals = (metrics: ReturnType<typeof ours>['metrics']): Record<string, number> =>
  Object.fromEntries(
    metrics.snapshot().families.flatMap((family) =>
      family.kind === 'counter' && family.name.startsWith('sightline_')
        ? Array.from(family.values, (value, i) => {
            const width = family.labelNames.length;
            const first = (family.rows[i] ?? 0) * width;
            return [[family.name, ...family.labelValues.slice(first, first + width)].join(' '), value];
          })
        : [],
    ),
  );

test('wrong values throw nothing, record nothing and are counted', async () => {
  const { provider, metrics, read } = ours();
  const counter = provider.getMeter('m').createCounter('c');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, {}, -1])
    counter.add(value as number);
  expect(await read()).toEqual([expect.objectContaining({ name: 'c', points: {} })]);
  expect(selfTotals(metrics)).toEqual({
    'sightline_dropped_total c not_finite': 1,
    'sightline_dropped_total c not_a_number': 5,
    'sightline_dropped_total c negative': 1,
  });
});

test('attributes that are none are none, and those that cannot be read count in the overflow series', async () => {
  const { provider, metrics, read } = ours();
  const counter = provider.getMeter('m').createCounter('c');
  const throws = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  for (const attributes of ['text', 7, ['a'], null, undefined]) counter.add(1, attributes as never);
  counter.add(1, { list: ['a', 'b'], nothing: null, absent: undefined, big: 7n } as never);
  for (const value of [{}, Symbol('s'), () => {}]) counter.add(1, { list: value } as never);
  counter.add(1, throws as Attributes);
  counter.add(1, { list: 'x'.repeat(100_000) });
  expect(await read()).toMatchObject([
    {
      points: {
        '{}': 5,
        '{"big":"7","list":"[\\"a\\",\\"b\\"]"}': 1,
        '{"big":"__overflow__","list":"__overflow__"}': 5,
      },
    },
  ]);
  expect(Object.values(selfTotals(metrics)).reduce((sum, by) => sum + by, 0)).toBe(5);
});

test('10 000 sets of attributes make as many series as the cap allows, and lose no count', async () => {
  const { provider, read } = ours();
  const counter = provider.getMeter('m').createCounter('c');
  for (let i = 0; i < 10_000; i++) counter.add(1, { id: `${i}` });
  const [metric] = await read();
  const values = Object.values(metric?.points ?? {}) as number[];
  expect(values.length).toBe(2001);
  expect(values.reduce((sum, value) => sum + value, 0)).toBe(10_000);
});

test('labels are at most 128, and names of instruments 1000', async () => {
  const logged: string[] = [];
  const warn = (_: object, message: string): void => void logged.push(message);
  const { provider, read } = ours({ log: { info() {}, warn, error() {} } });
  const meter = provider.getMeter('m');
  meter.createCounter('wide').add(1, Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, 'v'])));
  for (let i = 0; i < 1500; i++) meter.createCounter(`n${i}`).add(1);
  const all = await read();
  expect(Object.keys(JSON.parse(Object.keys(all[0]?.points ?? {})[0] ?? ''))).toHaveLength(128);
  expect(all).toHaveLength(1000);
  expect(logged[0]).toContain('it has too many attribute keys, so "k128" is dropped');
});

test.each(['', '1st', 'with space', 'ünïcode', 'x'.repeat(300), 7, undefined])(
  'the name %j records nothing',
  async (name) => {
    const { provider, metrics, read } = ours();
    const meter = provider.getMeter('m');
    meter.createCounter(name as string).add(1);
    meter.createObservableGauge(name as string).addCallback((result) => result.observe(1));
    expect(await read()).toEqual([]);
    expect(selfTotals(metrics)['sightline_collect_failures_total m bad_name']).toBeGreaterThan(0);
  },
);

test('keys that labels cannot have are rewritten, and those that are written alike share a label', async () => {
  const { provider, read } = ours();
  const counter = provider.getMeter('m').createCounter('c');
  counter.add(1, {
    'http.method': 'GET',
    http_method: 'POST',
    'x-y': '1',
    '9': '2',
    le: '3',
    __proto: '4',
    '': '5',
    'a..b': '6',
  });
  counter.add(1, { http_method: 'GET' });
  expect(await read()).toMatchObject([
    {
      points: {
        [keyOf({ _proto: '4', a_b: '6', 'http.method': 'GET;POST', key_: '5', key_9: '2', le_: '3', x_y: '1' })]: 1,
        '{"http.method":"GET"}': 1,
      },
    },
  ]);
});

test('what the service declares itself stays, in any order, and the other is left out once', async () => {
  const logged: string[] = [];
  const warn = (_: object, message: string): void => void logged.push(message);
  const { provider, metrics, read } = ours({ log: { info() {}, warn, error() {} } });
  const meter = provider.getMeter('http');
  const [first, second] = [meter.createCounter('first'), meter.createHistogram('a.b')];
  const own = metrics.counter('first', { help: 'Own.' });
  own.inc(7);
  first.add(1);
  first.add(1);
  second.record(1, { a: 'x' });
  metrics.gauge('a_b', { help: 'Own.' }).set(3); // as Prometheus writes the other
  second.record(1, { a: 'x' });
  second.record(1, { a: 'x' });
  expect(await read()).toEqual([]);
  expect(own.value()).toBe(7);
  expect(logged).toEqual([
    '[core] Metric "first" of the meter "http" is left out: "first" is declared already as another metric. Further cases are counted, not logged.',
    '[core] Metric "a.b" of the meter "http" is left out: the service declares a metric of this name itself. Further cases are counted, not logged.',
  ]);
});

test('instruments of one name and kind share a metric, whatever the letters, and of another kind are left out', async () => {
  const { provider, metrics, read } = ours();
  provider.getMeter('a').createCounter('Jobs.Done').add(1, { x: '1' });
  provider.getMeter('b').createCounter('jobs.done').add(2, { x: '1' });
  provider.getMeter('b').createUpDownCounter('jobs.done').add(9);
  const other = meterProvider(metrics);
  other.getMeter('a').createCounter('Jobs.Done').add(4, { y: '2' });
  expect(await read()).toMatchObject([{ name: 'Jobs.Done', scope: 'a@', points: { '{"x":"1"}': 3, '{"y":"2"}': 4 } }]);
  expect(selfTotals(metrics)['sightline_collect_failures_total b name_clash']).toBe(1);
});

test('filters deny, rename, keep and drop labels, limit their values and set buckets, as views do', async () => {
  const { provider, read } = ours({
    filters: [
      { match: 'denied.*', deny: true },
      { match: 'http.*', keepLabels: ['method'], rename: 'requests' },
      { match: 'db', dropLabels: ['query'], buckets: [1, 2] },
      { match: 'limited', limitLabels: { id: 1 } },
    ],
  });
  const meter = provider.getMeter('m');
  meter.createCounter('denied.one').add(1);
  meter.createCounter('http.requests').add(1, { method: 'GET', url: '/1' });
  meter.createCounter('http.requests').add(1, { url: '/2', peer: 'x', method: 'GET' });
  meter.createHistogram('db').record(2, { query: 'a', name: 'n' });
  for (const id of ['1', '2', '3']) meter.createCounter('limited').add(1, { id });
  expect(await read()).toMatchObject([
    { name: 'requests', points: { '{"method":"GET"}': 2 } },
    { name: 'db', points: { '{"name":"n"}': { count: 1, bounds: [1, 2], counts: [0, 1, 0] } } },
    { name: 'limited', points: { '{"id":"1"}': 1, '{"id":"__overflow__"}': 2 } },
  ]);
});

test('callbacks that throw, reject or hang are counted, end no series, and what they observe too late is ignored', async () => {
  const clock = fakeClock();
  const { provider, metrics, read } = ours({ clock, collectTimeoutMs: 100 });
  const meter = provider.getMeter('m');
  let mode: 'fine' | 'throws' | 'hangs' = 'fine';
  let late: ObservableResult | undefined;
  meter.createObservableGauge('g').addCallback((result) => {
    if (mode === 'fine') result.observe(1, { a: 'x' });
    if (mode === 'throws') throw new Error('no');
    late = result;
    return mode === 'hangs' ? new Promise<void>(() => {}) : undefined;
  });
  await read();
  late?.observe(99, { a: 'late' });
  mode = 'throws';
  expect(await read()).toMatchObject([{ points: { '{"a":"x"}': 1 } }]);
  mode = 'hangs';
  const reading = read();
  await clock.advanceAsync(100);
  expect(await reading).toMatchObject([{ points: { '{"a":"x"}': 1 } }]);
  mode = 'fine';
  await read(); // does not run while the first is pending
  expect(selfTotals(metrics)).toEqual({
    'sightline_collect_failures_total g error': 1,
    'sightline_collect_failures_total g timeout': 2,
  });
});

test('what a callback no longer observes ends, unless it is a total or another callback observes it', async () => {
  const { provider, read } = ours();
  const meter = provider.getMeter('m');
  let keys = ['a', 'b'];
  const observe = (result: ObservableResult): void => {
    for (const key of keys) result.observe(1, { key });
  };
  const gauge = meter.createObservableGauge('gauge');
  gauge.addCallback(observe);
  const other = (result: ObservableResult): void => result.observe(2, { key: 'b' });
  gauge.addCallback(other);
  meter.createObservableCounter('total').addCallback(observe);
  await read();
  keys = [];
  expect(await read()).toMatchObject([
    { name: 'gauge', points: { '{"key":"b"}': 2 } },
    { name: 'total', points: { '{"key":"a"}': 1, '{"key":"b"}': 1 } },
  ]);
  gauge.removeCallback(other);
  expect(await read()).toMatchObject([{ name: 'gauge', points: {} }, {}]);
});

test('a total that falls is a restart, and one that is negative is dropped', async () => {
  const clock = fakeClock();
  const { provider, metrics } = ours({ clock });
  let total = 10;
  provider
    .getMeter('m')
    .createObservableCounter('total')
    .addCallback((result) => result.observe(total, { a: 'x' }));
  await metrics.collect();
  clock.advance(1000);
  total = 4;
  const { families } = await metrics.collect();
  expect(measuredIn(families)).toMatchObject([{ points: { '{"a":"x"}': 4 } }]);
  total = -1;
  clock.advance(1000);
  expect(measuredIn((await metrics.collect()).families)).toMatchObject([{ points: { '{"a":"x"}': 4 } }]);
});

test('a strict collector, which throws to the service, throws nothing into an instrumentation', () => {
  const { provider } = ours({ strict: true });
  const meter = provider.getMeter('m');
  expect(() => meter.createCounter('c').add(-1)).not.toThrow();
  expect(() => meter.createCounter('c').add(1, { a: {} } as never)).not.toThrow();
});

test.each([
  ['callbacks', (o: Observable) => [o.addCallback(undefined as never), o.removeCallback(undefined as never)]],
])('%s that are no functions are ignored', (_, use) => {
  expect(() => use(ours().provider.getMeter('m').createObservableGauge('g'))).not.toThrow();
});

test('a difference since the last read counts once what was counted before a label was discovered', async () => {
  const { deltas } = await import('@sightline/core/backend');
  const { provider, metrics } = ours();
  const counter = provider.getMeter('m').createCounter('c');
  const histogram = provider.getMeter('m').createHistogram('h');
  const reader = deltas(metrics);
  const read = () => {
    const batch = reader.read();
    batch.commit();
    return measuredIn(batch.families).map(({ points }) => points);
  };
  counter.add(5, { a: '1' });
  histogram.record(5, { a: '1' });
  expect(read()).toMatchObject([{ '{"a":"1"}': 5 }, { '{"a":"1"}': { count: 1 } }]);
  counter.add(1, { a: '1', b: '2' });
  counter.add(2, { a: '1' });
  histogram.record(7, { c: '3' });
  expect(read()).toMatchObject([{ '{"a":"1","b":"2"}': 1, '{"a":"1"}': 2 }, { '{"c":"3"}': { count: 1, sum: 7 } }]);
  expect(read().map((points) => Object.keys(points))).toEqual([[], []]);
});

test('histograms are exponential for a backend that asks for it', () => {
  const backend = {
    name: 'b',
    histogramNeed: 'native',
    start() {},
    flush: async () => {},
    shutdown: async () => {},
  } as const;
  const { provider, metrics } = ours({ backends: [backend] });
  provider.getMeter('m').createHistogram('h').record(3, { a: 'x' });
  const [family] = metrics.snapshot().families;
  expect(family?.kind === 'histogram' && family.exponential?.[0]).toMatchObject({ count: 1, sum: 3 });
});

test('meters go on in the collector of the provider that comes after the end, callbacks included', async () => {
  const [before, after] = [ours(), ours()];
  const [first, second] = [meterProvider(before.metrics), meterProvider(after.metrics)];
  const meter = first.getMeter('m');
  const counter = meter.createCounter('c');
  counter.add(1);
  meter.createObservableGauge('g').addCallback((result) => result.observe(3));
  await first.shutdown();
  counter.add(10);
  meter.createObservableGauge('later').addCallback((result) => result.observe(4));
  expect(await before.read()).toMatchObject([{ name: 'c', points: { '{}': 1 } }]);
  first.handOver(second);
  counter.add(2, { a: 'x' });
  meter.createCounter('d').add(5);
  expect(await after.read()).toMatchObject([
    { name: 'c', points: { '{"a":"x"}': 2 } },
    { name: 'd', points: { '{}': 5 } },
    { name: 'g', points: { '{}': 3 } },
    { name: 'later', points: { '{}': 4 } },
  ]);
  first.handOver({});
  counter.add(1, { a: 'x' });
  expect((await after.read())[0]?.points).toEqual({ '{"a":"x"}': 3 });
});
