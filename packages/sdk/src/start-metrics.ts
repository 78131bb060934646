import { context, TraceFlags, trace } from '@opentelemetry/api';
import type { NodeHandler } from '@sightline/base/server';
import { type ActiveSpan, createMetrics, type Metrics, type MetricsBackend, noopMetrics } from '@sightline/core';
import {
  collectProcessMetrics,
  type ProcessMetrics,
  type ProcessMetricsOptions,
} from '@sightline/system-metrics/process';
import { watchedBackend } from './backends/watched-backend.js';
import type { Component } from './components.js';
import type { Configuration } from './configuration.js';
import type { TelemetryServer } from './http/telemetry-server.js';
import type { Startup } from './startup.js';

/** The collector with its backends, all of them watched by `startup`, and the page of metrics on the server. */
export function startMetrics(configuration: Configuration, server: TelemetryServer, startup: Startup): Metrics {
  const { backends, isDisabled, opensServer, log } = configuration;

  const openServer = (): void => {
    if (opensServer === 'never' || startup.states.has(theServer)) return;
    startup.begin(theServer);
    server.open().then(
      () => startup.started(theServer),
      (error: unknown) => startup.failed(theServer, error),
    );
  };

  startup.begin(theCollector);
  const watched = backends.map((backend) => {
    const what = `backend "${backend.name}"`;
    startup.begin(what);
    server.isPageExpected ||= backend.name === 'prometheus' || 'handler' in backend;
    return watchedBackend(backend, {
      started(running) {
        if (hasPage(running)) {
          server.mount(running.handler);
          if (running.address === undefined) openServer();
        }
        startup.started(what);
      },
      failed: (error) => startup.failed(what, error),
    });
  });
  const metrics = isDisabled
    ? noopMetrics
    : createMetrics({ ...configuration.metrics, backends: watched, log, activeSpan });
  void metrics.ready; // asked for, so that the collector leaves it to `startup` to log what fails
  if (opensServer === 'always') openServer();
  startup.started(theCollector);
  return metrics;
}

export function metricsComponent(metrics: Metrics, { processMetrics, isDisabled }: Configuration): Component {
  const isCollecting = processMetrics !== false && !isDisabled;
  const collecting = isCollecting ? startProcessMetrics(metrics, processMetrics) : undefined;
  return {
    name: 'metrics',
    flush: (deadline) => metrics.flush(deadline),
    async shutdown(options) {
      await metrics.shutdown(options);
      collecting?.shutdown();
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

/** For exemplars. Called with every recording, so nothing is allocated if there is no sampled span. */
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
