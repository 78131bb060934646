import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { pointsOf } from '../src/backend.js';
import { createMetrics } from '../src/index.js';
import { testSetting } from './setting.js';

const latency = { help: 'Latency.', labelNames: ['route'], buckets: [0.1, 0.5, 1] } as const;

test('counts each value in the bucket whose upper bound is the first that is not below it', () => {
  const { metrics } = testSetting();
  const seconds = metrics.histogram('latency_seconds', latency);
  for (const value of [-1, 0.1, 0.100001, 0.5, 1, 1.5, 1e300]) seconds.observe({ route: '/' }, value);
  const value = seconds.value({ route: '/' });
  expect(value?.bucketCounts).toEqual([2, 2, 1, 2]);
  expect(value?.count).toBe(7);
});

test('few and many bounds find the same bucket as a search by hand', () => {
  fc.assert(
    fc.property(
      fc
        .uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 60 })
        .map((bounds) => bounds.sort((a, b) => a - b)),
      fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), { maxLength: 20 }),
      (bounds, values) => {
        const distinct = bounds.filter((bound, i) => i === 0 || bound > (bounds[i - 1] as number));
        const { metrics } = testSetting();
        const sizes = metrics.histogram('sizes', { help: 'Sizes.', buckets: distinct });
        const expected = new Array<number>(distinct.length + 1).fill(0);
        let sum = 0;
        for (const value of values) {
          if (!Number.isFinite(sum + value)) continue;
          sum += value;
          sizes.observe(value);
          const bucket = distinct.findIndex((bound) => value <= bound);
          const at = bucket < 0 ? distinct.length : bucket;
          expected[at] = (expected[at] as number) + 1;
        }
        expect(sizes.value()).toMatchObject({ bucketCounts: expected, sum });
      },
    ),
  );
});

test.each(['5', 1n, null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('drops %s', (value) => {
  const { metrics, exported } = testSetting();
  const plain = metrics.histogram('plain_seconds', { help: 'Plain.' });
  const seconds = metrics.histogram('latency_seconds', latency);
  plain.observe(value as number);
  seconds.observe({ route: '/' }, value as number);
  expect(plain.value()?.count).toBe(0);
  expect(exported('latency_seconds')).toEqual([]);
  expect(exported('sightline_dropped_total').map(({ value: count }) => count)).toEqual([1, 1]);
});

test('drops a value that its sum cannot hold, and its count does not include it', () => {
  const { metrics } = testSetting();
  const seconds = metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [1] });
  seconds.observe(1e308);
  seconds.observe(1e308);
  expect(seconds.value()).toEqual({ count: 1, sum: 1e308, bounds: [1], bucketCounts: [0, 1] });
});

test('times a call in seconds, or in the unit it was declared with', async () => {
  const { metrics, clock } = testSetting();
  const seconds = metrics.histogram('publish_latency_seconds', { help: 'Latency.', buckets: [1] });
  const millis = metrics.histogram('publish.latency', { help: 'Latency.', unit: 'milliseconds', buckets: [1] });
  const named = metrics.histogram('publish_latency_ms', { help: 'Latency.', buckets: [1] });
  const work = (): number => {
    clock.advance(250);
    return 7;
  };
  expect(seconds.time(work)).toBe(7);
  expect(millis.time(work)).toBe(7);
  expect(await named.time(async () => work())).toBe(7);
  expect(seconds.value()?.sum).toBe(0.25);
  expect(millis.value()?.sum).toBe(250);
  expect(named.value()?.sum).toBe(250);
});

test('times a call that throws or rejects, and passes its error on', async () => {
  const { metrics, clock } = testSetting();
  const seconds = metrics.histogram('latency_seconds', latency);
  expect(() =>
    seconds.time({ route: '/' }, () => {
      clock.advance(1000);
      throw new Error('no');
    }),
  ).toThrow('no');
  await expect(seconds.time({ route: '/' }, () => Promise.reject(new Error('late')))).rejects.toThrow('late');
  expect(seconds.value({ route: '/' })).toMatchObject({ count: 2, sum: 1 });
});

test('a timer records once', () => {
  const { metrics, clock } = testSetting();
  const seconds = metrics.histogram('latency_seconds', { help: 'Latency.' });
  const stop = seconds.startTimer();
  clock.advance(500);
  expect(stop()).toBe(0.5);
  clock.advance(500);
  expect(stop()).toBe(0.5);
  expect(seconds.value()?.count).toBe(1);
});

