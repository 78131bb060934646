import { type MetricsWindowOptions, metricsWindow } from '@sightline/backend-log-snapshot/window';
import { consoleLog, safeLog, systemClock } from '@sightline/base';
import type { DeadlineOptions, ShutdownOptions } from '@sightline/core/backend';
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
import { metricsPart, startMetrics } from './start-metrics.js';
import { spansPart, startSpans } from './start-spans.js';
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
  const log = new EndLog(safeLog(target));
  const health = new HealthChecks(log, systemClock);
  const server = new TelemetryServer({ http: configuration.http, health, log });
  const starts = new Starts(log);
  const metrics = startMetrics({ ...configuration, log }, server, starts);
  health.recordIn(metrics);
  const tracing = startSpans({ ...configuration, log }, metrics, starts);
  const lines = startLogger(configuration, metrics, options.env ?? process.env);
  deferred.attach(safeLog(lines.own ?? consoleLog));
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
    window: (given) => metricsWindow(metrics, { ...windowOptionsOf(options), ...given }),
    health,
    service,
    handler: server.handler,
    get ready() {
      return starts.ready;
    },
    get address() {
      return server.address;
    },
    explain: () => explanation({ configuration, states: starts.states, url: server.address?.url, tracing }),
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
    starts.whenReady(() => log.info({}, startLine(configuration, server.address?.url)));
  }
  tellOfNodeEnv(settings, consoleLog);
  return { observability, settings };
}

/** What the metrics line is made by, in code or else by default. */
function windowOptionsOf({ logSnapshot, defaults }: ObservabilityOptions): MetricsWindowOptions {
  const { keys, include, exclude } = { ...defaults?.logSnapshot, ...logSnapshot };
  return { keys, include, exclude };
}

/** What is wrong is told even where there will be no logger. */
function configured(options: ObservabilityOptions, deferred: DeferredLog): Configuration {
  try {
    return configure(options, deferred);
  } catch (error) {
    deferred.attach(safeLog(consoleLog));
    throw error;
  }
}

async function nothing(): Promise<void> {}
