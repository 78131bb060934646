import { createMetrics } from '@sightline/core';
import { assertCounted, assertExposition, assertGauge, assertObserved, createTestMetrics } from '@sightline/testing';
import '@sightline/testing/vitest';
import { describe, expect, test } from 'vitest';

function jobMetrics() {
  const metrics = createTestMetrics();
  const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
  jobs.inc({ queue: 'mail', outcome: 'ok' }, 3);
  jobs.inc({ queue: 'mail', outcome: 'failed' });
  jobs.inc({ queue: 'push', outcome: 'ok' }, 7);
  metrics.gauge('queued', { help: 'Queued.', labelNames: ['queue'] }).set({ queue: 'mail' }, -2.5);
  const latency = metrics.histogram('latency_seconds', { help: 'Latency.', labelNames: ['route'], buckets: [0.1, 1] });
  for (const value of [0.1, 0.2, 5]) latency.observe({ route: '/' }, value);
  return metrics;
}

describe('toHaveCounted', () => {
  test('compares one series, or several together', () => {
    const metrics = jobMetrics();
    expect(metrics).toHaveCounted('jobs_total', { queue: 'mail', outcome: 'ok' }, 3);
    expect(metrics).toHaveCounted('jobs_total', { queue: 'mail' }, 4);
    expect(metrics).toHaveCounted('jobs_total', 11);
    expect(metrics).not.toHaveCounted('jobs_total', 12);
  });

  test('asks for more than nothing if no number is given', () => {
    const metrics = jobMetrics();
    expect(metrics).toHaveCounted('jobs_total', { queue: 'mail' });
    expect(metrics).toHaveCounted('jobs_total');
    expect(metrics).not.toHaveCounted('jobs_total', { queue: 'sms' });
    expect(metrics).toHaveCounted('jobs_total', { queue: 'sms' }, 0);
  });

  test('takes changes, and plain collectors', async () => {
    const metrics = jobMetrics();
    const jobs = metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['queue', 'outcome'] });
    const changes = await metrics.deltaOf(async () => jobs.inc({ queue: 'mail', outcome: 'ok' }));
    expect(changes).toHaveCounted('jobs_total', { queue: 'mail', outcome: 'ok' }, 1);
    const plain = createMetrics();
    plain.counter('plain_total', { help: 'Plain.' }).inc(2);
    expect(plain).toHaveCounted('plain_total', 2);
  });

  test('shows the nearest series when there is none such', () => {
    expect(() => expect(jobMetrics()).toHaveCounted('jobs_total', { queue: 'mial', outcome: 'ok' }, 3)).toThrow(
      [
        'expected jobs_total{queue="mial",outcome="ok"} to have counted 3, but there is no such series',
        '',
        'Series of jobs_total, nearest first:',
        '  jobs_total{queue="mail",outcome="ok"} 3',
        '  jobs_total{queue="push",outcome="ok"} 7',
        '  jobs_total{queue="mail",outcome="failed"} 1',
      ].join('\n'),
    );
  });

  test('shows what was counted instead', () => {
    expect(() => expect(jobMetrics()).toHaveCounted('jobs_total', { queue: 'push', outcome: 'ok' }, 8)).toThrow(
      'expected jobs_total{queue="push",outcome="ok"} to have counted 8, but it counted 7\n',
    );
  });

  test('says with not what it found', () => {
    expect(() => expect(jobMetrics()).not.toHaveCounted('jobs_total', { queue: 'push' })).toThrow(
      'expected jobs_total{queue="push"} not to have counted, but it counted 7\n',
    );
  });

  test('throws for a slip in a name or label, with not as well', () => {
    const metrics = jobMetrics();
    expect(() => expect(metrics).not.toHaveCounted('job_total')).toThrow('Did you mean "jobs_total"?');
    expect(() => expect(metrics).not.toHaveCounted('jobs_total', { que: 'mail' })).toThrow('Did you mean "queue"?');
  });

  test.each<[string, unknown[]]>([
    ['labels that are a pattern', [{ queue: /mail/ }, 4]],
    ['labels of the runner', [{ queue: expect.any(String) }, 4]],
    ['an undefined label', [{ queue: undefined }, 4]],
    ['no labels', [null, 4]],
    ['a number as text', [{ queue: 'mail' }, '4']],
    ['no number', [{ queue: 'mail' }, Number.NaN]],
    ['an undefined count', [{ queue: 'mail' }, undefined]],
    ['infinity', [{ queue: 'mail' }, Number.POSITIVE_INFINITY]],
    ["the runner's number", [expect.any(Number)]],
  ])('throws for %s, with not as well', (_, args) => {
    const [labels, count] = args as [{ queue: string }, number];
    expect(() => expect(jobMetrics()).toHaveCounted('jobs_total', labels, count)).toThrow('[testing] ');
    expect(() => expect(jobMetrics()).not.toHaveCounted('jobs_total', labels, count)).toThrow('[testing] ');
  });

  test('compares whole numbers exactly, however large', () => {
    const metrics = createTestMetrics();
    metrics.counter('received_bytes_total', { help: 'Bytes.' }).inc(5_000_000_001);
    expect(metrics).not.toHaveCounted('received_bytes_total', 5_000_000_000);
    expect(metrics).toHaveCounted('received_bytes_total', 5_000_000_001);
  });

  test('says which matcher a gauge needs', () => {
    expect(() => expect(jobMetrics()).toHaveCounted('queued', 1)).toThrow(
      '[testing] toHaveCounted is for a counter, but "queued" is a gauge. Use toHaveGauge.',
    );
  });

  test('says what it takes when it was given something else', () => {
    expect(() => expect(Promise.resolve(jobMetrics())).toHaveCounted('jobs_total')).toThrow(
      'If that is a promise, await it.',
    );
  });

  test('ignores the rounding of sums', () => {
    const metrics = createTestMetrics();
    const busy = metrics.counter('busy_seconds_total', { help: 'Busy.' });
    busy.inc(0.1);
    busy.inc(0.2);
    expect(metrics).toHaveCounted('busy_seconds_total', 0.3);
  });

  test('shows only the nearest of many series', () => {
    const metrics = createTestMetrics();
    const logins = metrics.counter('logins_total', { help: 'Logins.', labelNames: ['user'] });
    for (let user = 0; user < 30; user++) logins.inc({ user: `user${user}` });
    expect(() => expect(metrics).toHaveCounted('logins_total', { user: 'usor17' }, 1)).toThrow(
      /nearest first:\n {2}logins_total\{user="user17"\} 1\n(.*\n){4} {2}… and 25 more series$/,
    );
  });
});

