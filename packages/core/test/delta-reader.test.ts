import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../../scripts/cpu-time.js';
import { rounds } from '../../../scripts/rounds.js';
import { type DeltaBatch, deltas, type FamilySnapshot, pointsOf } from '../src/backend.js';
import { testClock, testSetting } from './setting.js';

const declared = { help: 'Jobs.', labelNames: ['queue'] } as const;

test('sends only what changed since the last commit', () => {
  const { metrics, clock } = testSetting();
  const reader = deltas(metrics, { clock });
  const jobs = metrics.counter('jobs_total', declared);
  jobs.inc({ queue: 'mail' }, 3);
  jobs.inc({ queue: 'sms' });
  const first = reader.read();
  expect(changes(first)).toEqual({ 'jobs_total{mail}': 3, 'jobs_total{sms}': 1 });
  first.commit();
  jobs.inc({ queue: 'sms' }, 4);
  const second = reader.read();
  expect(changes(second)).toEqual({ 'jobs_total{sms}': 4 });
  second.commit();
  expect(changes(reader.read())).toEqual({});
});

test('what was not committed is in the next batch, with what came since', () => {
  const { metrics } = testSetting();
  const reader = deltas(metrics);
  const jobs = metrics.counter('jobs_total', declared);
  jobs.inc({ queue: 'mail' }, 3);
  reader.read();
  jobs.inc({ queue: 'mail' }, 2);
  expect(changes(reader.read())).toEqual({ 'jobs_total{mail}': 5 });
});

test('what is recorded while a batch is under way belongs to the next', () => {
  const { metrics } = testSetting();
  const reader = deltas(metrics);
  const jobs = metrics.counter('jobs_total', declared);
  jobs.inc({ queue: 'mail' }, 3);
  const batch = reader.read();
  jobs.inc({ queue: 'mail' }, 2);
  batch.commit();
  expect(changes(reader.read())).toEqual({ 'jobs_total{mail}': 2 });
});

test('a part of a batch can be committed, and the rest is carried', () => {
  const { metrics, clock } = testSetting();
  const reader = deltas(metrics, { clock });
  const createdMs = clock.now();
  const jobs = metrics.counter('jobs_total', declared);
  const calls = metrics.counter('calls_total', declared);
  for (const queue of ['a', 'b', 'c']) {
    jobs.inc({ queue });
    calls.inc({ queue }, 10);
  }
  clock.advance(1000);
  const batch = reader.read();
  batch.commit({ from: 2, to: 5 });
  clock.advance(1000);
  const rest = reader.read();
  expect(changes(rest)).toEqual({ 'jobs_total{a}': 1, 'jobs_total{b}': 1, 'calls_total{c}': 10 });
  expect(rest.startTimeMs).toBe(createdMs);
  jobs.inc({ queue: 'c' });
  const [family] = reader.read().families;
  expect(family && Array.from(reader.read().startTimesMs(family))).toHaveLength(3);
  const newest = reader.read();
  const newestJobs = newest.families[0] as FamilySnapshot;
  expect(Array.from(newest.startTimesMs(newestJobs))).toEqual([createdMs, createdMs, createdMs + 1000]);
});

test('parts that together are the whole move the start of the next batch', () => {
  const { metrics, clock } = testSetting();
  const reader = deltas(metrics, { clock });
  const jobs = metrics.counter('jobs_total', declared);
  jobs.inc({ queue: 'a' });
  jobs.inc({ queue: 'b' });
  clock.advance(1000);
  const batch = reader.read();
  batch.commit({ from: 0, to: 1 });
  batch.commit({ from: 0, to: 1 });
  batch.commit({ from: 1, to: 2 });
  expect(reader.read().startTimeMs).toBe(batch.timeMs);
});

test('an older batch can no longer be committed', () => {
  const { metrics } = testSetting();
  const reader = deltas(metrics);
  const batch = reader.read();
  reader.read();
  expect(() => batch.commit()).toThrow('A newer batch was read');
});

