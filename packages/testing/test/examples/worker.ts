import type { MetricsCollector } from '@sightline/core';

export interface Worker {
  run(queue: string, mail: string): Promise<void>;
}

export function createWorker(metrics: MetricsCollector, deliver: (mail: string) => Promise<void>): Worker {
  const jobs = metrics.counter('jobs_total', { help: 'Jobs by outcome.', labelNames: ['queue', 'outcome'] });
  const duration = metrics.histogram('job_duration_seconds', { help: 'Time per job.', labelNames: ['queue'] });
  const active = metrics.gauge('jobs_active', { help: 'Jobs in flight.' });
  return {
    async run(queue, mail) {
      try {
        await active.track(() => duration.time({ queue }, () => deliver(mail)));
        jobs.inc({ queue, outcome: 'ok' });
      } catch {
        jobs.inc({ queue, outcome: 'failed' });
      }
    },
  };
}
