import type { Log } from '@sightline/sdk';
import { createObservability, type Observability, type ObservabilityOptions } from '@sightline/sdk';
import { logLineKeys } from './collector-metrics.js';

/** Where metrics go unless `METRICS_BACKEND` says otherwise: a page to look at, and a line for each window. */
export const defaultBackend = 'prometheus,log';

export interface CollectorObservabilityOptions {
  /** Where Sightline itself reports. Default: the observability's own logger. */
  readonly log?: Log;
  readonly env?: ObservabilityOptions['env'];
  /** Where the lines of the backend `log` go. Default: where all log lines go. */
  readonly lines?: NonNullable<ObservabilityOptions['logSnapshot']>['logger'];
}

/** All that the service says about where its metrics and log lines go. `METRICS_BACKEND` and `LOG_LEVEL` choose; the rest is here. */
export function collectorObservability({ log, env, lines }: CollectorObservabilityOptions = {}): Observability {
  return createObservability({
    serviceName: 'ws-collector',
    defaults: { backend: defaultBackend },
    logSnapshot: {
      keys: logLineKeys,
      // What else there is repeats these numbers for dashboards, or tells about the process.
      include: [...Object.keys(logLineKeys), 'sightline_*_total'],
      logger: lines,
    },
    // The entry point ends the collector first, so that what it still counts is in the last window.
    signals: false,
    env,
    log,
  });
}
