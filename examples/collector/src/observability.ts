import type { Log } from '@sightline/sdk';
import { createObservability, type Observability, type ObservabilityOptions } from '@sightline/sdk';
import { logLineKeys } from './collector-metrics.js';

/** Where metrics go unless `METRICS_BACKEND` says otherwise: a page to look at, and a line for each window. */
export const defaultBackend = 'prometheus,log';

export interface CollectorObservabilityOptions {
  /** Logs problems of Sightline itself. Default: the observability's own logger. */
  readonly log?: Log;
  readonly env?: ObservabilityOptions['env'];
  /** Writes the lines of the backend `log`. Default: the destination of all log lines. */
  readonly lines?: NonNullable<ObservabilityOptions['logSnapshot']>['logger'];
}

/** All configuration of metrics and log lines. `METRICS_BACKEND` and `LOG_LEVEL` choose; the rest is here. */
export function collectorObservability({ log, env, lines }: CollectorObservabilityOptions = {}): Observability {
  return createObservability({
    serviceName: 'ws-collector',
    defaults: { backend: defaultBackend },
    logSnapshot: {
      keys: logLineKeys,
      // The other metrics repeat these numbers for dashboards, or describe the process.
      include: [...Object.keys(logLineKeys), 'sightline_*_total'],
      logger: lines,
    },
    live: true,
    // The entry point shuts down the collector first, so that the last window has its final counts.
    signals: false,
    env,
    log,
  });
}
