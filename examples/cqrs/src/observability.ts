import { createObservability, type Observability } from '@sightline/sdk';
import type { Telemetry } from './bus/open-buses.js';
import { metricsLines } from './metrics-lines.js';

/** All configuration of telemetry; the environment chooses its targets (`METRICS_BACKEND`, `OTEL_*`, `LOG_LEVEL`). */
export function shopObservability(
  serviceName: string,
  env: Readonly<Record<string, string | undefined>>,
): Observability {
  return createObservability({
    serviceName,
    defaults: { backend: 'log', tracing: { intervalMs: 250 } },
    logSnapshot: {
      include: ['command.*', 'event.*', 'query.*', 'saga.*', 'shop.*'],
      logger: metricsLines(serviceName),
    },
    logger: { destination: 'stderr' }, // standard output is for readers
    // The viewer of the run has a page for all services; it may be asked for one of this service's own, too.
    live: { listens: false },
    // Consuming stops first, so that the last messages are handled, counted and traced.
    signals: false,
    env,
  });
}

export function telemetryOf({ spans, metrics }: Observability): Telemetry {
  return { spans, metrics };
}
