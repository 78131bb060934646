import { expect, test } from 'vitest';
import { createObservability, type MetricsWindow } from '../src/index.js';

test('a service reads its own window, by the keys of its metrics line, without any backend', async () => {
  const obs = createObservability({
    serviceName: 'collector',
    backend: 'none',
    logsStart: false,
    signals: false,
    logger: false,
    env: {},
    logSnapshot: { keys: { collector_reconnects_total: 'reconnects' } },
  });
  const reconnects = obs.metrics.counter('collector_reconnects_total', { help: 'Reconnects.' });
  const window: MetricsWindow = obs.window();
  const renamed = obs.window({ keys: { collector_reconnects_total: 'again' } });
  reconnects.inc(2);
  expect(window.getMetrics()).toMatchObject({ reconnects: 2, windowSeconds: expect.any(Number) });
  window.reset();
  expect(window.getMetrics()).toMatchObject({ reconnects: 0 });
  expect(renamed.getMetrics()).toMatchObject({ again: 2 });
  await obs.shutdown();
});
