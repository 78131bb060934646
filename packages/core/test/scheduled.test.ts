import { lintMetrics } from '@sightline/core/lint';
import { createTestMetrics } from '@sightline/testing';
import { describe, expect, test } from 'vitest';
import { scheduledMetrics } from '../src/collection/scheduled/index.js';

function setting() {
  const lines: string[] = [];
  const metrics = createTestMetrics();
  const log = { info() {}, warn() {}, error: (_fields: object, line: string) => void lines.push(line) };
  return { metrics, lines, clock: metrics.clock, scheduled: scheduledMetrics(metrics, { log, clock: metrics.clock }) };
}

test('is computed at once and then every hour, whatever reads there are in between', async () => {
  const { metrics, clock, scheduled } = setting();
  let orders = 0;
  scheduled.gauge('orders_open', { help: 'Open orders.', compute: async () => ++orders });
  await clock.advanceAsync(0);
  expect(metrics.value('orders_open')).toBe(1);
  for (let i = 0; i < 10; i++) await metrics.collect();
  await clock.advanceAsync(3_599_000);
  expect(metrics.value('orders_open')).toBe(1);
  await clock.advanceAsync(2000);
  expect(metrics.value('orders_open')).toBe(2);
  expect(clock.timers.every(({ isRef }) => !isRef)).toBe(true);
});

test('with labels, what is not in the newest answer is ended', async () => {
  const { metrics, clock, scheduled } = setting();
  let answer = [
    { labels: { region: 'eu' }, value: 1 },
    { labels: { region: 'us' }, value: 2 },
  ];
  scheduled.gauge('revenue_euros', { help: 'Revenue.', labelNames: ['region'], compute: () => answer });
  await clock.advanceAsync(0);
  answer = [{ labels: { region: 'eu' }, value: 3 }];
  await scheduled.computeAll();
  expect(metrics.series('revenue_euros').map(({ labels, value }) => [labels['region'], value])).toEqual([['eu', 3]]);
});

describe('The newest values of a label that gets new ones for ever', () => {
  const dated = (...dates: unknown[]) => dates.map((date, i) => ({ labels: { date: date as string }, value: i }));
  const options = { help: 'Runs by day.', labelNames: ['date'], newest: { label: 'date', keep: 3 } } as const;

  test('are kept, and older ones are ended, in whatever order they come', async () => {
    const { metrics, clock, scheduled } = setting();
    let answer = dated('2025-10-31', '2025-11-02', '2025-11-01', '2025-10-30');
    scheduled.gauge('daily_runs', { ...options, compute: () => answer });
    await clock.advanceAsync(0);
    const dates = () => metrics.series('daily_runs').map(({ labels, value }) => [labels['date'], value]);
    expect(dates()).toEqual([
      ['2025-10-31', 0],
      ['2025-11-02', 1],
      ['2025-11-01', 2],
    ]);
    answer = dated('2025-11-03', '2025-11-02', '2025-11-01', '2025-10-31');
    await scheduled.computeAll();
    expect(dates()).toEqual(
      expect.arrayContaining([
        ['2025-11-03', 0],
        ['2025-11-02', 1],
        ['2025-11-01', 2],
      ]),
    );
    expect(dates()).toHaveLength(3);
  });

  test('are kept for a year of days without one series more, and lint finds nothing', async () => {
    const { metrics, scheduled } = setting();
    let day = 0;
    scheduled.gauge('daily_runs', {
      ...options,
      compute: () =>
        dated(...Array.from({ length: ++day }, (_, i) => new Date(i * 86_400_000).toISOString().slice(0, 10))),
    });
    for (let i = 0; i < 365; i++) {
      await scheduled.computeAll();
      expect(metrics.series('daily_runs').length).toBeLessThanOrEqual(3);
    }
    expect(metrics.series('daily_runs').map(({ labels }) => labels['date'])).toContain('1970-12-31');
    expect(lintMetrics(metrics.snapshot())).toEqual([]);
  });

  test('count by the value, whatever other labels there are', async () => {
    const { metrics, clock, scheduled } = setting();
    const weeks = ['2024-W52', '2025-W01', '2025-W02'];
    scheduled.gauge('weekly_accuracy', {
      help: 'Accuracy by week.',
      labelNames: ['week', 'metric_type'],
      newest: { label: 'week', keep: 2 },
      compute: () =>
        weeks.flatMap((week) => ['mape', 'rmse'].map((metric_type) => ({ labels: { week, metric_type }, value: 1 }))),
    });
    await clock.advanceAsync(0);
    expect(metrics.series('weekly_accuracy').map(({ labels }) => Object.values(labels).join(' '))).toEqual([
      '2025-W01 mape',
      '2025-W01 rmse',
      '2025-W02 mape',
      '2025-W02 rmse',
    ]);
  });

  test.each([[new Date(0)], ['03.11.2025'], ['today'], [undefined], [1762128000000]])(
    'are dates that sort by time, not %o',
    async (date) => {
      const { metrics, clock, scheduled, lines } = setting();
      scheduled.gauge('daily_runs', { ...options, compute: () => dated('2025-11-03', date) });
      await clock.advanceAsync(0);
      expect(lines[0]).toContain('each must be a date such as "2025-11-03"');
      expect(metrics.series('daily_runs')).toEqual([]);
    },
  );

  test.each([
    [{ label: 'day', keep: 3 }, 'keeps the newest values of "day", which is not one of its labels: it has "date".'],
    [{ label: 'date', keep: 0 }, 'keeps 0 values of "date". Give a whole number from 1, such as 7.'],
    [{ label: 'date', keep: '7' }, 'keeps "7" values of'],
  ])('are declared rightly, or refused: %o', (newest, message) => {
    const { scheduled } = setting();
    expect(() => scheduled.gauge('daily_runs', { ...options, newest: newest as never, compute: () => [] })).toThrow(
      message,
    );
  });
});

