import type { createMetrics } from '@sightline/core';
import { createTestMetrics } from '@sightline/testing/metrics';
import { describe, expect, test } from 'vitest';

describe('value', () => {
  test('is that of the series with these labels, in any order and as numbers or strings', () => {
    const metrics = createTestMetrics();
    const answers = metrics.counter('answers_total', { help: 'Answers.', labelNames: ['route', 'status'] });
    answers.inc({ route: '/', status: 200 }, 3);
    answers.inc({ route: '/', status: 404 });
    expect(metrics.value('answers_total', { status: 200, route: '/' })).toBe(3);
    expect(metrics.value('answers_total', { route: '/', status: '404' })).toBe(1);
  });

  test('is the sum over all series that have fewer labels in common', () => {
    const metrics = createTestMetrics();
    const answers = metrics.counter('answers_total', { help: 'Answers.', labelNames: ['route', 'status'] });
    answers.inc({ route: '/', status: 200 }, 3);
    answers.inc({ route: '/', status: 404 });
    answers.inc({ route: '/orders', status: 200 }, 10);
    expect(metrics.value('answers_total', { route: '/' })).toBe(4);
    expect(metrics.value('answers_total')).toBe(14);
  });

  test('is undefined if there is no such series', () => {
    const metrics = createTestMetrics();
    metrics.gauge('queued', { help: 'Queued.', labelNames: ['queue'] });
    expect(metrics.value('queued', { queue: 'mail' })).toBeUndefined();
  });

  test('of an undeclared metric is an error that names the nearest', () => {
    const metrics = createTestMetrics();
    metrics.counter('jobs_total', { help: 'Jobs.' });
    expect(() => metrics.value('job_total')).toThrow(
      '[testing] No metric "job_total" is declared. Did you mean "jobs_total"?',
    );
    expect(() => metrics.value('something_else')).toThrow('Declared: jobs_total.');
  });

  test('by an undeclared label is an error that names the nearest', () => {
    const metrics = createTestMetrics();
    metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
    expect(() => metrics.value('jobs_total', { outcom: 'ok' })).toThrow(
      '[testing] Counter "jobs_total" has labels "queue", "outcome", but got "outcom". Did you mean "outcome"?',
    );
  });

  test('of a histogram is an error that says what to ask instead', () => {
    const metrics = createTestMetrics();
    metrics.histogram('latency_seconds', { help: 'Latency.' });
    expect(() => metrics.value('latency_seconds')).toThrow('Use observations("latency_seconds").');
  });

  test('of what a callback reports is there after collect()', async () => {
    const metrics = createTestMetrics();
    metrics.gauge('queued', { help: 'Queued.', collect: () => 7 });
    await metrics.collect();
    expect(metrics.value('queued')).toBe(7);
  });

  test('includes default labels and those of children', () => {
    const metrics = createTestMetrics({ defaultLabels: { zone: 'eu' } });
    metrics
      .child({ prefix: 'orders_', labels: { team: 'sales' } })
      .counter('placed_total', { help: 'Placed.' })
      .inc(2);
    expect(metrics.value('orders_placed_total', { zone: 'eu', team: 'sales' })).toBe(2);
  });
});

