import { consoleLog, safeLog, systemClock } from '@sightline/base';
import type { DeadlineOptions } from '@sightline/core/backend';
import { type DeliveryReport, type DeliveryStats, packageVersion } from '@sightline/otlp';
import { ConfigurationError } from '@sightline/settings';
import { readFields, serviceFields } from '@sightline/settings/fields';
import { alwaysOff } from '../sampling/always.js';
import { createSpans } from '../spans/create-spans.js';
import { within } from '../tracer/within.js';
import { baggageAttributes } from './baggage-attributes.js';
import { configureTracing } from './configure-tracing.js';
import { logDiagnostics } from './diag-log.js';
import { openTelemetryEngine } from './engine/opentelemetry-engine.js';
import { registeredEngine, registeredPropagator } from './engine/registered-engine.js';
import { sightlineEngine } from './engine/sightline-engine.js';
import { watchExit } from './exit-watch.js';
import { explanation } from './explanation.js';
import { exportFields } from './fields.js';
import { enableInstrumentations } from './instrumentations.js';
import { objectFields, type TracingOptions } from './options.js';
import { type Registration, register } from './registration.js';
import { resolvePropagator } from './resolve-propagator.js';
import { resolveSampler } from './resolve-sampler.js';
import { serviceResource } from './resource.js';
import { selfCheck } from './self-check.js';
import { reportOf, statsOf } from './span-delivery.js';
import type { Tracing } from './tracing.js';
import { watchRegistration } from './watch-registration.js';

/**
 * Starts tracing for this process: provider, sampler, propagators, asynchronous context and the delivery of spans, configured by
 * code and environment. Spans can be started at once. Throws a `ConfigurationError` for wrong options; a wrong environment variable
 * is ignored with a warning. With `OTEL_SDK_DISABLED` spans do nothing; propagators work.
 */
export function startTracing(options: TracingOptions = {}): Tracing {
  const { resolved, problems: unusable } = readFields({ ...serviceFields, ...exportFields, ...objectFields }, options);
  if (unusable.length > 0) {
    throw new ConfigurationError(
      unusable.map(({ text }) => text),
      'tracing',
    );
  }
  const log = safeLog(options.log ?? consoleLog);
  const { clock = systemClock, isGlobal, drainsAtExit } = resolved;
  const { instrumentations = [], spanProcessors = [] } = options;
  const { service, settings, effective, isDisabled } = configureTracing(options, log);

  const ofBaggage = options.baggageAttributes === undefined ? [] : [baggageAttributes(options.baggageAttributes)];
  const engine = engines[isDisabled ? 'sightline' : settings.engine]({
    settings: isDisabled ? { ...settings, exporter: 'none' } : settings,
    sampler: isDisabled ? alwaysOff : resolveSampler(settings, options.samplingRules ?? [], clock),
    samplingRules: options.samplingRules ?? [],
    resource: serviceResource(service, options.resource),
    processors: [...ofBaggage, ...spanProcessors],
    clock,
    log,
    metrics: options.metrics,
  });
  const { provider, queues } = engine;
  const { propagator: own, problems: ofPropagators } = resolvePropagator(settings.propagators);
  const propagator = engine.isRegistrable ? own : registeredPropagator(own);
  const registers = isGlobal && engine.isRegistrable;
  const registration = registers ? register(isDisabled ? undefined : provider, propagator) : unregistered;
  const removeDiagnostics = registers ? logDiagnostics(settings.diagnostics, log, () => clock.now()) : undefined;
  // Without an exporter nothing is lost to the other one.
  const registrationWatch = queues.length > 0 ? watchRegistration(registration, log, clock) : undefined;
  const enabled = enableInstrumentations(isDisabled ? [] : instrumentations, provider);
  const problems = [
    ...engine.problems,
    ...ofPropagators,
    ...registration.problems,
    ...enabled.problems,
    ...(isDisabled ? [] : selfCheck({ hasInstrumentations: instrumentations.length > 0 })),
  ];
  if (problems.length > 0) log.warn({ problems }, `[tracing] Self-check: ${problems.join(' Also, ')}`);

  const tracer = provider.getTracer('@sightline/tracing', packageVersion);
  const drain = drainsAtExit ? () => void tracing.shutdown() : undefined;
  const watches = queues.map((queue) => watchExit({ queue, log, drain }));
  let ending: Promise<DeliveryReport> | undefined;

  async function shutDown(deadline: DeadlineOptions): Promise<DeliveryReport> {
    for (const watch of watches) watch.remove();
    for (const problem of enabled.disable()) log.warn({}, `[tracing] ${problem}`);
    const [report] = await Promise.all([
      reportOf(queues.map((queue) => queue.shutdown(deadline))),
      processorsWithin('shutdown', deadline),
    ]);
    registrationWatch?.end();
    registration.undo();
    removeDiagnostics?.();
    return report;
  }

  /** Flushes or shuts down the processors within the same time; logs what fails. */
  async function processorsWithin(action: 'forceFlush' | 'shutdown', { timeoutMs }: DeadlineOptions): Promise<void> {
    if (engine.processors === undefined) return;
    const subject = engine.isRegistrable ? 'A span processor' : 'The registered provider';
    const failures = await within(engine.processors(action), timeoutMs, clock);
    if (failures === undefined) log.warn({}, `[tracing] ${subject} did not end ${action} within ${timeoutMs} ms.`);
    for (const failure of failures ?? []) log.warn({}, `[tracing] ${subject} failed in ${action}: ${failure}`);
  }

  const tracing: Tracing = {
    tracer,
    spans: createSpans({ tracer, ...engine.spansOptions }),
    provider,
    propagator,
    problems,
    ready: Promise.all(queues.map(({ ready }) => ready)).then(() => {}),
    async flush({ timeoutMs = SHUTDOWN_MS } = {}) {
      if (ending !== undefined) return ending;
      const [report] = await Promise.all([
        reportOf(queues.map((queue) => queue.flush({ timeoutMs }))),
        processorsWithin('forceFlush', { timeoutMs }),
      ]);
      return report;
    },
    shutdown({ timeoutMs = SHUTDOWN_MS } = {}) {
      // In a later turn: a processor may call this when it is shut down.
      ending ??= Promise.resolve({ timeoutMs }).then(shutDown);
      return ending;
    },
    stats: (): DeliveryStats => statsOf(queues),
    get sampledOut() {
      return provider.sampledOut;
    },
    explain: () =>
      explanation({
        service,
        effective,
        engine: engine.name,
        provider,
        stats: tracing.stats(),
        problems,
        isDisabled,
      }),
  };
  tracing.ready.catch(() => {}); // every request reports it, too
  return tracing;
}

const engines = {
  sightline: sightlineEngine,
  opentelemetry: openTelemetryEngine,
  registered: registeredEngine,
} as const;
const SHUTDOWN_MS = 5000;
const unregistered: Registration = { problems: [], replacement: () => undefined, undo() {} };
