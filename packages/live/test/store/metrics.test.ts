import type { DecodedMetric, DecodedNumberPoint } from '@sightline/otlp/decode';
import { describe, expect, test } from 'vitest';
import type { MetricHistoryAnswer, MetricsAnswer } from '../../src/model/answers.js';
import { type OwnMetrics, ownMetrics } from './own-metrics.js';
import { START_MS, spanId, splitMs, testStore, traceId } from './test-store.js';

describe('metrics of the service itself', () => {
  test('current numbers are those of snapshot(), exactly', () => {
    const own = ownMetrics();
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
    const gauge = own.metrics.gauge('depth', { help: 'Depth.' });
    const histogram = own.metrics.histogram('took_seconds', { help: 'Time.', unit: 'seconds', buckets: [0.1, 1] });
    counter.inc({ queue: 'mail' }, 0.1);
    own.read();
    counter.inc({ queue: 'mail' }, 0.2);
    gauge.set(1e300);
    histogram.observe(0.3);
    histogram.observe(1 / 3);
    own.read();
    for (const family of own.metrics.snapshot().families) {
      const answer = own.get<MetricHistoryAnswer>(`metrics/history?name=${family.name}`);
      if (family.kind === 'histogram') {
        expect(answer.series[0]?.current).toBe(2);
        expect(answer.series[0]?.currentSum).toBe(family.sums[0]);
      } else if (family.kind !== 'summary') expect(answer.series[0]?.current).toBe(family.values[0]);
    }
  });

  test('the catalogue says what each metric is', () => {
    const own = ownMetrics();
    own.metrics.counter('jobs_total', { help: 'Jobs.', unit: 'jobs', labelNames: ['queue'] }).inc({ queue: 'a' });
    own.read();
    expect(own.get<MetricsAnswer>('metrics').metrics).toEqual([
      {
        service: 'shop',
        name: 'jobs_total',
        help: 'Jobs.',
        unit: 'jobs',
        kind: 'counter',
        labelNames: ['queue'],
        series: 1,
        seriesWithoutHistory: 0,
      },
    ]);
  });

  test('rates are of the time between readings, whatever it is', () => {
    const own = ownMetrics();
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.' });
    own.read();
    for (const [seconds, by] of [
      [1, 5],
      [1.5, 15],
      [10, 20],
      [1, 0],
    ] as const) {
      counter.inc(by);
      own.read(seconds);
    }
    const { series, timesMs } = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total');
    expect(series[0]?.values['rate']).toEqual([5, 10, 2, 0]);
    expect(timesMs.map((ms) => (ms - START_MS) / 1000)).toEqual([1, 2.5, 12.5, 13.5]);
  });

  test('a series that begins between readings counts from its first recording on', () => {
    const own = ownMetrics();
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
    counter.inc({ queue: 'a' });
    own.read();
    own.read(1);
    counter.inc({ queue: 'b' }, 4);
    own.read(2);
    const { series } = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&label.queue=b');
    expect(series[0]?.values['rate']?.at(-1)).toBe(2);
  });

  test('a series that was removed and came again is not continued, and what it counted is not counted twice', () => {
    const own = ownMetrics();
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
    own.read();
    counter.inc({ queue: 'a' }, 100);
    own.read(1);
    counter.remove({ queue: 'a' });
    counter.inc({ queue: 'b' }, 7); // takes the row
    own.read(1);
    counter.inc({ queue: 'a' }, 3);
    own.read(1);
    const rates = ratesOf(own, 'jobs_total');
    expect(rates['{"queue":"a"}']?.filter((rate) => rate !== null)).toEqual([100, 3]);
    expect(rates['{"queue":"b"}']?.filter((rate) => rate !== null)).toEqual([7, 0]);
    expect(own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&label.queue=a').series[0]?.current).toBe(3);
  });

  test('a histogram has quantiles of each interval, and a gap where nothing was observed', () => {
    const own = ownMetrics();
    const histogram = own.metrics.histogram('took_seconds', { help: 'Time.', unit: 'seconds', buckets: [1, 2, 4] });
    own.read();
    for (let i = 0; i < 10; i++) histogram.observe(1.5);
    own.read(1);
    own.read(1);
    histogram.observe(3);
    own.read(1);
    const { series, heatMap } = own.get<MetricHistoryAnswer>('metrics/history?name=took_seconds');
    expect(series[0]?.values).toEqual({
      rate: [10, 0, 1],
      mean: [1.5, null, 3],
      p50: [1.5, null, 3],
      p95: [1.95, null, 3.9],
      p99: [expect.closeTo(1.99), null, expect.closeTo(3.98)],
    });
    expect(heatMap).toEqual({
      bounds: [1, 2, 4, null],
      counts: [
        [0, 10, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 1, 0],
      ],
    });
  });

  test('exponential histograms are shown as well', () => {
    const own = ownMetrics();
    const histogram = own.metrics.histogram('took', { help: 'Time.', buckets: [], exponential: true });
    own.read();
    for (let i = 1; i <= 1000; i++) histogram.observe(i / 100);
    own.read(1);
    const { series } = own.get<MetricHistoryAnswer>('metrics/history?name=took');
    expect(series[0]?.values['p50']?.at(-1)).toBeCloseTo(5, 0);
    expect(series[0]?.values['p95']?.at(-1)).toBeGreaterThan(9);
    expect(series[0]?.values['p95']?.at(-1)).toBeLessThan(10.1);
  });

  test('the older part of an hour is kept in steps of ten seconds', () => {
    const own = ownMetrics();
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.' });
    own.read();
    for (let i = 0; i < 3600; i++) {
      counter.inc(i < 1800 ? 1 : 3);
      own.read(1);
    }
    const { series, timesMs } = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&last=1h');
    const rates = series[0]?.values['rate'] ?? [];
    expect(timesMs.length).toBeGreaterThan(340);
    expect(rates[10]).toBe(1);
    expect(rates.at(-10)).toBe(3);
    const fine = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&last=2m');
    expect(fine.timesMs).toHaveLength(120);
  });

  test('sums series by a label, and shows the largest', () => {
    const own = ownMetrics();
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'kind'] });
    own.read();
    for (let i = 0; i < 20; i++) counter.inc({ queue: i % 2 === 0 ? 'even' : 'odd', kind: `${i}` }, i);
    own.read(1);
    const by = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&by=queue');
    expect(by.series.map(({ labels, values, current }) => [{ ...labels }, values['rate'], current])).toEqual([
      [{ queue: 'odd' }, [100], 100],
      [{ queue: 'even' }, [90], 90],
    ]);
    const largest = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&limit=2');
    expect(largest.series.map(({ labels }) => labels['kind'])).toEqual(['19', '18']);
    expect(largest.otherSeries).toBe(18);
  });

  test('goes on after a time', () => {
    const own = ownMetrics();
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.' });
    own.read();
    counter.inc(1);
    own.read(1);
    const first = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total');
    expect(own.get<MetricHistoryAnswer>(`metrics/history?name=jobs_total&after=${first.cursor}`)).toMatchObject({
      timesMs: [],
      cursor: first.cursor,
    });
    counter.inc(2);
    own.read(1);
    const next = own.get<MetricHistoryAnswer>(`metrics/history?name=jobs_total&after=${first.cursor}`);
    expect(next.timesMs).toEqual([START_MS + 2000]);
    expect(next.series[0]?.values['rate']).toEqual([2]);
  });

  test('exemplars lead to their traces, newest first, each once', () => {
    let now = 0;
    const own = ownMetrics({ activeSpan: () => ({ traceId: traceId(++now), spanId: spanId(now), isSampled: true }) });
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
    for (let i = 0; i < 30; i++) {
      counter.inc({ queue: 'a' });
      own.read(1);
      own.read(1);
    }
    const { exemplars } = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total');
    expect(exemplars).toHaveLength(20);
    expect(new Set(exemplars.map((each) => each.traceId)).size).toBe(20);
    expect(exemplars[0]?.timeMs).toBeGreaterThan(exemplars[1]?.timeMs ?? 0);
    expect({ ...exemplars[0]?.labels }).toEqual({ queue: 'a' });
  });

  test('more series than the limit are counted, and the others go on', () => {
    const own = ownMetrics({ limits: { maxSeries: 10, maxChannels: 5 } });
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['n'] });
    own.read();
    for (let i = 0; i < 20; i++) counter.inc({ n: `${i}` });
    own.read(1);
    const [row] = own.get<MetricsAnswer>('metrics').metrics;
    expect(row).toMatchObject({ series: 20, seriesWithoutHistory: 15 });
    counter.inc({ n: '0' }, 9);
    own.read(1);
    expect(own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&label.n=0').series[0]).toMatchObject({
      current: 10,
      values: { rate: [1, 9] },
    });
  });

  test('a large collector is read in slices, each in a turn of its own', () => {
    const own = ownMetrics();
    const counters = Array.from({ length: 6 }, (_, i) =>
      own.metrics.counter(`jobs_${i}_total`, { help: 'Jobs.', labelNames: ['n'] }),
    );
    for (const counter of counters) for (let i = 0; i < 2000; i++) counter.inc({ n: `${i}` });
    own.store.intake.families(own.metrics.snapshot().families, own.clock.now(), own.source('shop'));
    expect(own.store.metrics.metrics.size).toBeLessThan(6);
    own.clock.advance(0);
    expect(own.store.metrics.metrics.size).toBe(6);
  });

  test('the clock may be set back', () => {
    const own = ownMetrics();
    const counter = own.metrics.counter('jobs_total', { help: 'Jobs.' });
    own.read();
    counter.inc(1);
    own.read(1);
    own.clock.setTime(START_MS - 3_600_000);
    for (let i = 0; i < 40; i++) {
      counter.inc(2);
      own.read(1);
    }
    const { series } = own.get<MetricHistoryAnswer>('metrics/history?name=jobs_total&last=10s');
    expect(series[0]?.current).toBe(81);
    expect(series[0]?.values['rate']?.at(-1)).toBe(2);
  });
});

