import { expect, test, vi } from 'vitest';
import { type ExternalSource, type FamilySnapshot, pointsOf } from '../src/backend.js';
import { testSetting } from './setting.js';

test('readers that ask within the collection interval share one collection', async () => {
  const { metrics, clock } = testSetting();
  const collect = vi.fn(() => 1);
  metrics.gauge('x', { help: 'X.', collect });
  await Promise.all([metrics.collect(), metrics.collect()]);
  clock.advance(999);
  await metrics.collect();
  expect(collect).toHaveBeenCalledTimes(1);
  clock.advance(1);
  await metrics.collect();
  expect(collect).toHaveBeenCalledTimes(2);
});

test('readers that ask during a slow collection wait for it together', async () => {
  const { metrics, clock } = testSetting();
  let finish = (_: number): void => {};
  const collect = vi.fn(() => new Promise<number>((resolve) => (finish = resolve)));
  const x = metrics.gauge('x', { help: 'X.', collect });
  const first = metrics.collect();
  clock.advance(1500);
  const second = metrics.collect();
  finish(5);
  await Promise.all([first, second]);
  expect(collect).toHaveBeenCalledTimes(1);
  expect(x.value()).toBe(5);
});

test('a synchronous snapshot runs no callback', () => {
  const { metrics } = testSetting();
  const collect = vi.fn(() => 1);
  metrics.gauge('x', { help: 'X.', collect });
  metrics.snapshot();
  expect(collect).not.toHaveBeenCalled();
});

test('a callback has an interval of its own', async () => {
  const { metrics, clock } = testSetting();
  const slow = vi.fn(() => 1);
  metrics.gauge('orders_open', { help: 'Orders.', intervalMs: 60_000, collect: slow });
  for (let second = 0; second < 61; second++) {
    await metrics.collect();
    clock.advance(1000);
  }
  expect(slow).toHaveBeenCalledTimes(2);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no database');
    },
    'failed with Error: no database',
  ],
  ['rejects', () => Promise.reject(new TypeError('no database')), 'failed with TypeError: no database'],
])('a callback that %s is counted, and the others go on', async (_, collect, message) => {
  const { metrics, exported, warnings, clock } = testSetting();
  metrics.gauge('broken', { help: 'Broken.', collect: collect as () => Promise<number> });
  const fine = metrics.gauge('fine', { help: 'Fine.', collect: () => 3 });
  await metrics.collect();
  clock.advance(1000);
  await metrics.collect();
  expect(fine.value()).toBe(3);
  expect(exported('sightline_collect_failures_total')).toEqual([
    { labels: { source: 'broken', reason: 'error' }, value: 2 },
  ]);
  expect(warnings).toEqual([expect.stringContaining(message)]);
});

test('a callback that never settles delays a read by its deadline once, and is not started again', async () => {
  const { metrics, clock, exported } = testSetting();
  const hanging = vi.fn(() => new Promise<void>(() => {}));
  metrics.onCollect(hanging, { name: 'database', timeoutMs: 300 });
  metrics.gauge('fine', { help: 'Fine.', collect: () => 3 });
  const read = metrics.collect();
  expect(clock.timers.map(({ isRef }) => isRef)).toEqual([false]);
  clock.advance(300);
  await read;
  clock.advance(1000);
  await metrics.collect();
  expect(hanging).toHaveBeenCalledTimes(1);
  expect(exported('fine')[0]?.value).toBe(3);
  expect(exported('sightline_collect_failures_total')).toEqual([
    { labels: { source: 'database', reason: 'timeout' }, value: 2 },
  ]);
});

test('strict does not turn a failing callback into a failing read', async () => {
  const { metrics } = testSetting({ strict: true });
  metrics.gauge('broken', { help: 'Broken.', collect: () => Number.NaN });
  metrics.onCollect(() => {
    throw new Error('no');
  });
  await expect(metrics.collect()).resolves.toBeDefined();
});

test('a callback can be taken out again', async () => {
  const { metrics } = testSetting();
  const callback = vi.fn();
  metrics.onCollect(callback)();
  await metrics.collect();
  expect(callback).not.toHaveBeenCalled();
});

test('included families are exported beside ours, in reads that run a collection', async () => {
  const { metrics, clock } = testSetting();
  metrics.counter('ours_total', { help: 'Ours.' });
  let value = 1;
  const stop = metrics.include(external('theirs', () => [counter('theirs_total', value)]));
  expect(metrics.snapshot().families.map(({ name }) => name)).toEqual(['ours_total']);
  expect((await metrics.collect()).families.map(({ name }) => name)).toEqual(['ours_total', 'theirs_total']);
  value = 2;
  clock.advance(1000);
  const [, theirs] = (await metrics.collect()).families;
  expect(theirs && [...pointsOf(theirs)]).toMatchObject([{ value: 2 }]);
  stop();
  expect((await metrics.collect()).families.map(({ name }) => name)).toEqual(['ours_total']);
});

