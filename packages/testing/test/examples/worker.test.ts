import { createTestMetrics } from '@sightline/testing';
import '@sightline/testing/vitest';
import { expect, test } from 'vitest';
import { createWorker } from './worker.js';

test('counts a delivered mail and how long it took', async () => {
  const metrics = createTestMetrics();
  const worker = createWorker(metrics, async () => metrics.clock.advance(250));

  await worker.run('mail', 'hello');

  expect(metrics).toHaveCounted('jobs_total', { queue: 'mail', outcome: 'ok' }, 1);
  expect(metrics).toHaveObserved('job_duration_seconds', { labels: { queue: 'mail' }, values: [0.25] });
  expect(metrics).toHaveGauge('jobs_active', 0);
});

test('counts a failure as such, and only once', async () => {
  const metrics = createTestMetrics();
  const worker = createWorker(metrics, () => Promise.reject(new Error('no route to host')));

  const changes = await metrics.deltaOf(() => worker.run('mail', 'hello'));

  expect(changes).toHaveCounted('jobs_total', { outcome: 'failed' }, 1);
  expect(changes).not.toHaveCounted('jobs_total', { outcome: 'ok' });
});