describe('metrics over OTLP', () => {
  test('a sender that exports once a minute has a point a minute, with the rate of that minute', () => {
    const { store, get, source, clock } = testStore();
    const from = source('shop');
    for (let minute = 1; minute <= 5; minute++) {
      clock.advance(60_000);
      store.intake.metric(sum([{ atMs: minute * 60_000, value: minute * 120 }]), from);
    }
    const { series, timesMs } = get<MetricHistoryAnswer>('metrics/history?name=requests');
    expect(timesMs.map((ms) => (ms - START_MS) / 60_000)).toEqual([1, 2, 3, 4, 5]);
    expect(series[0]).toMatchObject({ current: 600, values: { rate: [2, 2, 2, 2, 2] } });
  });

  test('what was counted before the viewer ran says nothing about now', () => {
    const { store, get, source } = testStore();
    const from = source('shop');
    store.intake.metric(sum([{ atMs: 1000, startMs: -3_600_000, value: 5000 }]), from);
    store.intake.metric(sum([{ atMs: 2000, startMs: -3_600_000, value: 5010 }]), from);
    const { series } = get<MetricHistoryAnswer>('metrics/history?name=requests');
    expect(series[0]).toMatchObject({ current: 5010, values: { rate: [10] } });
  });

  test('several instances add up, and are distinguished by their id', () => {
    const { store, get, source, clock } = testStore();
    for (let minute = 1; minute <= 5; minute++) {
      clock.advance(60_000);
      store.intake.metric(sum([{ atMs: minute * 60_000, value: minute * 60 }]), source('shop', 'a'));
      store.intake.metric(sum([{ atMs: minute * 60_000 + 20_000, value: minute * 120 }]), source('shop', 'b'));
    }
    const each = get<MetricHistoryAnswer>('metrics/history?name=requests&by=service.instance.id');
    expect(each.series.map(({ labels }) => labels['service.instance.id'])).toEqual(['b', 'a']);
    const { series } = get<MetricHistoryAnswer>('metrics/history?name=requests');
    expect(series).toHaveLength(1);
    expect(series[0]?.current).toBe(900);
    for (const rate of series[0]?.values['rate']?.slice(2) ?? []) expect(rate).toBeCloseTo(3, 1);
    const one = get<MetricHistoryAnswer>('metrics/history?name=requests&label.service.instance.id=a');
    expect(one.series[0]?.values['rate']).toEqual([1, 1, 1, 1, 1]);
  });

  test('a restart begins anew: no rate over the gap, none below zero', () => {
    const { store, get, source } = testStore();
    const from = source('shop');
    store.intake.metric(sum([{ atMs: 10_000, value: 1000 }]), from);
    store.intake.metric(sum([{ atMs: 20_000, value: 1100 }]), from);
    store.intake.metric(sum([{ atMs: 70_000, startMs: 60_000, value: 50 }]), from);
    store.intake.metric(sum([{ atMs: 80_000, startMs: 60_000, value: 60 }]), from);
    const { series } = get<MetricHistoryAnswer>('metrics/history?name=requests');
    expect(series).toHaveLength(1);
    expect(series[0]).toMatchObject({ current: 60, values: { rate: [100, 10, 5, 1] } });
  });

  test('a value that decreases without a new start is a restart as well', () => {
    const { store, get, source } = testStore();
    const from = source('shop');
    for (const [atMs, value] of [
      [1000, 10],
      [2000, 30],
      [3000, 4],
      [4000, 5],
    ] as const) {
      store.intake.metric(sum([{ atMs, value }]), from);
    }
    const { series } = get<MetricHistoryAnswer>('metrics/history?name=requests');
    expect(series[0]?.values['rate']).toEqual([10, 20, 4, 1]);
  });

  test('two processes without an instance id are distinguished by their start', () => {
    const { store, get } = testStore();
    const from = store.intake.source(['service.name', 'shop']);
    for (let i = 1; i <= 4; i++) {
      store.intake.metric(sum([{ atMs: i * 10_000, startMs: 1, value: 100 * i }]), from);
      store.intake.metric(sum([{ atMs: i * 10_000 + 5000, startMs: 2, value: 10 * i }]), from);
    }
    const { series } = get<MetricHistoryAnswer>('metrics/history?name=requests');
    expect(series).toHaveLength(1);
    expect(series[0]?.current).toBe(440);
    const rates = series[0]?.values['rate'] ?? [];
    expect(Math.max(...rates.map((rate) => rate ?? 0))).toBeLessThan(12);
  });

  test('differences are added up', () => {
    const { store, get, source } = testStore();
    const from = source('shop');
    for (const [atMs, value] of [
      [1000, 10],
      [2000, 30],
      [4000, 4],
    ] as const) {
      store.intake.metric(
        sum([{ atMs, startMs: atMs - (atMs === 4000 ? 2000 : 1000), value }], { temporality: 1 }),
        from,
      );
    }
    const { series } = get<MetricHistoryAnswer>('metrics/history?name=requests');
    expect(series[0]).toMatchObject({ current: 44, values: { rate: [10, 30, 2] } });
  });

  test('a repeated request changes nothing', () => {
    const { store, get, source } = testStore();
    for (const temporality of [1, 2]) {
      const from = source(`shop-${temporality}`);
      for (let i = 0; i < 2; i++) store.intake.metric(sum([{ atMs: 1000, value: 10 }], { temporality }), from);
      const { series } = get<MetricHistoryAnswer>(`metrics/history?name=requests&service=shop-${temporality}`);
      expect(series[0]).toMatchObject({ current: 10, values: { rate: [10] } });
    }
  });

  test('sums that go up and down are gauges; so are differences of them', () => {
    const { store, get, source } = testStore();
    const from = source('shop');
    for (const [atMs, value] of [
      [1000, 5],
      [2000, -2],
      [3000, 4],
    ] as const) {
      store.intake.metric(sum([{ atMs, value }], { isMonotonic: false, name: 'queued' }), from);
      store.intake.metric(sum([{ atMs, value }], { isMonotonic: false, name: 'changed', temporality: 1 }), from);
    }
    expect(get<MetricHistoryAnswer>('metrics/history?name=queued').series[0]).toMatchObject({
      current: 4,
      values: { value: [5, -2, 4] },
    });
    expect(get<MetricHistoryAnswer>('metrics/history?name=changed').series[0]?.values).toEqual({ value: [5, 3, 7] });
  });

  test('integers of 64 bits, values that are none, and points without a value', () => {
    const { store, get, source } = testStore();
    const from = source('shop');
    store.intake.metric(gauge([{ atMs: 1000, value: 9_007_199_254_740_993n }]), from);
    store.intake.metric(gauge([{ atMs: 2000, value: Number.NaN }]), from);
    store.intake.metric(gauge([{ atMs: 3000, value: 5, flags: 1 }]), from);
    store.intake.metric(gauge([{ atMs: 4000, value: undefined }]), from);
    store.intake.metric(sum([{ atMs: 1000, value: -5 }]), from);
    store.intake.metric(sum([{ atMs: 1000, value: Number.POSITIVE_INFINITY }]), from);
    store.intake.metric(sum([{ atMs: -START_MS, value: 5 }]), from);
    expect(get<MetricHistoryAnswer>('metrics/history?name=depth').series[0]?.values['value']).toEqual([
      expect.closeTo(9_007_199_254_740_992, -9),
    ]);
    expect(store.metrics.invalid).toBe(4);
    expect(JSON.stringify(get('metrics/history?name=depth'))).not.toContain('NaN');
  });

  test('summaries show the quantiles of their sender', () => {
    const { store, get, source } = testStore();
    for (const atMs of [1000, 2000]) {
      const quantiles = [
        { quantile: 0.5, value: atMs / 100 },
        { quantile: 0.99, value: 50 },
      ];
      const point = { ...pointBase({ atMs }), count: atMs / 100, sum: atMs, quantiles };
      store.intake.metric({ ...head('took'), kind: 'summary', points: [point] }, source('shop'));
    }
    expect(get<MetricHistoryAnswer>('metrics/history?name=took').series[0]).toMatchObject({
      current: 20,
      currentSum: 2000,
      values: { rate: [10, 10], 'q0.5': [10, 20], 'q0.99': [50, 50] },
    });
  });

  test('bounds may change, and differ from instance to instance', () => {
    const { store, get, source } = testStore();
    const take = (instance: string, atMs: number, startMs: number, bounds: number[], bucketCounts: number[]): void =>
      store.intake.metric(histogram({ atMs, startMs, bounds, bucketCounts }), source('shop', instance));
    take('a', 1000, 1, [1, 2], [0, 10, 0]);
    take('a', 2000, 1, [1, 1.5, 2], [0, 4, 0, 0]);
    take('b', 2000, 1, [2], [8, 0]);
    const { series, heatMap } = get<MetricHistoryAnswer>('metrics/history?name=took&by=method&last=1m');
    expect(heatMap?.bounds).toEqual([1, 1.5, 2, null]);
    const counts = heatMap?.counts.flatMap((each) => each ?? []) ?? [];
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeCloseTo(22);
    expect(series).toHaveLength(1);
  });

  test('exponential histograms, with a scale that changes', () => {
    const { store, get, source } = testStore();
    const take = (atMs: number, scale: number, offset: number, counts: number[], count: number): void => {
      const point = {
        ...pointBase({ atMs }),
        count,
        sum: count,
        min: undefined,
        max: undefined,
        scale,
        zeroCount: 1,
        zeroThreshold: 0,
        positive: { offset, bucketCounts: counts },
        negative: { offset: 0, bucketCounts: [] },
        exemplars: [],
      };
      store.intake.metric(
        { ...head('took'), kind: 'exponentialHistogram', points: [point], temporality: 2 },
        source('shop'),
      );
    };
    take(1000, 3, 0, [0, 0, 4, 0, 0, 0, 5], 10);
    take(2000, 1, 0, [4, 15], 20);
    take(3000, 30, 0, [1], 1);
    const { series } = get<MetricHistoryAnswer>('metrics/history?name=took');
    expect(series[0]?.values['rate']).toEqual([10, 10]);
    const p50 = series[0]?.values['p50']?.[1] ?? 0;
    expect(p50).toBeGreaterThan(2 ** 0.5);
    expect(p50).toBeLessThan(2);
    expect(store.metrics.invalid).toBe(1);
  });

  test('points of a histogram that contradict each other are counted', () => {
    const { store, source } = testStore();
    store.intake.metric(histogram({ atMs: 1000, bounds: [1, 2], bucketCounts: [1, 2] }), source('shop'));
    store.intake.metric(histogram({ atMs: 1000, bounds: [2, 1], bucketCounts: [1, 2, 3] }), source('shop'));
    store.intake.metric(histogram({ atMs: 1000, bounds: [Number.NaN], bucketCounts: [1, 2] }), source('shop'));
    expect(store.metrics.invalid).toBe(3);
  });

  test('a histogram without buckets has a rate and a mean', () => {
    const { store, get, source } = testStore();
    store.intake.metric(histogram({ atMs: 1000, bounds: [], bucketCounts: [], count: 4, sum: 10 }), source('shop'));
    const { series, heatMap } = get<MetricHistoryAnswer>('metrics/history?name=took');
    expect(series[0]?.values).toEqual({ rate: [4], mean: [2.5], p50: [null], p95: [null], p99: [null] });
    expect(heatMap).toBeNull();
  });

  test('a unit of "1" is a share only where the name says so', () => {
    const { store, get, source } = testStore();
    const points = [{ atMs: 1000, value: 3 }];
    for (const name of ['requests', 'cache.hit_ratio', 'system.cpu.utilization']) {
      store.intake.metric(sum(points, { name, isMonotonic: false }), source('shop'));
    }
    const units = Object.fromEntries(get<MetricsAnswer>('metrics').metrics.map(({ name, unit }) => [name, unit]));
    expect(units).toEqual({ requests: null, 'cache.hit_ratio': 'ratio', 'system.cpu.utilization': 'ratio' });
  });

  test('labels of any name and any type, in any order', () => {
    const { store, get, source } = testStore();
    const from = source('shop');
    const attributes = ['__proto__', 'x', 'n', 5, 'list', [1, 2], 'big', 1n];
    const others = [...attributes.slice(4), ...attributes.slice(0, 4)];
    store.intake.metric(sum([{ atMs: 1000, value: 1, attributes }]), from);
    store.intake.metric(sum([{ atMs: 2000, value: 3, attributes: others }]), from);
    const { series } = get<MetricHistoryAnswer>('metrics/history?name=requests');
    expect(series).toHaveLength(1);
    expect(Object.entries(series[0]?.labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['n', '5'],
      ['list', '[1,2]'],
      ['big', '1'],
    ]);
    expect(get<MetricHistoryAnswer>('metrics/history?name=requests&by=__proto__').series).toHaveLength(1);
  });
});

