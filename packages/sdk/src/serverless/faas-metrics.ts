import { type Counter, DeclarationError, type Histogram, type Log, type MetricsCollector } from '@sightline/core';

/** Semantic conventions, FaaS metrics; `faas.batch_item_failures` is ours. */
export interface FaasMetrics {
  readonly duration: Histogram<'faas.trigger'>;
  readonly coldStarts: Counter<'faas.trigger'>;
  readonly errors: Counter<'faas.trigger' | 'error.type'>;
  readonly failedItems: Counter<'faas.trigger'>;
}

/** `undefined` where the service has other metrics of these names, which is logged. */
export function faasMetrics(metrics: MetricsCollector, log: Log): FaasMetrics | undefined {
  const labelNames = ['faas.trigger'] as const;
  try {
    return {
      duration: metrics.histogram('faas.invoke_duration', {
        help: 'Time that an invocation takes, without handing over telemetry.',
        unit: 'seconds',
        labelNames,
        buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
      }),
      coldStarts: metrics.counter('faas.coldstarts', {
        help: 'Invocations that a new process began with.',
        labelNames,
      }),
      errors: metrics.counter('faas.errors', {
        help: 'Invocations that failed.',
        labelNames: [...labelNames, 'error.type'],
      }),
      failedItems: metrics.counter('faas.batch_item_failures', {
        help: 'Items of batches that were reported as failed.',
        labelNames,
      }),
    };
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    log.error({ err: error }, `[sdk] serverlessHandler has no metrics: ${error.message}`);
    return undefined;
  }
}
