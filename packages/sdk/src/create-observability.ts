import { metricsWindow } from '@sightline/backend-log-snapshot/window';
import { consoleLog, safeLog, systemClock } from '@sightline/base';
import { flushInOrder, shutDownInOrder } from './components.js';
import { componentsInOrder } from './components-in-order.js';
import type { Configuration } from './configuration.js';
import { configure } from './configure.js';
import { explainedSections, explanation } from './explanation.js';
import { HealthChecks } from './http/health.js';
import { TelemetryServer } from './http/telemetry-server.js';
import { liveSources } from './live/live-sources.js';
import { startLive } from './live/start-live.js';
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
import { type ExitMember, exitCoordinator } from './signals/exit-coordinator.js';
import { signalsHandled } from './signals/signals-handled.js';
import { startLine } from './start-line.js';
import { startMetrics } from './start-metrics.js';
import { startSpans } from './start-spans.js';
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
  const page = startLive({ ...configuration, log }, startup);
  const metrics = startMetrics({ ...configuration, log }, server, startup);
  health.recordIn(metrics);
  const tracing = startSpans({ ...configuration, log }, metrics, startup, page.spanProcessors);
  const lines = startLogger(configuration, metrics, { env: options.env ?? process.env, sinks: page.sinks });
  deferred.attach(safeLog(lines.own ?? consoleLog));
  if (lines.own !== undefined) configuration.lines.logger = lines.logger;
  const apis = startOpenTelemetryApis(configuration, metrics, lines.logger);
  if (apis.problems.length > 0) log.warn({ problems: apis.problems }, `[sdk] ${apis.problems.join(' Also, ')}`);

  const components = componentsInOrder({ configuration, health, page, tracing, metrics, server, log, apis, lines });
  const toExplain = () => ({ configuration, states: startup.states, url: server.address?.url, tracing, apis });
  page.open(
    liveSources({ metrics, tracing, health, otlp: lines.otlp, log, sections: () => explainedSections(toExplain()) }),
  );
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
    live: page.live,
    health,
    service,
    handler: server.handler,
    get ready() {
      return startup.ready;
    },
    get address() {
      return server.address;
    },
    explain: () => explanation(toExplain()),
    flush: ({ timeoutMs = shutdownTimeoutMs } = {}) => ending ?? flushInOrder(components, { timeoutMs }, systemClock),
    shutdown({ timeoutMs = shutdownTimeoutMs, lingerMs = shutdownLingerMs } = {}) {
      if (ending !== undefined) return ending;
      log.begin();
      ending = shutDownInOrder(components, { timeoutMs, lingerMs }, systemClock, log).finally(leave);
      return ending;
    },
  };
  const leave = configuration.signals
    ? leaveAfterSignals({
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

/** A signal that arrives before the process has its own signals again ends it, after the shutdown under way. */
function leaveAfterSignals(member: ExitMember): () => Promise<void> {
  const remove = exitCoordinator().add(member);
  return async () => {
    await signalsHandled();
    remove();
  };
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
