import type { CatalogueMetric } from '../model/catalogue.js';

/** What the usual exporters of Bull's and BullMQ's queues have. They are not ours: a service that exports others says so by `queues`. */
export const queuePack: readonly CatalogueMetric[] = [
  ...(['waiting', 'active', 'delayed', 'completed', 'failed'] as const).map((state) =>
    gauge(`bull_queue_${state}`, `Jobs that are ${state}, by queue.`, [{ name: 'queue' }]),
  ),
  gauge('bullmq_job_count', 'Jobs by queue and state.', [
    { name: 'queue' },
    { name: 'state', values: ['waiting', 'active', 'delayed', 'completed', 'failed', 'prioritized', 'paused'] },
  ]),
];

function gauge(name: string, help: string, labels: CatalogueMetric['labels']): CatalogueMetric {
  return { name, declaredName: name, type: 'gauge', help, labels, source: 'queue' };
}
