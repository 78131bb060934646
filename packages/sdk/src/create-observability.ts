import { metricsWindow } from '@sightline/backend-log-snapshot/window';
import { consoleLog, safeLog, systemClock } from '@sightline/base';
import { type Component, flushInOrder, shutDownInOrder } from './components.js';
import type { Configuration } from './configuration.js';
import { configure } from './configure.js';
import { explanation } from './explanation.js';
import { HealthChecks } from './http/health.js';
import { TelemetryServer } from './http/telemetry-server.js';
import { DeferredLog } from './logs/deferred-log.js';
import { EndLog } from './logs/end-log.js';
import { startLogger } from './logs/start-logger.js';
import type { Observability } from './observability.js';
import { startOpenTelemetryApis } from './opentelemetry/start-opentelemetry-apis.js';
import { operationsOf } from './operation.js';
import type { ObservabilityOptions } from './options.js';
import { adopt } from './register/adopt.js';
import { preloadedHere, type Started } from './register/preloaded.js';
import { warnOfNodeEnv } from './settings/test-run.js';
import { exitCoordinator } from './signals/exit-coordinator.js';
import { startLine } from './start-line.js';
import { metricsComponent, startMetrics } from './start-metrics.js';
import { spansComponent, startSpans } from './start-spans.js';
import { Startup } from './startup.js';

/**
 * Sets up a service's telemetry from code and environment. Instruments record at once; backends are loaded in the background:
 * `ready` resolves when all have started. Throws a `ConfigurationError` for wrong options, with all of them in its message.
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
  const startup = new Startup(log);
  const metrics = startMetrics({ ...configuration, log }, server, startup);
  health.recordIn(metrics);
  const tracing = startSpans({ ...configuration, log }, metrics, startup);
  const lines = startLogger(configuration, metrics, options.env ?? process.env);
  deferred.attach(safeLog(lines.own ?? consoleLog));
  if (lines.own !== undefined) configuration.lines.logger = lines.logger;
  const apis = startOpenTelemetryApis(configuration, metrics, lines.logger);
  if (apis.problems.length > 0) log.warn({ problems: apis.problems }, `[sdk] ${apis.problems.join(' Also, ')}`);

  // In the order in which they are shut down: what comes in first, logs last.
  const components: readonly Component[] = [
    { name: 'intake', flush: nothing, shutdown: async () => health.beginDraining() },
    spansComponent(tracing),
    metricsComponent(metrics, configuration),
    {
      name: 'the HTTP server',
      flush: nothing,
      shutdown: ({ timeoutMs }) => server.shutdown({ timeoutMs: Math.min(timeoutMs, 1000) }),
    },
    { name: 'the report of what was lost', flush: nothing, shutdown: async () => log.finish() },
    { name: 'OpenTelemetry’s APIs', flush: nothing, shutdown: async () => apis.shutdown() },
    lines.component,
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
    window: (given) => metricsWindow(metrics, { ...configuration.window, ...given }),
    health,
    service,
    handler: server.handler,
    get ready() {
      return startup.ready;
    },
    get address() {
      return server.address;
    },
    explain: () => explanation({ configuration, states: startup.states, url: server.address?.url, tracing, apis }),
    flush: ({ timeoutMs = shutdownTimeoutMs } = {}) => ending ?? flushInOrder(components, { timeoutMs }, systemClock),
    shutdown({ timeoutMs = shutdownTimeoutMs, lingerMs = shutdownLingerMs } = {}) {
      if (ending !== undefined) return ending;
      log.begin();
      ending = shutDownInOrder(components, { timeoutMs, lingerMs }, systemClock, log).finally(leave);
      return ending;
    },
  };
  const leave = configuration.signals
    ? exitCoordinator().add({
        beginDraining: () => health.beginDraining(),
        flush: () => observability.flush().catch(() => {}), // each component has logged its own failure
        shutdown: () => observability.shutdown(),
      })
    : () => {};
  if (configuration.logsStart) {
    startup.whenReady(() => log.info({}, startLine(configuration, server.address?.url)));
  }
  warnOfNodeEnv(settings, consoleLog);
  return { observability, settings };
}

/** Problems are logged even if there will be no logger. */
function configured(options: ObservabilityOptions, deferred: DeferredLog): Configuration {
  try {
    return configure(options, deferred);
  } catch (error) {
    deferred.attach(safeLog(consoleLog));
    throw error;
  }
}

async function nothing(): Promise<void> {}