describe('toHaveGauge', () => {
  test('compares the value', () => {
    expect(jobMetrics()).toHaveGauge('queued', { queue: 'mail' }, -2.5);
    expect(jobMetrics()).toHaveGauge('queued', -2.5);
    expect(jobMetrics()).not.toHaveGauge('queued', 0);
  });

  test('does not take a missing series for 0', () => {
    expect(jobMetrics()).not.toHaveGauge('queued', { queue: 'push' }, 0);
    expect(() => expect(jobMetrics()).toHaveGauge('queued', { queue: 'push' }, 0)).toThrow(
      'expected queued{queue="push"} to be 0, but there is no such series',
    );
  });
});

describe('toHaveObserved', () => {
  test('compares what is given', () => {
    const metrics = jobMetrics();
    expect(metrics).toHaveObserved('latency_seconds');
    expect(metrics).toHaveObserved('latency_seconds', {
      labels: { route: '/' },
      count: 3,
      sum: 5.3,
      values: [0.1, 0.2, 5],
    });
    expect(metrics).toHaveObserved('latency_seconds', { min: 0.1, max: 5 });
    expect(metrics).not.toHaveObserved('latency_seconds', { values: [0.2, 0.1, 5] });
    expect(metrics).not.toHaveObserved('latency_seconds', { max: 4 });
    expect(metrics).not.toHaveObserved('latency_seconds', { labels: { route: '/other' } });
    expect(metrics).toHaveObserved('latency_seconds', { labels: { route: '/other' }, count: 0, values: [] });
  });

  test('shows what was observed', () => {
    expect(() => expect(jobMetrics()).toHaveObserved('latency_seconds', { labels: { route: '/' }, count: 4 })).toThrow(
      'expected latency_seconds{route="/"} to have observed count 4, but it observed count 3, sum 5.3, values [0.1, 0.2, 5]\n',
    );
  });

  test.each<[string, unknown, string]>([
    ['a part that is none', { count: 7, total: 3 }, 'labels, count, sum, values, min and max, but got "total".'],
    ['labels alone', { route: '/' }, 'but got "route". Labels are given as { labels: { … } }.'],
    ['an undefined part', { count: undefined }, 'toHaveObserved got undefined for count.'],
    ['undefined labels', { labels: undefined, count: 7 }, 'toHaveObserved got undefined for labels.'],
    ['a number as text', { count: '3' }, "toHaveObserved compares count with a finite number, but got '3'."],
    ['infinity', { sum: Number.POSITIVE_INFINITY }, 'compares sum with a finite number, but got Infinity.'],
    ['values that are no list', { values: 3 }, 'compares values with a list of numbers, but got 3.'],
    ['a list of other things', { values: [0.1, '0.2', 5] }, "compares values with a finite number, but got '0.2'."],
    ['nothing', null, 'takes what was observed, { labels, count, sum, values, min, max }, but got null.'],
  ])('throws for %s, with not as well', (_, expected, complaint) => {
    expect(() => expect(jobMetrics()).not.toHaveObserved('latency_seconds', expected as object)).toThrow(complaint);
  });

  test('refuses to guess values of a plain collector', () => {
    const metrics = createMetrics();
    metrics.histogram('latency_seconds', { help: 'Latency.' }).observe(1);
    expect(metrics).toHaveObserved('latency_seconds', { count: 1, sum: 1 });
    expect(() => expect(metrics).toHaveObserved('latency_seconds', { values: [1] })).toThrow(
      'values are kept by createTestMetrics()',
    );
  });
});

