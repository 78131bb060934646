import { test } from 'node:test';
import { assertCounted, assertObserved, createTestMetrics } from '@sightline/testing';
import { createWorker } from './worker.js';

test('counts a delivered mail and how long it took', async () => {
  const metrics = createTestMetrics();
  const worker = createWorker(metrics, async () => metrics.clock.advance(250));

  await worker.run('mail', 'hello');

  assertCounted(metrics, 'jobs_total', { queue: 'mail', outcome: 'ok' }, 1);
  assertObserved(metrics, 'job_duration_seconds', { labels: { queue: 'mail' }, values: [0.25] });
});
