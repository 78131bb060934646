import { createMetrics } from '@sightline/core';
import { expect, test } from 'vitest';
import { logSnapshotBackend, type MetricsWindowOptions, metricsWindow } from '../src/index.js';
import { ManualClock } from './manual-clock.js';

const keys = { collector_messages_received_total: 'received', collector_errors_total: 'errors' };

/** A collector that also writes lines, and a window over it. */
function setting(options: MetricsWindowOptions = { keys }) {
  const clock = new ManualClock();
  const lines: object[] = [];
  const logger = { info: (fields: object) => void lines.push((fields as { metrics: object }).metrics) };
  const metrics = createMetrics({ clock, backends: [logSnapshotBackend({ logger, keys })] });
  const received = metrics.counter('collector_messages_received_total', {
    help: 'h',
    labelNames: ['channel', 'symbol'],
  });
  const errors = metrics.counter('collector_errors_total', { help: 'h' });
  const publish = metrics.histogram('publish_seconds', { help: 'h' });
  return { clock, lines, metrics, received, errors, publish, window: metricsWindow(metrics, { clock, ...options }) };
}

test('holds what a line of the log holds, with its length called windowSeconds', async () => {
  const { clock, lines, received, publish, errors, window } = setting();
  received.inc({ channel: 'ticker', symbol: 'BTC_JPY' }, 150);
  publish.observe(0.25);
  await clock.advance(10_000);
  const { windowSeconds, ...others } = window.getMetrics();
  expect(windowSeconds).toBe(10);
  const [{ window_seconds, ...line } = { window_seconds: Number.NaN }] = lines as Array<{ window_seconds: number }>;
  expect(window_seconds).toBe(10);
  expect(others).toEqual(line);
  expect(others).toMatchObject({
    received: { 'ticker:BTC_JPY': 150 },
    errors: 0,
    publish_seconds: { count: 1, p99: 0.25 },
  });
  expect(errors.value()).toBe(0);
});

test('goes on until it is reset, however often it is read', async () => {
  const { clock, errors, window } = setting();
  errors.inc(2);
  await clock.advance(1000);
  expect(window.getMetrics()).toMatchObject({ errors: 2, windowSeconds: 1 });
  errors.inc();
  await clock.advance(1000);
  expect(window.getMetrics()).toMatchObject({ errors: 3, windowSeconds: 2 });
  window.reset();
  expect(window.getMetrics()).toMatchObject({ errors: 0, windowSeconds: 0 });
});

test('loses nothing that is recorded between the last read and the reset', async () => {
  const { clock, errors, window } = setting();
  errors.inc(2);
  expect(window.getMetrics()).toMatchObject({ errors: 2 });
  await clock.advance(1000);
  errors.inc(5);
  window.reset();
  expect(window.getMetrics()).toMatchObject({ errors: 5, windowSeconds: 1 });
  window.reset();
  errors.inc();
  window.reset();
  window.reset();
  expect(window.getMetrics()).toMatchObject({ errors: 0 });
});

test('begins with its call', () => {
  const { metrics, errors, clock } = setting();
  errors.inc(7);
  const later = metricsWindow(metrics, { clock });
  errors.inc();
  expect(later.getMetrics()).toMatchObject({ collector_errors_total: 1 });
});

test('disturbs neither the lines nor other windows, nor they it', async () => {
  const { clock, lines, errors, window, metrics } = setting();
  const other = metricsWindow(metrics, { clock, keys });
  errors.inc(3);
  expect(window.getMetrics()).toMatchObject({ errors: 3 });
  window.reset();
  errors.inc();
  await clock.advance(10_000);
  expect(lines).toMatchObject([{ errors: 4 }]);
  expect(other.getMetrics()).toMatchObject({ errors: 4 });
  expect(window.getMetrics()).toMatchObject({ errors: 1 });
  other.shutdown();
  window.shutdown();
});

test('runs collect callbacks where it is asked to collect, and only there', async () => {
  const { metrics, window } = setting();
  let reads = 0;
  metrics.gauge('queue_length', { help: 'h', collect: () => ++reads });
  expect(window.getMetrics()).toMatchObject({ queue_length: 0 });
  expect(await window.collect()).toMatchObject({ queue_length: 1 });
  window.reset();
  expect(window.getMetrics()).toMatchObject({ queue_length: 1 });
});

test('keeps series that end within it', () => {
  const { received, window } = setting();
  received.inc({ channel: 'a', symbol: 'b' }, 4);
  received.clear();
  expect(window.getMetrics()).toMatchObject({ received: { 'a:b': 4 } });
});

test('writes only what is selected, and no metric over its own length', () => {
  const { metrics, clock } = setting();
  metrics.gauge('length', { help: 'h' }).set(7);
  const named = metricsWindow(metrics, { clock, include: ['length'], keys: { length: 'windowSeconds' } });
  expect(named.getMetrics()).toEqual({ windowSeconds: 0, windowSeconds_: 7 });
  expect(() => metricsWindow(metrics, { keys: { a: 'x', b: 'x' } })).toThrow('keys["b"] is "x"');
});