describe('toMatchExposition', () => {
  test('compares the families that the text names, whatever the order and spacing', () => {
    expect(jobMetrics()).toMatchExposition(`
      # TYPE jobs_total counter
      jobs_total{outcome="ok", queue="push"}   7.0
      jobs_total{queue="mail",outcome="failed"} 1
      jobs_total{queue="mail",outcome="ok",} 3e0

      # HELP latency_seconds Latency.
      latency_seconds_bucket{route="/",le="0.1"} 1
      latency_seconds_bucket{route="/",le="1.0"} 2
      latency_seconds_bucket{route="/",le="+Inf"} 3
      latency_seconds_sum{route="/"} 5.3
      latency_seconds_count{route="/"} 3
    `);
  });

  test('shows the lines that differ', () => {
    const text = 'jobs_total{queue="mail",outcome="ok"} 4\njobs_total{queue="push",outcome="ok"} 7';
    expect(() => expect(jobMetrics()).toMatchExposition(text)).toThrow(
      [
        'expected the metrics to match the exposition (- expected, + actual):',
        '',
        '+ jobs_total{outcome="failed",queue="mail"} 1',
        '+ jobs_total{outcome="ok",queue="mail"} 3',
        '- jobs_total{outcome="ok",queue="mail"} 4',
        '  jobs_total{outcome="ok",queue="push"} 7',
      ].join('\n'),
    );
  });

  test('throws for a name that nothing is written as, with not as well', () => {
    expect(() => expect(jobMetrics()).not.toMatchExposition('job_total 1')).toThrow(
      '[testing] No declared metric is written as "job_total". Did you mean "jobs_total"?',
    );
  });

  test('ignores the rounding of sums, too', () => {
    const metrics = createTestMetrics();
    const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [1] });
    for (const value of [0.1, 0.2]) latency.observe(value);
    expect(metrics).toMatchExposition(`
      latency_seconds_bucket{le="1"} 2
      latency_seconds_bucket{le="+Inf"} 2
      latency_seconds_sum 0.3
      latency_seconds_count 2
    `);
  });

  test('compares kinds and help if the text has them', () => {
    expect(() => expect(jobMetrics()).toMatchExposition('# TYPE queued counter\nqueued{queue="mail"} -2.5')).toThrow(
      '- # TYPE queued counter\n+ # TYPE queued gauge',
    );
  });

  test('writes names, units and label names as Prometheus has them', () => {
    const metrics = createTestMetrics();
    const dispatched = metrics.counter('command.dispatched.count', { help: 'Commands.', labelNames: ['error.type'] });
    dispatched.inc({ 'error.type': 'say "hi"\n\\o/' }, 2);
    metrics.gauge('lag', { help: 'Lag.', unit: 'milliseconds' }).set(1500);
    metrics.info('build', { help: 'Build.', labels: { version: '1.2' } });
    expect(metrics).toMatchExposition(String.raw`
      command_dispatched_total{error_type="say \"hi\"\n\\o/"} 2
      lag_milliseconds 1500
      build_info{version="1.2"} 1
    `);
  });

  test('fails with not if everything is equal', () => {
    expect(() => expect(jobMetrics()).not.toMatchExposition('queued{queue="mail"} -2.5')).toThrow('not to match');
    expect(jobMetrics()).not.toMatchExposition('queued{queue="mail"} 3');
  });

  test.each([
    ['queued{queue="mail} 1', 'Line 1 of the exposition is no sample: queued{queue="mail} 1'],
    ['queued{queue="mail"} many', 'is no sample'],
    ['queued{queue="mail" outcome="ok"} 1', 'is no sample'],
    ['queued 0x10', 'is no sample'],
    ['  \n# only a remark', 'names no metric'],
  ])('refuses what is no exposition: %s', (text, complaint) => {
    expect(() => expect(jobMetrics()).toMatchExposition(text)).toThrow(complaint);
  });
});

