import { isMainThread } from 'node:worker_threads';
import { consoleLog, type Log, safeLog } from '@sightline/base';
import type { Instrumentation } from '@sightline/tracing/sdk';
import { configure } from '../configure.js';
import { DeferredLog } from '../logs/deferred-log.js';
import type { Observability } from '../observability.js';
import type { ObservabilityOptions } from '../options.js';
import { pendingTracing } from './pending-tracing.js';
import type { Preloaded, Started, StartWith } from './preloaded.js';

export interface PreloadOptions {
  readonly instrumentations: readonly Instrumentation[];
  /** What stood in their way, a sentence each. */
  readonly problems: readonly string[];
  readonly start: StartWith;
  /** Whether the service's own SDK traces it, so that nothing is registered here. */
  readonly leavesTracing: boolean;
  /** When it starts without being used: with the first span; also after loading; also when the process ends before; or never. */
  readonly startsAlone: 'when traced' | 'when loaded' | 'when loaded or ending' | 'never';
}

/**
 * An observability that starts late, so that the code of the service has its say: with the first `createObservability`, otherwise
 * with the first span, the first use of it, or when the service has had time to load.
 * Throws a `ConfigurationError` where the environment must be right and is not.
 */
export function preload(options: PreloadOptions): Preloaded {
  const { instrumentations, problems, start: startOwn, leavesTracing, startsAlone } = options;
  const observability = {} as Observability;
  let started: Started | undefined;
  let isStarting = false;
  let waiting: { cancel(): void } | undefined;
  const log = new DeferredLog();
  const tracing = pendingTracing(() => {
    beginAlone();
    return started?.observability.tracing;
  }, log);

  const preloaded: Preloaded = {
    observability,
    instrumentations,
    get started() {
      return started;
    },
    isAdopted: false,
    begin(start) {
      isStarting = true;
      tracing.remove();
      try {
        started = start(isMainThread ? {} : ofWorker);
      } catch (error) {
        if (!leavesTracing) tracing.install();
        throw error;
      } finally {
        isStarting = false;
      }
      waiting?.cancel();
      process.off('beforeExit', beginAlone);
      Object.defineProperties(observability, Object.getOwnPropertyDescriptors(started.observability));
      report(started.observability.log, problems);
      log.attach(safeLog(started.observability.log));
    },
  };

  /** As the environment says. Never throws: this may be in the middle of a request of the service. */
  function beginAlone(): void {
    if (started !== undefined || isStarting) return;
    const own = isMainThread ? {} : quietWorker;
    try {
      preloaded.begin((preset) => startOwn({ ...own, ...preset, tracing: { instrumentations } }));
    } catch (error) {
      consoleLog.error({}, `[sdk] Preloading: ${error instanceof Error ? error.message : error}`);
    }
  }

  for (const member of members) {
    Object.defineProperty(observability, member, {
      configurable: true,
      enumerable: true,
      get() {
        beginAlone();
        return started && Reflect.get(started.observability, member);
      },
    });
  }
  if (startsAlone === 'never') return preloaded;
  configure({}, { info() {}, warn() {}, error() {} });
  if (!leavesTracing) tracing.install();
  for (const each of instrumentations) each.setTracerProvider(tracing.provider as never);
  if (startsAlone === 'when traced') return preloaded;
  waiting = afterLoading(beginAlone);
  if (startsAlone === 'when loaded or ending') process.on('beforeExit', beginAlone);
  return preloaded;
}

function report(log: Log, problems: readonly string[]): void {
  if (problems.length === 0) return;
  safeLog(log).warn({ problems }, `[sdk] Preloading: ${problems.join(' Also, ')}`);
}

/** The server is the main thread's: workers would find its port taken. Code that asks for one gets it. */
const ofWorker: ObservabilityOptions = { http: false };
/** Metrics of the process are the main thread's affair. */
const quietWorker: ObservabilityOptions = { processMetrics: false, logsStart: false };

const members = Object.keys({
  metrics: true,
  logger: true,
  loggerFor: true,
  log: true,
  spans: true,
  tracing: true,
  operation: true,
  window: true,
  live: true,
  health: true,
  service: true,
  ready: true,
  address: true,
  handler: true,
  explain: true,
  flush: true,
  shutdown: true,
} satisfies Record<keyof Observability, true>);

const LOADING_MS = 1000;
const MAX_LOADING_ROUNDS = 10;
/** In such a second, by all threads: a machine under load gives a process that loads no more than some of it. */
const MAX_IDLE_CPU_MS = 100;

/**
 * Calls `then` after the first second in which the thread was idle for half of it and the process used little processor time, or after ten:
 * large services take long to load. The thread is idle as well while it waits for that of the hooks for ES modules, and for files.
 */
function afterLoading(then: () => void): { cancel(): void } {
  let rounds = 0;
  let before = performance.eventLoopUtilization();
  let usedBefore = process.cpuUsage();
  const timer = setInterval(() => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    const { user, system } = process.cpuUsage(usedBefore);
    usedBefore = process.cpuUsage();
    rounds++;
    const isLoading = utilization > 0.5 || (user + system) / 1000 > MAX_IDLE_CPU_MS;
    if (isLoading && rounds < MAX_LOADING_ROUNDS) return;
    clearInterval(timer);
    then();
  }, LOADING_MS);
  timer.unref();
  return { cancel: () => clearInterval(timer) };
}
