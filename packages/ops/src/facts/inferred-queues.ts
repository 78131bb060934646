import type { Catalogue } from '../model/catalogue.js';
import type { QueueFact } from '../model/facts.js';
import { equal } from '../promql/selectors.js';

/** QueueBacklog's limit, if a definition gives none. */
export const QUEUE_LIMIT = 50;

/** The queues that a catalogue has by its names: runs that wait, and the jobs of Bull and BullMQ. */
export function inferredQueues({ metrics }: Catalogue): QueueFact[] {
  return metrics.flatMap(({ name, type }) => {
    if (type !== 'gauge') return [];
    if (name === 'bullmq_job_count') return [{ ...queue(name), selector: waitingJobs }];
    return name === 'bull_queue_waiting' || name.endsWith('_runs_queued') ? [queue(name)] : [];
  });
}

const waitingJobs = { metric: 'bullmq_job_count', matchers: [equal('state', 'waiting')] };

function queue(metric: string): QueueFact {
  return { selector: { metric, matchers: [] }, limit: QUEUE_LIMIT };
}
