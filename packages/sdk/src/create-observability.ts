import { context, TraceFlags, trace } from '@opentelemetry/api';
import type { NodeHandler } from '@sightline/backend-prometheus/server';
import {
  type ActiveSpan,
  consoleLog,
  createMetrics,
  type DeadlineOptions,
  FlushError,
  type Log,
  type Metrics,
  type MetricsBackend,
  noopMetrics,
  type ShutdownOptions,
  systemClock,
} from '@sightline/core';
import { resourceOf } from '@sightline/settings';
import {
  collectProcessMetrics,
  type ProcessMetrics,
  type ProcessMetricsOptions,
} from '@sightline/system-metrics/process';
import { startTracing, type Tracing } from '@sightline/tracing/sdk';
import { watchedBackend } from './backends/watched-backend.js';
import { type Configuration, configure } from './configure.js';
import { explanation } from './explanation.js';
import { HealthChecks } from './http/health.js';
import { TelemetryServer } from './http/telemetry-server.js';
import { DeferredLog } from './logs/deferred-log.js';
import { EndLog } from './logs/end-log.js';
import { startLogger } from './logs/start-logger.js';
import type { Observability } from './observability.js';
import { operationsOf } from './operation.js';
import type { ObservabilityOptions } from './options.js';
import { flushParts, type Part, shutDownParts } from './parts.js';
import { adopt } from './register/adopt.js';
import { preloadedHere, type Started } from './register/preloaded.js';
import { tellOfNodeEnv } from './settings/test-run.js';
import { exitCoordinator } from './signals/exit-coordinator.js';
import { startLine } from './start-line.js';
import { Starts } from './starts.js';

/**
 * Sets up a service's telemetry from code and environment. Instruments record at once; backends are loaded in the background,
 * which `ready` tells about. Throws a `ConfigurationError` for wrong options, with all of them in its message.
 *
 * In a thread that has preloaded `@sightline/sdk/register` the first call returns the observability of that, with these options.
 */
export function createObservability(options: ObservabilityOptions = {}): Observability {
  const preloaded = preloadedHere();
  if (preloaded !== undefined && !preloaded.isAdopted) return adopt(preloaded, options, startObservability);
  return startObservability(options).observability;
}

/** The same without a look at what was preloaded, and with the settings that it runs with. */
export function startObservability(options: ObservabilityOptions): Started {
  const deferred = new DeferredLog();
  const configuration = configured(options, deferred);
  const { service, settings, log: target, shutdownTimeoutMs, shutdownLingerMs } = configuration;
  const log = new EndLog(target);
  const health = new HealthChecks(log, systemClock);
  const server = new TelemetryServer({ http: configuration.http, health, log });
  const starts = new Starts(log);
  const metrics = startMetrics({ ...configuration, log }, server, starts);
  health.recordIn(metrics);
  const tracing = startSpans({ ...configuration, log }, metrics, starts);
  const lines = startLogger(configuration, metrics, options.env ?? process.env);
  deferred.attach(lines.own ?? consoleLog);
  if (lines.own !== undefined) configuration.lines.logger = lines.logger;

  // In the order in which they end: what comes in first, logs last.
  const parts: readonly Part[] = [
    { name: 'intake', flush: nothing, shutdown: async () => health.beginDraining() },
    spansPart(tracing),
    metricsPart(metrics, configuration),
    { name: 'the HTTP server', flush: nothing, shutdown: ({ timeoutMs }) => server.close(Math.min(timeoutMs, 1000)) },
    { name: 'the report of what was lost', flush: nothing, shutdown: async () => log.finish() },
    lines.part,
  ];

  let ending: Promise<void> | undefined;
  const observability: Observability = {
    metrics,
    logger: lines.logger,
    loggerFor: lines.loggerFor,
    log: target,
    spans: tracing.spans,
    tracing,
    operation: operationsOf({ metrics, spans: tracing.spans, log: lines.logger }),
    health,
    service,
    handler: server.handler,
    get ready() {
      return starts.ready;
    },
    get address() {
      return server.address;
    },
    explain: () => explanation({ settings, service, states: starts.states, url: server.address?.url, tracing }),
    flush: ({ timeoutMs = shutdownTimeoutMs }: Partial<DeadlineOptions> = {}) =>
      ending ?? flushParts(parts, { timeoutMs }, systemClock),
    shutdown({ timeoutMs = shutdownTimeoutMs, lingerMs = shutdownLingerMs }: Partial<ShutdownOptions> = {}) {
      if (ending !== undefined) return ending;
      log.begin();
      ending = shutDownParts(parts, { timeoutMs, lingerMs }, systemClock, log).finally(leave);
      return ending;
    },
  };
  const leave = configuration.signals
    ? exitCoordinator().add({
        beginDraining: () => health.beginDraining(),
        flush: () => observability.flush().catch(() => {}), // what failed was logged by whoever could not send
        shutdown: () => observability.shutdown(),
      })
    : () => {};
  if (configuration.logsStart) {
    starts.whenReady(() => tell(log, startLine(configuration, server.address?.url)));
  }
  tellOfNodeEnv(settings, consoleLog);
  return { observability, settings };
}

/** What is wrong is told even where there will be no logger. */
function configured(options: ObservabilityOptions, deferred: DeferredLog): Configuration {
  try {
    return configure(options, deferred);
  } catch (error) {
    deferred.attach(consoleLog);
    throw error;
  }
}

function tell(log: Log, line: string): void {
  try {
    log.info({}, line);
  } catch {
    // A logger that fails must not keep the service from starting.
  }
}

/** The collector with its backends, all of them watched by `starts`, and the page of metrics on the server. */
function startMetrics(configuration: Configuration, server: TelemetryServer, starts: Starts): Metrics {
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

/** Started after the metrics, which count what becomes of the spans. */
function startSpans({ tracing, service, log }: Configuration, metrics: Metrics, starts: Starts): Tracing {
  // A variable that disables OpenTelemetry is how tracing is told to do nothing.
  const isOff = tracing === undefined;
  const started = startTracing({
    ...tracing,
    serviceName: service.name,
    resource: { ...resourceOf(service), ...tracing?.resource },
    metrics,
    log,
    env: isOff ? { OTEL_SDK_DISABLED: 'true' } : {},
    drainsAtExit: false,
  });
  if (!isOff) {
    starts.begin(theSpans);
    started.ready.then(
      () => starts.started(theSpans),
      (error: unknown) => starts.failed(theSpans, error),
    );
  }
  return started;
}

function spansPart(tracing: Tracing): Part {
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

/** For exemplars. Asked with every recording, so nothing is made where there is no sampled span. */
const activeSpan: ActiveSpan = () => {
  const span = trace.getSpanContext(context.active());
  if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { traceId: span.traceId, spanId: span.spanId, isSampled: true };
};

const theSpans = 'spans';
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

function metricsPart(metrics: Metrics, { processMetrics, isDisabled }: Configuration): Part {
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

async function nothing(): Promise<void> {}