interface GivenPoint {
  readonly atMs: number;
  readonly startMs?: number;
  readonly value?: number | bigint | undefined;
  readonly attributes?: readonly unknown[];
  readonly flags?: number;
}

function pointBase({ atMs, startMs = 0, attributes = ['method', 'GET'], flags = 0 }: GivenPoint) {
  const time = splitMs(START_MS + atMs);
  const start = splitMs(START_MS + startMs);
  return {
    attributes,
    startSeconds: start.seconds,
    startNanos: start.nanos,
    seconds: time.seconds,
    nanos: time.nanos,
    flags,
  };
}

function numberPoint(given: GivenPoint): DecodedNumberPoint {
  return { ...pointBase(given), value: given.value, exemplars: [] };
}

function head(name: string) {
  return { name, description: 'What it is.', unit: '1', metadata: [] };
}

function sum(
  points: readonly GivenPoint[],
  { name = 'requests', temporality = 2, isMonotonic = true } = {},
): DecodedMetric {
  return { ...head(name), kind: 'sum', temporality, isMonotonic, points: points.map(numberPoint) };
}

function gauge(points: readonly GivenPoint[]): DecodedMetric {
  return { ...head('depth'), kind: 'gauge', points: points.map(numberPoint) };
}

function histogram(
  given: GivenPoint & {
    readonly bounds: readonly number[];
    readonly bucketCounts: readonly number[];
    readonly count?: number;
    readonly sum?: number;
  },
): DecodedMetric {
  const { bounds, bucketCounts } = given;
  const { count = bucketCounts.reduce((total, each) => total + each, 0), sum: total = count } = given;
  const point = {
    ...pointBase(given),
    count,
    sum: total,
    min: undefined,
    max: undefined,
    bucketCounts,
    explicitBounds: bounds,
    exemplars: [],
  };
  return { ...head('took'), kind: 'histogram', temporality: 2, points: [point] };
}

function ratesOf(own: OwnMetrics, name: string): Record<string, ReadonlyArray<number | null>> {
  const { series } = own.get<MetricHistoryAnswer>(`metrics/history?name=${name}`);
  return Object.fromEntries(series.map(({ labels, values }) => [JSON.stringify(labels), values['rate'] ?? []]));
}
