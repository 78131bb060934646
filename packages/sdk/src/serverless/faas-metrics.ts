import type { Log } from '@sightline/base';
import type { Counter, Histogram, MetricsCollector } from '@sightline/core';
import { declareEach, reasonsOf } from '../declare-each.js';

/** Semantic conventions, FaaS metrics; `faas.batch_item_failures` is ours. */
export interface FaasMetrics {
  readonly duration: Histogram<'faas.trigger'>;
  readonly coldStarts: Counter<'faas.trigger'>;
  readonly errors: Counter<'faas.trigger' | 'error.type'>;
  readonly failedItems: Counter<'faas.trigger'>;
}

/** One of which the service has another metric of that name records nothing, which is logged. */
export function faasMetrics(metrics: MetricsCollector, log: Log): FaasMetrics {
  const labelNames = ['faas.trigger'] as const;
  const each = declareEach(metrics);
  const declared: FaasMetrics = {
    duration: each('faas.invoke_duration', (collector) =>
      collector.histogram('faas.invoke_duration', {
        help: 'Time that an invocation takes, without handing over telemetry.',
        unit: 'seconds',
        labelNames,
        buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
      }),
    ),
    coldStarts: each('faas.coldstarts', (collector) =>
      collector.counter('faas.coldstarts', { help: 'Invocations that a new process began with.', labelNames }),
    ),
    errors: each('faas.errors', (collector) =>
      collector.counter('faas.errors', {
        help: 'Invocations that failed.',
        labelNames: [...labelNames, 'error.type'],
      }),
    ),
    failedItems: each('faas.batch_item_failures', (collector) =>
      collector.counter('faas.batch_item_failures', {
        help: 'Items of batches that were reported as failed.',
        labelNames,
      }),
    ),
  };
  if (each.refused.size > 0) {
    const names = [...each.refused.keys()].map((name) => `"${name}"`).join(' and ');
    log.error(
      { err: [...each.refused.values()][0] },
      `[sdk] serverlessHandler does not record ${names}: ${reasonsOf(each.refused)} Its other metrics are recorded. Rename or leave out the service's own.`,
    );
  }
  return declared;
}
