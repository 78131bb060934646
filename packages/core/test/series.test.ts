import { expect, test, vi } from 'vitest';
import { type FamilySnapshot, type MetricsSource, pointsOf } from '../src/backend.js';
import { testSetting } from './setting.js';

const byUser = { help: 'Logins.', labelNames: ['user'] } as const;

test('series beyond the cap of their metric share the overflow series, so that the total stays right', () => {
  const { metrics, exported, warnings } = testSetting({ maxSeries: 3 });
  const logins = metrics.counter('logins_total', byUser);
  for (let user = 0; user < 10; user++) logins.inc({ user });
  logins.inc({ user: 0 });
  expect(exported('logins_total').map(({ labels, value }) => [labels['user'], value])).toEqual([
    ['0', 2],
    ['1', 1],
    ['2', 1],
    ['__overflow__', 7],
  ]);
  expect(exported('sightline_overflowed_total')).toEqual([{ labels: { metric: 'logins_total' }, value: 7 }]);
  expect(warnings).toEqual([
    '[core] Counter "logins_total" cannot add a series: maxSeries is 3. Further ones share the series labelled "__overflow__". Look for a label with unbounded values, or raise maxSeries. Further cases are counted, not logged.',
  ]);
});

test('series of all metrics together are capped too', () => {
  const { metrics, exported, warnings } = testSetting({ maxTotalSeries: 3 });
  const logins = metrics.counter('logins_total', byUser);
  const logouts = metrics.counter('logouts_total', byUser);
  const restarts = metrics.counter('restarts_total', { help: 'Restarts.' });
  logins.inc({ user: 1 });
  logins.inc({ user: 2 });
  logouts.inc({ user: 1 });
  restarts.inc();
  expect(exported('logouts_total')).toEqual([{ labels: { user: '__overflow__' }, value: 1 }]);
  expect(exported('restarts_total')).toEqual([{ labels: {}, value: 1 }]);
  expect(warnings[0]).toContain('cannot add a series: maxTotalSeries is 3');
});

test("a gauge's set beyond the cap is dropped: a shared series must not be set", () => {
  const { metrics, exported } = testSetting({ maxSeries: 1 });
  const sessions = metrics.gauge('sessions', { help: 'Sessions.', labelNames: ['user'] });
  sessions.set({ user: 1 }, 5);
  sessions.set({ user: 2 }, 5);
  sessions.inc({ user: 2 });
  expect(exported('sessions').map(({ value }) => value)).toEqual([5, 1]);
  expect(exported('sightline_overflowed_total')[0]?.value).toBe(2);
});

test('a removed series makes room, also for one that was bound when there was none', () => {
  const { metrics, exported } = testSetting({ maxSeries: 1 });
  const logins = metrics.counter('logins_total', byUser);
  logins.inc({ user: 'a' });
  const b = logins.labels({ user: 'b' });
  b.inc();
  logins.remove({ user: 'a' });
  b.inc(10);
  expect(exported('logins_total').map(({ labels, value }) => [labels['user'], value])).toEqual([
    ['b', 10],
    ['__overflow__', 1],
  ]);
});

test('a metric may have a cap of its own', () => {
  const { metrics, exported } = testSetting();
  const logins = metrics.counter('logins_total', { ...byUser, maxSeries: 1 });
  logins.inc({ user: 'a' });
  logins.inc({ user: 'b' });
  expect(exported('logins_total')).toHaveLength(2);
  expect(exported('logins_total')[1]?.labels).toEqual({ user: '__overflow__' });
});

test('clear ends all series, and later ones have a new start', () => {
  const { metrics, clock, exported } = testSetting();
  const logins = metrics.counter('logins_total', byUser);
  const a = logins.labels({ user: 'a' });
  logins.inc({ user: 'b' });
  logins.clear();
  expect(exported('logins_total')).toEqual([]);
  const { timeMs } = metrics.snapshot();
  clock.advance(5);
  a.inc();
  expect(only(metrics, 'logins_total')).toMatchObject({ size: 1 });
  expect(startTimes(metrics, 'logins_total')).toEqual([timeMs]);
});

test('a series that ends and begins within one millisecond has a new start all the same', () => {
  const { metrics } = testSetting();
  const logins = metrics.counter('logins_total', byUser);
  const starts = new Set<number>();
  for (let life = 0; life < 50; life++) {
    logins.inc({ user: 'a' });
    for (const start of startTimes(metrics, 'logins_total')) starts.add(start);
    logins.remove({ user: 'a' });
  }
  expect(starts.size).toBe(50);
});

test('a snapshot does not change when series end, begin and count after it', () => {
  const { metrics } = testSetting();
  const logins = metrics.counter('logins_total', byUser);
  for (const user of ['a', 'b', 'c']) logins.inc({ user });
  const before = only(metrics, 'logins_total');
  const seen = JSON.stringify([...pointsOf(before)]);
  logins.remove({ user: 'b' });
  logins.inc({ user: 'd' }, 9);
  logins.inc({ user: 'a' });
  logins.inc({ user: 'e' });
  expect(JSON.stringify([...pointsOf(before)])).toBe(seen);
  expect([...pointsOf(only(metrics, 'logins_total'))].map(({ labels }) => labels['user']).sort()).toEqual([
    'a',
    'c',
    'd',
    'e',
  ]);
});

test('readers get the last numbers of a series that ends', () => {
  const { metrics } = testSetting();
  const logins = metrics.counter('logins_total', byUser);
  const ended: FamilySnapshot[] = [];
  const stop = metrics.onSeriesEnded((family) => void ended.push(family));
  logins.inc({ user: 'a' }, 4);
  logins.remove({ user: 'a' });
  logins.remove({ user: 'nobody' });
  stop();
  logins.inc({ user: 'b' });
  logins.clear();
  expect(ended).toHaveLength(1);
  expect(ended.flatMap((family) => [...pointsOf(family)])).toMatchObject([{ labels: { user: 'a' }, value: 4 }]);
});

function only(source: MetricsSource, name: string): FamilySnapshot {
  const family = source.snapshot().families.find((candidate) => candidate.name === name);
  if (family === undefined) throw new Error(`no ${name}`);
  return family;
}

function startTimes(source: MetricsSource, name: string): number[] {
  return [...pointsOf(only(source, name))].map(({ startTimeMs }) => startTimeMs);
}

test('a listener that throws neither keeps a series from ending nor the others from being called', () => {
  const { metrics, warnings } = testSetting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const received = vi.fn();
  metrics.onSeriesEnded(() => {
    throw new Error('not now');
  });
  metrics.onSeriesEnded(received);
  jobs.inc({ queue: 'mail' });
  jobs.remove({ queue: 'mail' });
  expect(jobs.value({ queue: 'mail' })).toBeUndefined();
  expect(received).toHaveBeenCalledTimes(1);
  expect(warnings).toEqual([expect.stringContaining('not now')]);
});
