import { expect, test } from 'vitest';
import { pointsOf } from '../src/backend.js';
import { createMetrics } from '../src/index.js';
import { testSetting } from './setting.js';

test('adds what it is given, 1 when given nothing', () => {
  const { metrics } = testSetting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  jobs.inc({ queue: 'mail' });
  jobs.inc({ queue: 'mail' }, 2.5);
  jobs.inc({ queue: 'sms' }, 0);
  expect(jobs.value({ queue: 'mail' })).toBe(3.5);
  expect(jobs.value({ queue: 'sms' })).toBe(0);
  expect(jobs.value({ queue: 'fax' })).toBeUndefined();
});

test('a counter without labels is visible as 0 from its declaration', () => {
  const { metrics, exported } = testSetting();
  metrics.counter('restarts_total', { help: 'Restarts.' });
  expect(exported('restarts_total')).toEqual([{ labels: {}, value: 0 }]);
});

test('a bound series is visible as 0, and counts into the series with its labels', () => {
  const { metrics, exported } = testSetting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const mail = jobs.labels({ queue: 'mail' });
  expect(exported('jobs_total')).toEqual([{ labels: { queue: 'mail' }, value: 0 }]);
  mail.inc(3);
  jobs.inc({ queue: 'mail' });
  expect(mail.value()).toBe(4);
});

test.each([
  ['text', '5', 'not_a_number'],
  ['a bigint', 1n, 'not_a_number'],
  ['null', null, 'not_a_number'],
  ['an object', {}, 'not_a_number'],
  ['NaN', Number.NaN, 'not_a_number'],
  ['Infinity', Number.POSITIVE_INFINITY, 'not_finite'],
  ['a negative number', -1, 'negative'],
  ['-Infinity', Number.NEGATIVE_INFINITY, 'negative'],
])('drops %s as a step, and counts that', (_, step, reason) => {
  const { metrics, exported } = testSetting();
  const plain = metrics.counter('plain_total', { help: 'Plain.' });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const bound = jobs.labels({ queue: 'mail' });
  plain.inc(step as number);
  jobs.inc({ queue: 'mail' }, step as number);
  bound.inc(step as number);
  expect(plain.value()).toBe(0);
  expect(bound.value()).toBe(0);
  expect(exported('sightline_dropped_total')).toEqual([
    { labels: { metric: 'plain_total', reason }, value: 1 },
    { labels: { metric: 'jobs_total', reason }, value: 2 },
  ]);
});

test('a wrong step makes no series', () => {
  const { metrics, exported } = testSetting();
  metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] }).inc({ queue: 'mail' }, Number.NaN);
  expect(exported('jobs_total')).toEqual([]);
});

test('drops a step that the total cannot hold', () => {
  const { metrics, exported } = testSetting();
  const big = metrics.counter('big_total', { help: 'Big.' });
  big.inc(1e308);
  big.inc(1e308);
  expect(big.value()).toBe(1e308);
  expect(exported('sightline_dropped_total')).toEqual([
    { labels: { metric: 'big_total', reason: 'out_of_range' }, value: 1 },
  ]);
});

test('takes the smallest and the zeroes there are', () => {
  const { metrics } = testSetting();
  const small = metrics.counter('small_total', { help: 'Small.' });
  small.inc(5e-324);
  small.inc(-0);
  expect(small.value()).toBe(5e-324);
});

test('warns once per metric and reason', () => {
  const { metrics, warnings } = testSetting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
  jobs.inc(-1);
  jobs.inc(-2);
  jobs.inc(Number.NaN);
  expect(warnings).toEqual([
    '[core] Counter "jobs_total" got -1. Counters only grow: use a gauge. It was dropped. Further cases are counted, not logged.',
    '[core] Counter "jobs_total" got NaN. Pass a finite number >= 0. It was dropped. Further cases are counted, not logged.',
  ]);
});

test('a bound series whose series was removed starts a new one', () => {
  const { metrics, exported, clock } = testSetting();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const mail = jobs.labels({ queue: 'mail' });
  mail.inc(5);
  jobs.remove({ queue: 'mail' });
  expect(exported('jobs_total')).toEqual([]);
  expect(mail.value()).toBeUndefined();
  clock.advance(1000);
  mail.inc();
  expect(exported('jobs_total')).toEqual([{ labels: { queue: 'mail' }, value: 1 }]);
  expect(jobs.labels({ queue: 'mail' })).toBe(mail);
});

test('a running total returned by collect is taken over, and a lower one restarts', async () => {
  const { metrics, clock } = testSetting();
  let total = 10;
  const seen = metrics.counter('seen_total', { help: 'Seen.', collect: () => total });
  const { timeMs } = await metrics.collect();
  expect(seen.value()).toBe(10);
  total = 4;
  clock.advance(1000);
  const [family] = (await metrics.collect()).families;
  if (family === undefined) throw new Error('no family');
  expect([...pointsOf(family)]).toMatchObject([{ value: 4, startTimeMs: timeMs }]);
});

test('strict: a wrong recording throws at the call site', () => {
  const metrics = createMetrics({ strict: true });
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  expect(() => jobs.inc({ queue: 'mail' }, -1)).toThrow('[core] Counter "jobs_total" got -1.');
  expect(() => jobs.inc({ queue: 'mail', extra: 1 } as never)).toThrow('but got "extra" as well');
  expect(() => jobs.inc({ queu: 'mail' } as never)).toThrow('Did you mean "queue"?');
});
