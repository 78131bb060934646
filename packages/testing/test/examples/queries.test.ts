import { createTestMetrics } from '@sightline/testing';
import '@sightline/testing/vitest';
import { expect, test } from 'vitest';

test('queries', async () => {
  // #region queries
  const metrics = createTestMetrics();
  const answers = metrics.counter('answers_total', { help: 'Answers.', labelNames: ['route', 'status'] });
  const latency = metrics.histogram('latency_seconds', { help: 'Latency.', buckets: [0.1, 1] });
  metrics.gauge('queue_length', { help: 'Jobs waiting.', collect: () => 7 });

  answers.inc({ route: '/', status: 200 }, 3);
  answers.inc({ route: '/', status: 404 });
  latency.observe(0.25);
  latency.observe(0.05);

  expect(metrics.value('answers_total', { route: '/', status: 200 })).toBe(3); // all labels: this series
  expect(metrics.value('answers_total', { route: '/' })).toBe(4); // fewer: all series that have these, together
  expect(metrics.value('answers_total', { route: '/none' })).toBeUndefined();
  expect(metrics.observations('latency_seconds')).toEqual([0.25, 0.05]); // the values, in order

  await metrics.collect(); // runs the callbacks
  expect(metrics.value('queue_length')).toBe(7);

  const since = metrics.mark();
  answers.inc({ route: '/', status: 200 });
  expect(since.delta('answers_total', { status: 200 })).toBe(1);

  metrics.reset(); // ends every series; instruments stay usable
  expect(metrics.value('answers_total')).toBeUndefined();
  // #endregion
});

test('time', async () => {
  // #region clock
  const metrics = createTestMetrics();
  const latency = metrics.histogram('latency_seconds', { help: 'Latency.' });

  const stop = latency.startTimer();
  metrics.clock.advance(1500); // timers that fall due run, in order
  stop();
  expect(metrics.observations('latency_seconds')).toEqual([1.5]);

  await metrics.clock.advanceAsync(10_000); // the same, and promises settle in between
  // #endregion
});

test('a whole page', () => {
  // #region exposition
  const metrics = createTestMetrics();
  metrics
    .counter('command.dispatched.count', { help: 'Commands.', labelNames: ['type'] })
    .inc({ type: 'CreateOrder' }, 2);

  expect(metrics).toMatchExposition(`
    # TYPE command_dispatched_total counter
    command_dispatched_total{type="CreateOrder"} 2
  `);
  // #endregion
});