test('an external family whose name on the wire is ours, or was given already, is left out and counted', async () => {
  const { metrics, exported, warnings } = testSetting();
  metrics.counter('jobs', { help: 'Jobs.' });
  metrics.include(external('first', () => [counter('jobs_total', 5), counter('theirs_total', 1)]));
  metrics.include(external('second', () => [counter('theirs_total', 7)]));
  const { families } = await metrics.collect();
  expect(families.map(({ name }) => name)).toEqual(['jobs', 'theirs_total']);
  expect(exported('sightline_collect_failures_total')).toEqual([
    { labels: { source: 'first', reason: 'name_clash' }, value: 1 },
    { labels: { source: 'second', reason: 'name_clash' }, value: 1 },
  ]);
  expect(warnings[0]).toContain('"jobs_total" of "first" is left out: the name "jobs_total" is taken.');
});

test('a source that fails is left out until it works again', async () => {
  const { metrics, clock, exported } = testSetting();
  let isBroken = false;
  metrics.include(
    external('theirs', () => {
      if (isBroken) throw new Error('no');
      return [counter('theirs_total', 1)];
    }),
  );
  metrics.include(external('odd', () => 'nothing' as never));
  const names = async (): Promise<string[]> => {
    clock.advance(1000);
    return (await metrics.collect()).families.map(({ name }) => name).filter((name) => name.startsWith('theirs'));
  };
  expect(await names()).toEqual(['theirs_total']);
  isBroken = true;
  expect(await names()).toEqual([]);
  isBroken = false;
  expect(await names()).toEqual(['theirs_total']);
  expect(exported('sightline_collect_failures_total')).toContainEqual({
    labels: { source: 'theirs', reason: 'error' },
    value: 1,
  });
  expect(exported('sightline_collect_failures_total')).toContainEqual({
    labels: { source: 'odd', reason: 'error' },
    value: 3,
  });
});

function external(name: string, collect: () => readonly FamilySnapshot[]): ExternalSource {
  return { name, collect };
}

function counter(name: string, value: number): FamilySnapshot {
  return {
    kind: 'counter',
    name,
    help: 'Theirs.',
    unit: undefined,
    labelNames: [],
    constantLabels: {},
    size: 1,
    rows: Uint32Array.of(0),
    labelValues: [],
    startTimesMs: Float64Array.of(0),
    origin: 'external',
    values: Float64Array.of(value),
  };
}

test('a callback that declares its own metric again runs once per collection', async () => {
  const { metrics, clock } = testSetting();
  let calls = 0;
  const depth = (): ReturnType<typeof metrics.gauge> =>
    metrics.gauge('queue_depth', {
      help: 'Depth.',
      collect: () => {
        if (++calls > 10) throw new Error('it runs on and on');
        depth().set(calls);
      },
    });
  depth();
  await metrics.collect();
  expect(calls).toBe(1);
  clock.advance(1000);
  await metrics.collect();
  expect(depth().value()).toBe(2);
});

test('a callback that reads while it is called gets the numbers as they are', async () => {
  const { metrics } = testSetting({ collectionIntervalMs: 0 });
  const collect = vi.fn(async () => (await metrics.collect()).families.length);
  const x = metrics.gauge('x', { help: 'X.', collect });
  await metrics.collect();
  expect(collect).toHaveBeenCalledTimes(1);
  expect(x.value()).toBe(1);
});

test('of an included source only what has no name or kind is left out', async () => {
  const { metrics, exported } = testSetting();
  metrics.counter('ours_total', { help: 'Ours.' }).inc();
  const strange = [
    null,
    5,
    {},
    { name: 'x', kind: 'toast' },
    { name: 7, kind: 'gauge' },
  ] as unknown as FamilySnapshot[];
  metrics.include({ name: 'strange', collect: () => [...strange, counter('theirs_total', 1)] });
  const { families } = await metrics.collect();
  expect(families.map(({ name }) => name)).toEqual(['ours_total', 'sightline_collect_failures_total', 'theirs_total']);
  expect(exported('sightline_collect_failures_total')).toEqual([
    { labels: { source: 'strange', reason: 'malformed' }, value: 5 },
  ]);
});