test('several readers do not disturb each other', () => {
  const { metrics } = testSetting();
  const [a, b] = [deltas(metrics), deltas(metrics)];
  const jobs = metrics.counter('jobs_total', declared);
  jobs.inc({ queue: 'mail' });
  a.read().commit();
  jobs.inc({ queue: 'mail' });
  expect(changes(a.read())).toEqual({ 'jobs_total{mail}': 1 });
  expect(changes(b.read())).toEqual({ 'jobs_total{mail}': 2 });
});

test('with includeUnchanged, quiet series are there as 0, and gauges always as they are', () => {
  const { metrics } = testSetting();
  const reader = deltas(metrics, { includeUnchanged: true });
  metrics.counter('jobs_total', { ...declared, labelValues: { queue: ['mail', 'sms'] } }).inc({ queue: 'sms' });
  metrics.gauge('length', { help: 'Length.' }).set(5);
  reader.read().commit();
  expect(changes(reader.read())).toEqual({ 'jobs_total{mail}': 0, 'jobs_total{sms}': 0, 'length{}': 5 });
});

test('a window is measured on the clock that does not jump', () => {
  const { metrics, clock } = testSetting();
  const reader = deltas(metrics, { clock });
  clock.advance(10_250);
  clock.setNow(clock.now() - 3_600_000);
  const batch = reader.read();
  expect(batch.elapsedMs).toBe(10_250);
  batch.commit();
  clock.advance(5);
  expect(reader.read().elapsedMs).toBe(5);
});

test('no batch ends before it starts, even where the wall clock is set back', () => {
  const { metrics, clock } = testSetting();
  const reader = deltas(metrics, { clock });
  const jobs = metrics.counter('jobs_total', declared);
  reader.read().commit();
  jobs.inc({ queue: 'mail' });
  clock.setNow(clock.now() - 5000);
  const batch = reader.read();
  const [family] = batch.families;
  expect(batch.timeMs).toBeGreaterThanOrEqual(batch.startTimeMs);
  expect(family && batch.startTimesMs(family)[0]).toBeLessThanOrEqual(batch.timeMs);
});