describe('plain functions', () => {
  test('pass where the matchers do', () => {
    const metrics = jobMetrics();
    assertCounted(metrics, 'jobs_total', { queue: 'mail', outcome: 'ok' }, 3);
    assertCounted(metrics, 'jobs_total', 11);
    assertCounted(metrics, 'jobs_total');
    assertGauge(metrics, 'queued', { queue: 'mail' }, -2.5);
    assertGauge(metrics, 'queued', -2.5);
    assertObserved(metrics, 'latency_seconds', { count: 3 });
    assertObserved(metrics, 'latency_seconds');
    assertExposition(metrics, 'queued{queue="mail"} -2.5');
  });

  test('throw an AssertionError with what was found and what was asked', () => {
    const failing = () => assertCounted(jobMetrics(), 'jobs_total', { queue: 'push' }, 8);
    expect(failing).toThrow(
      expect.objectContaining({
        name: 'AssertionError',
        code: 'ERR_ASSERTION',
        actual: 7,
        expected: 8,
        operator: 'assertCounted',
        message: expect.stringContaining('expected jobs_total{queue="push"} to have counted 8, but it counted 7'),
      }),
    );
    expect(() => assertGauge(jobMetrics(), 'queued', 1)).toThrow('to be 1, but it is -2.5');
    expect(() => assertObserved(jobMetrics(), 'latency_seconds', { count: 1 })).toThrow('observed count 3');
    expect(() => assertExposition(jobMetrics(), 'queued 1')).toThrow('- queued 1');
  });
});
