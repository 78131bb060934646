import type { Tracer } from '@opentelemetry/api';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type Clock, consoleLog, type Log, safeLog, systemClock } from '@sightline/base';
import type { DeadlineOptions } from '@sightline/core/backend';
import { type DeliveryReport, packageVersion } from '@sightline/otlp';
import { resourceOf, type Service } from '@sightline/settings';
import { alwaysOff } from '../sampling/always.js';
import { type HeadSampling, headSampling } from '../sampling/head-sampling.js';
import { createSpans } from '../spans/create-spans.js';
import { baggageAttributes } from './baggage-attributes.js';
import { configureTracing } from './configure-tracing.js';
import { watchExit } from './exit-watch.js';
import { explanation } from './explanation.js';
import type { ResolvedTracingSettings } from './fields.js';
import type { Instrumentation, TracingOptions } from './options.js';
import { type Registration, register } from './registration.js';
import { resolvePropagator } from './resolve-propagator.js';
import { resolveSampler } from './resolve-sampler.js';
import { selfCheck } from './self-check.js';
import { spanQueue } from './span-queue.js';
import type { Tracing } from './tracing.js';

/**
 * Starts tracing for this process: provider, sampler, propagators, asynchronous context and the delivery of spans, configured by
 * code and environment. Spans can be started at once. Throws a `ConfigurationError` for wrong options; a wrong environment variable
 * is ignored with a warning. With `OTEL_SDK_DISABLED` spans do nothing.
 */
export function startTracing(options: TracingOptions = {}): Tracing {
  const log = safeLog(options.log ?? consoleLog);
  const { clock = systemClock, isGlobal = true, drainsAtExit = true } = options;
  const { instrumentations = [], spanProcessors = [] } = options;
  const { service, settings, effective, isDisabled } = configureTracing(options, log);

  const queue = isDisabled ? undefined : spanQueue(settings, { clock, log, metrics: options.metrics });
  const sampler = isDisabled ? alwaysOff : resolveSampler(settings, options.samplingRules ?? [], clock);
  const sampling = headSampling(sampler);
  const ofBaggage = options.baggageAttributes === undefined ? [] : [baggageAttributes(options.baggageAttributes)];
  const processors = [...ofBaggage, ...spanProcessors, ...(queue === undefined ? [] : [queue.processor])];
  const provider = providerOf(settings, sampling, processors, resourceFor(service, options));
  const { propagator, problems: ofPropagators } = resolvePropagator(isDisabled ? ['none'] : settings.propagators);
  const registration = isGlobal && !isDisabled ? register(provider, propagator) : unregistered;
  for (const instrumentation of isDisabled ? [] : instrumentations) enable(instrumentation, provider);
  const problems = [
    ...ofPropagators,
    ...registration.problems,
    ...(isDisabled ? [] : selfCheck({ hasInstrumentations: instrumentations.length > 0 })),
  ];
  if (problems.length > 0) report(log, problems);

  const tracer: Tracer = provider.getTracer('@sightline/tracing', packageVersion);
  const drain = drainsAtExit ? () => void tracing.shutdown() : undefined;
  const watched = queue && watchExit({ queue, log, drain });
  let ending: Promise<DeliveryReport> | undefined;

  async function shutDown(deadline: DeadlineOptions): Promise<DeliveryReport> {
    watched?.remove();
    for (const instrumentation of instrumentations) instrumentation.disable();
    const [report] = await Promise.all([queue?.shutdown(deadline), others('shutdown', deadline)]);
    registration.undo();
    return report ?? nothing;
  }

  /** Flushes or shuts down the service's own processors within the same time; ignores their failures. */
  async function others(action: 'forceFlush' | 'shutdown', { timeoutMs }: DeadlineOptions): Promise<void> {
    if (spanProcessors.length === 0) return;
    await Promise.race([
      Promise.allSettled(spanProcessors.map((processor) => processor[action]())),
      delay(timeoutMs, clock),
    ]);
  }

  const tracing: Tracing = {
    spans: createSpans({ tracer, headSampling: sampling }),
    tracer,
    provider,
    propagator,
    problems,
    ready: queue?.ready ?? Promise.resolve(),
    async flush({ timeoutMs = SHUTDOWN_MS } = {}) {
      if (ending !== undefined) return ending;
      const [report] = await Promise.all([queue?.flush({ timeoutMs }), others('forceFlush', { timeoutMs })]);
      return report ?? nothing;
    },
    shutdown({ timeoutMs = SHUTDOWN_MS } = {}) {
      ending ??= shutDown({ timeoutMs });
      return ending;
    },
    stats: () => queue?.stats() ?? noStats,
    explain: () => explanation({ service, effective, provider, stats: tracing.stats(), problems, isDisabled }),
  };
  return tracing;
}

const SHUTDOWN_MS = 5000;
const nothing: DeliveryReport = { exported: 0, dropped: 0, pending: 0 };
const noLoss = { queue_full: 0, refused: 0, rejected: 0, unconfirmed: 0, unencodable: 0, unsent: 0 };
const noStats = { ...nothing, lost: noLoss };
const unregistered: Registration = { problems: [], undo() {} };

function providerOf(
  { attributeCountLimit, attributeValueLengthLimit, eventCountLimit, linkCountLimit }: ResolvedTracingSettings,
  { sampler, idGenerator }: HeadSampling,
  spanProcessors: NonNullable<TracingOptions['spanProcessors']>,
  resource: Resource,
): TracerProvider {
  return new TracerProvider({
    resource,
    sampler,
    idGenerator,
    spanLimits: { attributeCountLimit, attributeValueLengthLimit, eventCountLimit, linkCountLimit },
    spanProcessors: [...spanProcessors],
  });
}

function resourceFor(service: Service, { resource }: TracingOptions): Resource {
  const own = { 'telemetry.distro.name': 'sightline', 'telemetry.distro.version': packageVersion };
  return defaultResource().merge(resourceFromAttributes({ ...own, ...resourceOf(service), ...resource }));
}

function enable(instrumentation: Instrumentation, provider: TracerProvider): void {
  instrumentation.setTracerProvider(provider as never);
  // Instrumentations enable themselves in their constructor, unless configured otherwise; enabling twice would patch twice.
  if (instrumentation.getConfig?.().enabled === false) instrumentation.enable();
}

function report(log: Log, problems: readonly string[]): void {
  log.warn({ problems }, `[tracing] Self-check: ${problems.join(' Also, ')}`);
}

function delay(ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(resolve, ms);
  });
}
