import { runWithContext } from '@sightline/context';
import { createTestObservability } from '@sightline/testing/observability';
import { expect, test } from 'vitest';
import '../src/vitest.js';

test('what one piece of work leaves behind can be asked for in one place', async () => {
  const obs = createTestObservability({ serviceName: 'orders' });
  const placed = obs.metrics.counter('orders_placed_total', { help: 'Orders placed.', labelNames: ['region'] });

  await runWithContext({ request_id: 'r-1' }, () =>
    obs.operation('order.process', { labels: { region: 'eu' } }, async () => {
      obs.clock.advance(250);
      placed.inc({ region: 'eu' });
      obs.logger.info({ order: 7 }, 'placed');
    }),
  );

  expect(obs).toHaveCounted('orders_placed_total', { region: 'eu' }, 1);
  expect(obs).toHaveObserved('order.process.duration', { labels: { region: 'eu' }, values: [0.25] });
  expect(obs).toHaveSpan({ name: 'order.process', attributes: { region: 'eu' } });
  expect(obs.logs).toHaveLogged({ level: 'info', message: 'placed', context: { order: 7, request_id: 'r-1' } });
  obs.assertNoLeaks();
});

test('a failing operation is seen in all three', () => {
  const obs = createTestObservability();
  expect(() =>
    obs.operation('order.process', () => {
      throw new RangeError('sold out');
    }),
  ).toThrow(RangeError);
  expect(obs).toHaveCounted('order.process.errors', { 'error.type': 'RangeError' }, 1);
  expect(obs).toHaveSpan({ name: 'order.process', status: 'error' });
  expect(obs.logs).toHaveLogged({ level: 'error', message: 'order.process failed' });
});

test('two of them share nothing, and reset forgets everything', () => {
  const [one, two] = [createTestObservability(), createTestObservability()];
  one.spans.span('a', () => one.logger.warn('b'));
  expect(two.traces.finished).toEqual([]);
  expect(two.logs.lines).toEqual([]);
  one.reset();
  expect(one.traces.finished).toEqual([]);
  expect(one.logs.lines).toEqual([]);
});

test('leaks are reported', () => {
  const obs = createTestObservability();
  obs.spans.startSpan('never ended');
  expect(() => obs.assertNoLeaks()).toThrow('never ended');
});

test('metrics are linted like other code', () => {
  const obs = createTestObservability();
  obs.metrics.counter('jobs_total', { help: 'Jobs that were done.', labelNames: ['queue'] });
  expect(obs.metrics).toFollowNamingRules();
  obs.metrics.counter('tasks', { help: 'Jobs that were done.', labelNames: ['user_id'] });
  expect(obs.metrics).not.toFollowNamingRules();
  expect(() => expect(obs.metrics).toFollowNamingRules()).toThrow(/error {2}tasks has the label "user_id"/);
  expect(obs.metrics).toFollowNamingRules({ ignore: [{ metric: 'tasks' }] });
});