describe('changes', () => {
  test('are counted since the last mark, or else since the beginning', () => {
    const metrics = createTestMetrics();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
    jobs.inc(2);
    expect(metrics.delta('jobs_total')).toBe(2);
    metrics.mark();
    jobs.inc(3);
    expect(metrics.delta('jobs_total')).toBe(3);
  });

  test('of an earlier mark stay apart from those of a later one', () => {
    const metrics = createTestMetrics();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
    const first = metrics.mark();
    jobs.inc();
    const second = metrics.mark();
    jobs.inc();
    expect([first.delta('jobs_total'), second.delta('jobs_total')]).toEqual([2, 1]);
  });

  test('of a function end when it returns', () => {
    const metrics = createTestMetrics();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
    jobs.inc({ queue: 'mail' }, 5);
    const changes = metrics.deltaOf(() => jobs.inc({ queue: 'mail' }, 2));
    jobs.inc({ queue: 'mail' }, 9);
    expect(changes.delta('jobs_total', { queue: 'mail' })).toBe(2);
    expect(changes.delta('jobs_total', { queue: 'push' })).toBe(0);
  });

  test('of an asynchronous function end when its promise is fulfilled', async () => {
    const metrics = createTestMetrics();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
    const changes = await metrics.deltaOf(async () => {
      jobs.inc();
      await Promise.resolve();
      jobs.inc();
    });
    jobs.inc();
    expect(changes.delta('jobs_total')).toBe(2);
  });

  test('of a function that throws are its error', async () => {
    const metrics = createTestMetrics();
    const failing = (): never => {
      throw new Error('no');
    };
    expect(() => metrics.deltaOf(failing)).toThrow('no');
    await expect(metrics.deltaOf(async () => failing())).rejects.toThrow('no');
  });

  test('of a gauge may be negative', () => {
    const metrics = createTestMetrics();
    const active = metrics.gauge('active', { help: 'Active.' });
    active.set(5);
    expect(metrics.deltaOf(() => active.dec(3)).delta('active')).toBe(-3);
  });

  test('of a series that ended and began anew count from zero', () => {
    const metrics = createTestMetrics();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
    jobs.inc({ queue: 'mail' }, 5);
    metrics.mark();
    jobs.remove({ queue: 'mail' });
    jobs.inc({ queue: 'mail' }, 8);
    expect(metrics.delta('jobs_total', { queue: 'mail' })).toBe(8);
  });
});

describe('observations', () => {
  test('are the values themselves, in the order in which they were made', () => {
    const metrics = createTestMetrics();
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['route'] });
    const slow = latency.labels({ route: '/slow' });
    slow.observe(3);
    latency.observe({ route: '/fast' }, 0.1);
    slow.observe(1.5);
    latency.observe({ route: '/slow' }, 2);
    expect(metrics.observations('latency_seconds', { route: '/slow' })).toEqual([3, 1.5, 2]);
    expect(metrics.observations('latency_seconds')).toEqual([3, 0.1, 1.5, 2]);
  });

  test('come from timers too, in time of the test clock', async () => {
    const metrics = createTestMetrics();
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
    const stop = latency.startTimer();
    metrics.clock.advance(1500);
    expect(stop()).toBe(1.5);
    stop();
    const result = await latency.time(async () => {
      await metrics.clock.advanceAsync(250);
      return 'done';
    });
    expect(() =>
      latency.time(() => {
        metrics.clock.advance(100);
        throw new Error('failed');
      }),
    ).toThrow('failed');
    expect(result).toBe('done');
    expect(metrics.observations('latency_seconds')).toEqual([1.5, 0.25, 0.1]);
  });

  test('of timed promises are made when they settle, and a lazy thenable is run by its consumer only', async () => {
    const metrics = createTestMetrics();
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['route'] });
    const failing = latency.time({ route: '/' }, () => Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
    let runs = 0;
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder, as knex makes them
      then(onValue: (value: string) => unknown) {
        runs++;
        return Promise.resolve('rows').then(onValue);
      },
    };
    expect(await latency.time({ route: '/' }, () => query)).toBe('rows');
    expect(runs).toBe(1);
    expect(metrics.observations('latency_seconds', { route: '/' })).toEqual([0, 0]);
  });

  test('are kept for children, callbacks and default labels', async () => {
    const metrics = createTestMetrics({ defaultLabels: { zone: 'eu' } });
    const child = metrics.child({ prefix: 'db_', labels: { pool: 'read' } });
    child.histogram('wait_seconds', { help: 'Waits.', collect: (histogram) => histogram.observe(4) }).observe(2);
    await metrics.collect();
    expect(metrics.observations('db_wait_seconds', { pool: 'read', zone: 'eu' })).toEqual([2, 4]);
  });

  test('do not hold what was dropped', () => {
    const metrics = createTestMetrics({ strict: false, log: quiet });
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
    latency.observe(Number.NaN);
    latency.observe(1);
    expect(metrics.observations('latency_seconds')).toEqual([1]);
  });

  test('are refused where a cap has joined series', () => {
    const metrics = createTestMetrics({ strict: false, log: quiet, maxSeries: 1 });
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['route'] });
    latency.observe({ route: '/a' }, 1);
    latency.observe({ route: '/b' }, 2);
    expect(metrics.observations('latency_seconds', { route: '/a' })).toEqual([1]);
    expect(() => metrics.observations('latency_seconds')).toThrow('are not known, only their count and sum');
  });

  test('are bounded', () => {
    const metrics = createTestMetrics({ observationLimit: 2 });
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
    latency.observe(1);
    latency.observe(2);
    expect(() => latency.observe(3)).toThrow('[testing] "latency_seconds" got more than 2 observations in one series.');
  });

  test('since a mark are those made after it', () => {
    const metrics = createTestMetrics();
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
    latency.observe(1);
    const changes = metrics.deltaOf(() => latency.observe(2));
    latency.observe(3);
    expect(changes.observations('latency_seconds')).toEqual([2]);
  });
});

