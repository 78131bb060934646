import { context, TraceFlags, trace } from '@opentelemetry/api';
import type { NodeHandler } from '@sightline/base/server';
import { type ActiveSpan, createMetrics, type Metrics, type MetricsBackend, noopMetrics } from '@sightline/core';
import {
  collectProcessMetrics,
  type ProcessMetrics,
  type ProcessMetricsOptions,
} from '@sightline/system-metrics/process';
import { watchedBackend } from './backends/watched-backend.js';
import type { Configuration } from './configure.js';
import type { TelemetryServer } from './http/telemetry-server.js';
import type { Part } from './parts.js';
import type { Starts } from './starts.js';

/** The collector with its backends, all of them watched by `starts`, and the page of metrics on the server. */
export function startMetrics(configuration: Configuration, server: TelemetryServer, starts: Starts): Metrics {
  const { backends, isDisabled, opensServer, log } = configuration;

  const openServer = (): void => {
    if (opensServer === 'never' || starts.states.has(theServer)) return;
    starts.begin(theServer);
    server.open().then(
      () => starts.started(theServer),
      (error: unknown) => starts.failed(theServer, error),
    );
  };

  starts.begin(theCollector);
  const watched = backends.map((backend) => {
    const what = `backend "${backend.name}"`;
    starts.begin(what);
    server.isPageExpected ||= backend.name === 'prometheus' || 'handler' in backend;
    return watchedBackend(backend, {
      started(running) {
        if (hasPage(running)) {
          server.mount(running.handler);
          if (running.address === undefined) openServer();
        }
        starts.started(what);
      },
      failed: (error) => starts.failed(what, error),
    });
  });
  const metrics = isDisabled
    ? noopMetrics
    : createMetrics({ ...configuration.metrics, backends: watched, log, activeSpan });
  void metrics.ready; // asked for, so that the collector leaves it to `starts` to log what fails
  if (opensServer === 'always') openServer();
  starts.started(theCollector);
  return metrics;
}

export function metricsPart(metrics: Metrics, { processMetrics, isDisabled }: Configuration): Part {
  const isCollecting = processMetrics !== false && !isDisabled;
  const collecting = isCollecting ? startProcessMetrics(metrics, processMetrics) : undefined;
  return {
    name: 'metrics',
    flush: (deadline) => metrics.flush(deadline),
    async shutdown(options) {
      await metrics.shutdown(options);
      collecting?.stop();
    },
  };
}

function startProcessMetrics(metrics: Metrics, options: true | ProcessMetricsOptions): ProcessMetrics {
  try {
    return collectProcessMetrics(metrics, options === true ? {} : options);
  } catch (error) {
    void metrics.shutdown(); // the backends are being started already
    throw error;
  }
}

/** For exemplars. Asked with every recording, so nothing is made where there is no sampled span. */
const activeSpan: ActiveSpan = () => {
  const span = trace.getSpanContext(context.active());
  if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { traceId: span.traceId, spanId: span.spanId, isSampled: true };
};

const theCollector = 'collector';
const theServer = 'HTTP server';

/** A backend that answers requests for a page of metrics, such as `prometheusBackend()`; one with an `address` has a server of its own. */
interface BackendWithPage extends MetricsBackend {
  readonly handler: NodeHandler;
  readonly address?: unknown;
}

function hasPage(backend: MetricsBackend): backend is BackendWithPage {
  return 'handler' in backend && typeof backend.handler === 'function';
}