describe('series that end', () => {
  test('are sent with what was recorded before', () => {
    const { metrics } = testSetting();
    const reader = deltas(metrics);
    const jobs = metrics.counter('jobs_total', declared);
    jobs.inc({ queue: 'mail' }, 3);
    reader.read().commit();
    jobs.inc({ queue: 'mail' }, 2);
    jobs.remove({ queue: 'mail' });
    const batch = reader.read();
    expect(changes(batch)).toEqual({ 'jobs_total{mail}': 2 });
    batch.commit();
    expect(changes(reader.read())).toEqual({});
  });

  test('and begin anew are one point with both', () => {
    const { metrics } = testSetting();
    const reader = deltas(metrics);
    const jobs = metrics.counter('jobs_total', declared);
    jobs.inc({ queue: 'mail' }, 3);
    jobs.inc({ queue: 'sms' }, 1);
    reader.read().commit();
    jobs.inc({ queue: 'mail' }, 2);
    jobs.clear();
    jobs.inc({ queue: 'mail' }, 7);
    const batch = reader.read();
    expect(changes(batch)).toEqual({ 'jobs_total{mail}': 9 });
    batch.commit();
    jobs.inc({ queue: 'mail' });
    expect(changes(reader.read())).toEqual({ 'jobs_total{mail}': 1 });
  });

  test('while a batch with them is under way are not sent twice, whether it is committed or not', () => {
    for (const isCommitted of [true, false]) {
      const { metrics } = testSetting();
      const reader = deltas(metrics);
      const jobs = metrics.counter('jobs_total', declared);
      jobs.inc({ queue: 'mail' }, 3);
      const batch = reader.read();
      jobs.inc({ queue: 'mail' }, 2);
      jobs.remove({ queue: 'mail' });
      jobs.inc({ queue: 'other' }, 4);
      if (isCommitted) batch.commit();
      expect(changes(reader.read())).toEqual({ 'jobs_total{mail}': isCommitted ? 2 : 5, 'jobs_total{other}': 4 });
    }
  });

  test('by the thousand, without a read, take bounded memory and keep their sum', { timeout: 60_000 }, () => {
    const { metrics } = testSetting();
    const reader = deltas(metrics);
    const jobs = metrics.counter('jobs_total', declared);
    for (let id = 0; id < 25_000; id++) {
      jobs.inc({ queue: id }, 2);
      jobs.remove({ queue: id });
    }
    const batch = reader.read();
    expect(batch.size).toBeLessThan(10_002);
    expect(Object.values(changes(batch)).reduce((sum, value) => sum + value, 0)).toBe(50_000);
    expect(changes(batch)['jobs_total{__overflow__}']).toBeGreaterThan(20_000);
    batch.commit();
    expect(changes(reader.read())).toEqual({});
  });

  test('by the thousand are committed in time that grows with their number, not its square', async () => {
    const { metrics } = testSetting();
    const reader = deltas(metrics);
    const jobs = metrics.counter('jobs_total', declared);
    for (let i = 0; i < 10_000; i++) {
      jobs.inc({ queue: `${i}` });
      jobs.remove({ queue: `${i}` });
    }
    const batch = reader.read();
    expect(batch.size).toBe(10_000);
    expect(await cpuTime(() => batch.commit())).toBeLessThan(500); // 2 s when each point searched all others
    expect(reader.read().size).toBe(0);
  });

  test('of a histogram keep their buckets, sum and exponential histogram', () => {
    const { metrics } = testSetting();
    const reader = deltas(metrics);
    const latency = metrics.histogram('latency_seconds', { ...declared, buckets: [1, 2], exponential: true });
    latency.observe({ queue: 'mail' }, 1.5);
    reader.read().commit();
    latency.observe({ queue: 'mail' }, 0.5);
    latency.clear();
    latency.observe({ queue: 'mail' }, 3);
    const [family] = reader.read().families;
    if (family === undefined) throw new Error('no family');
    const [point] = pointsOf(family);
    expect(point).toMatchObject({ count: 2, sum: 3.5, bucketCounts: [1, 0, 1], exponential: { count: 2, sum: 3.5 } });
  });
});

test('an external total that falls counts from 0 again', async () => {
  const { metrics, clock } = testSetting();
  let total = 10;
  metrics.include({ name: 'theirs', collect: () => [externalCounter(total)] });
  const reader = deltas(metrics, { clock });
  const next = async (to: number): Promise<unknown> => {
    total = to;
    clock.advance(1000);
    const batch = await reader.collect();
    batch.commit();
    return changes(batch);
  };
  expect(await next(10)).toEqual({ 'theirs_total{x}': 10 });
  expect(await next(15)).toEqual({ 'theirs_total{x}': 5 });
  expect(await next(4)).toEqual({ 'theirs_total{x}': 4 });
  expect(await next(4)).toEqual({});
});