test('a wrong recording throws at its call site, unless strictness is switched off', () => {
  const record = (strict: boolean | undefined): void =>
    createTestMetrics({ strict, log: quiet }).counter('jobs_total', { help: 'Jobs.' }).inc(-1);
  expect(() => record(undefined)).toThrow('jobs_total');
  expect(() => record(false)).not.toThrow();
});

test('declaring again gives the same instrument', () => {
  const metrics = createTestMetrics();
  const declare = () => metrics.histogram('latency_seconds', { help: 'Latency.' });
  expect(declare()).toBe(declare());
  expect(metrics.counter('jobs_total', { help: 'Jobs.' })).toBe(metrics.counter('jobs_total', { help: 'Jobs.' }));
});

test('reset ends every series and keeps the instruments', () => {
  const metrics = createTestMetrics();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });
  const mail = jobs.labels({ queue: 'mail' });
  mail.inc(3);
  latency.observe(1);
  metrics.reset();
  expect(metrics.series('jobs_total')).toEqual([]);
  expect(metrics.observations('latency_seconds')).toEqual([]);
  mail.inc();
  latency.observe(2);
  expect(metrics.value('jobs_total', { queue: 'mail' })).toBe(1);
  expect(metrics.delta('jobs_total')).toBe(1);
  expect(metrics.observations('latency_seconds')).toEqual([2]);
});

test('series tells labels, numbers and values', () => {
  const metrics = createTestMetrics();
  metrics
    .histogram('latency_seconds', { help: 'Latency.', labelNames: ['route'], buckets: [1] })
    .observe({ route: '/' }, 3);
  expect(metrics.series('latency_seconds')).toMatchObject([
    { labels: { route: '/' }, value: 1, sum: 3, bounds: [1], bucketCounts: [0, 1], observations: [{ value: 3 }] },
  ]);
});

test.concurrent.each([1, 2, 3])('tests at the same time do not see each other (%i)', async (step) => {
  const metrics = createTestMetrics();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.' });
  for (let i = 0; i < 10; i++) {
    jobs.inc(step);
    await metrics.clock.advanceAsync(step);
  }
  expect(metrics.value('jobs_total')).toBe(10 * step);
  expect(metrics.clock.monotonicMs()).toBe(10 * step);
});

test('it stands in wherever a service takes metrics', () => {
  const service = (metrics: ReturnType<typeof createMetrics>) => metrics.counter('jobs_total', { help: 'Jobs.' }).inc();
  const metrics = createTestMetrics();
  service(metrics);
  expect(metrics.snapshot().families.map(({ name }) => name)).toContain('jobs_total');
});

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

test('wrong recordings are kept, although the code under test catches their errors', () => {
  const metrics = createTestMetrics();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue'] });
  metrics.assertNoMisuse();
  try {
    jobs.inc({ queu: 'mail' } as never);
  } catch {
    // as a service does that lets nothing come out of its telemetry
  }
  expect(metrics.misuse.map(({ message }) => message)).toEqual([expect.stringContaining('"queu"')]);
  expect(() => metrics.assertNoMisuse()).toThrow('A recording was wrong, and its error was caught');
  metrics.reset();
  metrics.assertNoMisuse();
});

test('observations of a timer have the labels of its start and its end', () => {
  const metrics = createTestMetrics();
  const latency = metrics.histogram('latency_seconds', { help: 'L.', labelNames: ['route', 'status'] });
  const end = latency.startTimer({ route: '/' });
  metrics.clock.advance(500);
  end({ status: 200 });
  expect(metrics.observations('latency_seconds', { route: '/', status: 200 })).toEqual([0.5]);
  expect(() => latency.startTimer({ route: '/' })(undefined as never)).toThrow('Pass "status" as well.');
});
