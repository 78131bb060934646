import { expect, test } from 'vitest';
import { testSetting } from './setting.js';

test('sets, adds and subtracts', () => {
  const { metrics } = testSetting();
  const queue = metrics.gauge('queue_length', { help: 'Queue.', labelNames: ['queue'] });
  queue.set({ queue: 'mail' }, -2.5);
  queue.inc({ queue: 'mail' });
  queue.inc({ queue: 'mail' }, 3);
  queue.dec({ queue: 'mail' }, 0.5);
  queue.dec({ queue: 'mail' });
  expect(queue.value({ queue: 'mail' })).toBe(0);
  const bound = queue.labels({ queue: 'mail' });
  bound.set(7);
  bound.dec(2);
  bound.inc();
  expect(queue.value({ queue: 'mail' })).toBe(6);
});

test.each(['5', 1n, null, Number.NaN, Number.POSITIVE_INFINITY, {}])('drops %s, bound or not', (value) => {
  const { metrics, exported } = testSetting();
  const plain = metrics.gauge('plain', { help: 'Plain.' });
  const queue = metrics.gauge('queue_length', { help: 'Queue.', labelNames: ['queue'] });
  plain.set(3);
  for (const verb of ['set', 'inc', 'dec'] as const) {
    plain[verb](value as number);
    queue[verb]({ queue: 'mail' }, value as number);
  }
  expect(plain.value()).toBe(3);
  expect(exported('queue_length')).toEqual([]);
  expect(exported('sightline_dropped_total').map(({ value: count }) => count)).toEqual([3, 3]);
});

test('drops a step that its value cannot hold', () => {
  const { metrics } = testSetting();
  const big = metrics.gauge('big', { help: 'Big.' });
  big.inc(1e308);
  big.inc(1e308);
  expect(big.value()).toBe(1e308);
});

test('sets the current time in seconds, or in the unit of the gauge', () => {
  const { metrics, clock } = testSetting();
  const seconds = metrics.gauge('last_message_timestamp', { help: 'Last message.' });
  const millis = metrics.gauge('last_message_timestamp_ms', { help: 'Last message.' });
  seconds.setToCurrentTime();
  millis.setToCurrentTime();
  expect(seconds.value()).toBe(clock.now() / 1000);
  expect(millis.value()).toBe(clock.now());
});

test('tracks what is in flight, however it ends', async () => {
  const { metrics } = testSetting();
  const active = metrics.gauge('active', { help: 'Active.' });
  expect(active.track(() => active.value())).toBe(1);
  expect(() =>
    active.track(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(active.value()).toBe(0);
  let reject: (error: Error) => void = () => {};
  const pending = active.track(() => new Promise<never>((_, no) => (reject = no)));
  expect(active.value()).toBe(1);
  reject(new Error('late'));
  await expect(pending).rejects.toThrow('late');
  expect(active.value()).toBe(0);
});

test('what is tracked ends in the series in which it began, though a place became free meanwhile', () => {
  const { metrics, exported } = testSetting({ maxTotalSeries: 1 });
  const other = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const active = metrics.gauge('active', { help: 'Active.', labelNames: ['queue'] });
  other.inc({ queue: 'mail' });
  const stop = active.startTracking({ queue: 'mail' });
  const stopBound = active.labels({ queue: 'mail' }).startTracking();
  other.clear();
  active.track({ queue: 'mail' }, () => {
    stop();
    stopBound();
    stop();
  });
  expect(exported('active')).toEqual([
    { labels: { queue: '__overflow__' }, value: 0 },
    { labels: { queue: 'mail' }, value: 0 },
  ]);
});

test('what was tracked in a series that was removed is not taken from its successor', () => {
  const { metrics } = testSetting();
  const active = metrics.gauge('active', { help: 'Active.', labelNames: ['queue'] });
  const before = active.startTracking({ queue: 'mail' });
  active.clear();
  before();
  expect(active.value({ queue: 'mail' })).toBeUndefined();
  const after = active.startTracking({ queue: 'mail' });
  before();
  expect(active.value({ queue: 'mail' })).toBe(1);
  after();
  expect(active.value({ queue: 'mail' })).toBe(0);
});

test('a lazy thenable is handed on as it is, and not run', async () => {
  const { metrics } = testSetting();
  const active = metrics.gauge('active', { help: 'Active.' });
  let runs = 0;
  const query = {
    // biome-ignore lint/suspicious/noThenProperty: a query builder, as knex makes them
    then(onValue: (value: string) => unknown) {
      runs++;
      return Promise.resolve('rows').then(onValue);
    },
  };
  const result = active.track(() => query);
  expect(result).toBe(query);
  expect(runs).toBe(0);
  expect(await result).toBe('rows');
  expect(runs).toBe(1);
  expect(active.value()).toBe(0);
});

test('collect gives the value at each collection', async () => {
  const { metrics } = testSetting();
  let bytes = 10;
  const buffer = metrics.gauge('send_queue_bytes', { help: 'Buffer.', collect: () => bytes });
  await metrics.collect();
  expect(buffer.value()).toBe(10);
  bytes = 20;
  expect(buffer.value()).toBe(10);
});

test('a newer collect replaces the older, as hot reload needs', async () => {
  const { metrics } = testSetting();
  const declare = (value: number) => metrics.gauge('send_queue_bytes', { help: 'Buffer.', collect: () => value });
  const first = declare(1);
  expect(declare(2)).toBe(first);
  await metrics.collect();
  expect(first.value()).toBe(2);
});