test('external series are known by their labels, whatever their order and whatever others there are', async () => {
  const { metrics, clock } = testSetting();
  let given = { labelNames: ['b', 'a'], labelValues: ['1', '2', '4', '3'], values: [5, 7] };
  const collect = (): FamilySnapshot[] => {
    const { labelNames, labelValues, values } = given;
    const size = values.length;
    const rows = Uint32Array.from(values.keys());
    const startTimesMs = new Float64Array(size);
    return [
      {
        ...externalCounter(0),
        kind: 'counter',
        size,
        rows,
        startTimesMs,
        labelNames,
        labelValues,
        values: Float64Array.from(values),
      },
    ];
  };
  metrics.include({ name: 'theirs', collect });
  const reader = deltas(metrics, { clock });
  const next = async (now: typeof given): Promise<unknown> => {
    given = now;
    clock.advance(1000);
    const batch = await reader.collect();
    batch.commit();
    return changes(batch);
  };
  expect(await next(given)).toEqual({ 'theirs_total{1,2}': 5, 'theirs_total{4,3}': 7 });
  expect(await next({ labelNames: ['a', 'b'], labelValues: ['3', '4'], values: [8] })).toEqual({
    'theirs_total{3,4}': 1,
  });
  const withAnother = { labelNames: ['a', 'b', 'c'], labelValues: ['3', '4', '', '3', '4', '5'], values: [8, 2] };
  expect(await next(withAnother)).toEqual({ 'theirs_total{3,4,5}': 2 });
});

test('whatever happens, committed batches add up to what was recorded', () => {
  const queue = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('inc' as const), queue, by: fc.nat(9) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('observe' as const),
        queue,
        by: fc.double({ min: 0.001, max: 1000, noNaN: true }),
      }),
    },
    fc.record({ do: fc.constant('remove' as const), queue }),
    fc.record({ do: fc.constant('clear' as const) }),
    { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), from: fc.nat(8), to: fc.nat(8) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = testClock();
      const { metrics } = testSetting({ clock, maxSeries: 2 });
      const reader = deltas(metrics, { clock });
      const jobs = metrics.counter('jobs_total', declared);
      const sizes = metrics.histogram('sizes', { ...declared, buckets: [1, 10], exponential: true });
      const recorded = { jobs: 0, sizes: 0 };
      const sent = { jobs: 0, sizes: 0, exponential: 0 };
      const commit = (batch: DeltaBatch, from: number, to: number): void => {
        batch.commit({ from, to });
        let i = 0;
        for (const family of batch.families) {
          for (const point of pointsOf(family)) {
            if (i >= from && i < to) {
              if (family.name === 'jobs_total' && point.kind === 'counter') sent.jobs += point.value;
              if (point.kind === 'histogram') {
                sent.sizes += point.count;
                sent.exponential += point.exponential?.count ?? 0;
              }
            }
            i++;
          }
        }
      };
      for (const action of steps) {
        clock.advance(1);
        if (action.do === 'inc') {
          jobs.inc({ queue: action.queue }, action.by);
          recorded.jobs += action.by;
        } else if (action.do === 'observe') {
          sizes.observe({ queue: action.queue }, action.by);
          recorded.sizes++;
        } else if (action.do === 'remove') {
          jobs.remove({ queue: action.queue });
          sizes.remove({ queue: action.queue });
        } else if (action.do === 'clear') {
          jobs.clear();
          sizes.clear();
        } else {
          commit(reader.read(), action.from, Math.max(action.from, action.to));
        }
      }
      const last = reader.read();
      commit(last, 0, last.size);
      expect(sent).toEqual({ jobs: recorded.jobs, sizes: recorded.sizes, exponential: recorded.sizes });
    }),
    { numRuns: rounds(1000) },
  );
});

function changes(batch: DeltaBatch): Record<string, number> {
  const entries: Array<[string, number]> = [];
  for (const family of batch.families) {
    if (family.name.startsWith('sightline_')) continue;
    for (const point of pointsOf(family)) {
      entries.push([
        `${family.name}{${Object.values(point.labels).join()}}`,
        'value' in point ? point.value : point.count,
      ]);
    }
  }
  return Object.fromEntries(entries);
}

function externalCounter(value: number): FamilySnapshot {
  return {
    kind: 'counter',
    name: 'theirs_total',
    help: 'Theirs.',
    unit: undefined,
    labelNames: ['label'],
    constantLabels: {},
    size: 1,
    rows: Uint32Array.of(0),
    labelValues: ['x'],
    startTimesMs: Float64Array.of(0),
    origin: 'external',
    values: Float64Array.of(value),
  };
}
