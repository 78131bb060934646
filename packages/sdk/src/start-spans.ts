import type { Metrics } from '@sightline/core';
import { FlushError } from '@sightline/core';
import { resourceOf } from '@sightline/settings';
import { startTracing, type Tracing } from '@sightline/tracing/sdk';
import type { SpanProcessor } from '@sightline/tracing/tracer';
import type { Component } from './components.js';
import type { Configuration } from './configuration.js';
import type { Startup } from './startup.js';

/** Started after the metrics, which count what becomes of the spans. */
export function startSpans(
  { tracing, service, log, isDisabled }: Configuration,
  metrics: Metrics,
  startup: Startup,
  processors: readonly SpanProcessor[],
): Tracing {
  // The variable that disables OpenTelemetry makes tracing do nothing.
  const isOff = tracing === undefined;
  const started = startTracing({
    ...tracing,
    spanProcessors: [...(tracing?.spanProcessors ?? []), ...(isOff ? [] : processors)],
    serviceName: service.name,
    resource: { ...resourceOf(service), ...tracing?.resource },
    metrics,
    log,
    env: isOff ? { OTEL_SDK_DISABLED: 'true' } : {},
    drainsAtExit: false,
    // Propagators work where a variable disables tracing. Where the code says that there is none, another SDK may do it.
    isGlobal: isOff ? isDisabled : tracing.isGlobal,
  });
  if (!isOff) {
    startup.begin(theSpans);
    started.ready.then(
      () => startup.started(theSpans),
      (error: unknown) => startup.failed(theSpans, error),
    );
  }
  return started;
}

export function spansComponent(tracing: Tracing): Component {
  return {
    name: 'spans',
    async flush(deadline) {
      const { dropped, pending } = await tracing.flush(deadline);
      if (dropped + pending === 0) return;
      const lost = dropped === 0 ? [] : [`${dropped} spans were lost.`];
      const late = pending === 0 ? [] : [`${pending} spans were not sent within ${deadline.timeoutMs} ms.`];
      throw new FlushError(`[tracing] ${[...lost, ...late].join(' ')}`, []);
    },
    async shutdown(deadline) {
      await tracing.shutdown(deadline);
    },
  };
}

const theSpans = 'spans';