test('a histogram of bytes cannot time: warned about, counted, and the call still made', () => {
  const { metrics, exported, warnings } = testSetting();
  const bytes = metrics.histogram('message_size', { help: 'Size.', unit: 'bytes' });
  expect(bytes.time(() => 7)).toBe(7);
  expect(exported('sightline_dropped_total')[0]?.labels).toEqual({ metric: 'message_size', reason: 'not_a_duration' });
  expect(warnings[0]).toContain('which is not a duration');
});

test('keeps an exponential histogram if a backend computes quantiles, or exports it and may, or the declaration says so', () => {
  const native = createMetrics({
    backends: [{ name: 'x', histogramNeed: 'native', start() {}, flush: async () => {}, shutdown: async () => {} }],
  });
  const asked = createMetrics({
    backends: [{ name: 'x', histogramNeed: 'quantiles', start() {}, flush: async () => {}, shutdown: async () => {} }],
  });
  const plain = createMetrics();
  let count = 0;
  for (const [metrics, options, expected] of [
    [asked, {}, true],
    [asked, { exponential: false }, true],
    [native, {}, true],
    [native, { exponential: false }, false],
    [plain, {}, false],
    [plain, { exponential: true }, true],
  ] as const) {
    const name = `latency${count++}_seconds`;
    metrics.histogram(name, { help: 'Latency.', ...options }).observe(1);
    const family = metrics.snapshot().families.find((candidate) => candidate.name === name);
    if (family === undefined) throw new Error('no family');
    const [point] = pointsOf(family);
    expect(point?.kind === 'histogram' && point.exponential !== undefined).toBe(expected);
  }
});

test('keeps the newest sampled span of each bucket as exemplar, and lives with a hook that throws', () => {
  let span: { traceId: string; spanId: string; isSampled: boolean } | undefined | 'throw' = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    isSampled: true,
  };
  const { metrics, clock } = testSetting({
    activeSpan: () => {
      if (span === 'throw') throw new Error('no');
      return span;
    },
  });
  const seconds = metrics.histogram('latency_seconds', latency);
  const other = metrics.counter('requests_total', { help: 'Requests.' });
  seconds.observe({ route: '/' }, 0.2);
  seconds.labels({ route: '/' }).observe(0.3);
  other.inc(2);
  span = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), isSampled: false };
  seconds.observe({ route: '/' }, 0.4);
  span = 'throw';
  seconds.observe({ route: '/' }, 5);
  const [histogram, counter] = metrics.snapshot().families;
  const exemplar = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), timeMs: clock.now() };
  expect(histogram?.kind === 'histogram' && histogram.exemplars).toEqual(new Map([[1, { ...exemplar, value: 0.3 }]]));
  expect(counter?.kind === 'counter' && counter.exemplars).toEqual(new Map([[0, { ...exemplar, value: 2 }]]));
  expect(seconds.value({ route: '/' })?.count).toBe(4);
});

test('never asks for the span of a histogram without exemplars', () => {
  const activeSpan = vi.fn();
  const { metrics } = testSetting({ activeSpan });
  metrics.histogram('delay_seconds', { help: 'Delay.', exemplars: false }).observe(0.1);
  expect(activeSpan).not.toHaveBeenCalled();
  expect(() => metrics.histogram('delay_seconds', { help: 'Delay.' })).toThrow('"exemplars":false');
});

test('asks for the span of the first recordings after a read, and of few of those that follow', () => {
  let asked = 0;
  const { metrics } = testSetting({
    activeSpan: () => {
      asked++;
      return { traceId: String(asked).padStart(32, '0'), spanId: 'b'.repeat(16), isSampled: true };
    },
  });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const askedIn = (recordings: number) => {
    const before = asked;
    for (let i = 0; i < recordings; i++) jobs.inc({ queue: 'mail' });
    return asked - before;
  };
  expect(askedIn(16)).toBe(16);
  expect(askedIn(1600)).toBe(100);
  const [family] = metrics.snapshot().families;
  expect(family?.kind === 'counter' && family.exemplars?.get(0)?.traceId).toBe('116'.padStart(32, '0'));
  expect(askedIn(16)).toBe(16);
  jobs.remove({ queue: 'mail' });
  expect(askedIn(16)).toBe(16);
});