describe('A computation that fails', () => {
  test('keeps its last value, is reported once and counted, and the others go on', async () => {
    const { metrics, lines, clock, scheduled } = setting();
    let isDown = false;
    scheduled.gauge('orders_open', {
      help: 'Open orders.',
      intervalMs: 1000,
      compute: async () => {
        if (isDown) throw new Error('no connection');
        return 5;
      },
    });
    scheduled.gauge('users', { help: 'Users.', intervalMs: 1000, compute: () => clock.monotonicMs() });
    await clock.advanceAsync(0);
    isDown = true;
    await clock.advanceAsync(3500);
    expect(metrics.value('orders_open')).toBe(5);
    expect(metrics.value('users')).toBe(3000);
    expect(lines).toEqual(['[core] Computing "orders_open" failed: no connection. It keeps its last values.']);
    expect(metrics.value('sightline_scheduled_failures_total', { metric: 'orders_open' })).toBe(3);
    expect(metrics.value('sightline_scheduled_failures_total', { metric: 'users' })).toBe(0);
  });

  test('by taking too long is aborted, and what comes later is not used', async () => {
    const { metrics, clock, scheduled, lines } = setting();
    let signal: AbortSignal | undefined;
    let answer: (value: number) => void = () => {};
    scheduled.gauge('slow', {
      help: 'Slow.',
      timeoutMs: 500,
      compute: (given) => {
        signal = given;
        return new Promise<number>((resolve) => {
          answer = resolve;
        });
      },
    });
    await clock.advanceAsync(600);
    expect(signal?.aborted).toBe(true);
    answer(7);
    await clock.advanceAsync(0);
    expect(metrics.value('slow')).toBeUndefined();
    expect(lines[0]).toContain('did not finish within 500 ms');
  });

  test.each([
    ['17', 'one number is expected, but it is "17"'],
    [[{ count: 17n }], 'one number is expected, but it is an array'],
    [Number.NaN, 'one number is expected, but it is NaN'],
    [undefined, 'one number is expected, but it is undefined'],
  ])('by giving %o shows it', async (computed, expected) => {
    const { lines, clock, scheduled, metrics } = setting();
    scheduled.gauge('orders_open', { help: 'Open orders.', compute: () => computed as number });
    await clock.advanceAsync(0);
    expect(lines[0]).toContain(expected);
    expect(metrics.value('sightline_scheduled_failures_total', { metric: 'orders_open' })).toBe(1);
  });

  test.each([
    ['2', 'but that of {region="us"} is "2"'],
    [2n, 'but that of {region="us"} is 2n'],
    [Number.NaN, 'but that of {region="us"} is NaN'],
  ])('by one value of many, %o, writes none of them', async (value, expected) => {
    const { metrics, lines, clock, scheduled } = setting();
    const rows = [
      { labels: { region: 'eu' }, value: 1 },
      { labels: { region: 'us' }, value: value as number },
    ];
    scheduled.gauge('orders_open', { help: 'Open orders.', labelNames: ['region'], compute: () => rows });
    await clock.advanceAsync(0);
    expect(lines[0]).toContain(expected);
    expect(metrics.series('orders_open')).toEqual([]);
  });

  test('by a missing item says so', async () => {
    const { lines, clock, scheduled } = setting();
    const rows = [undefined as unknown as { labels: { region: string }; value: number }];
    scheduled.gauge('orders_open', { help: 'Open orders.', labelNames: ['region'], compute: () => rows });
    await clock.advanceAsync(0);
    expect(lines[0]).toContain('but one is undefined');
  });

  test('by giving the wrong kind of answer says what is expected', async () => {
    const { lines, clock, scheduled } = setting();
    scheduled.gauge('a', { help: 'A.', compute: () => [] });
    scheduled.gauge('b', { help: 'B.', labelNames: ['x'], compute: () => 1 });
    await clock.advanceAsync(0);
    expect(lines[0]).toContain('one number is expected');
    expect(lines[1]).toContain('a list of { labels, value } is expected');
  });
});

test('one computation never runs twice at once', async () => {
  const { scheduled } = setting();
  let running = 0;
  let most = 0;
  scheduled.gauge('a', {
    help: 'A.',
    compute: async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return 1;
    },
  });
  await Promise.all([scheduled.computeAll(), scheduled.computeAll()]);
  expect(most).toBe(1);
});

test('after stop nothing is computed', async () => {
  const { scheduled, clock, metrics } = setting();
  let runs = 0;
  scheduled.gauge('a', { help: 'A.', intervalMs: 10, compute: () => ++runs });
  await clock.advanceAsync(0);
  scheduled.shutdown();
  await clock.advanceAsync(1000);
  expect(metrics.value('a')).toBe(1);
});
