import type { Attributes, Span } from '@opentelemetry/api';
import { type AttributePolicy, attributePolicy } from '../../spans/attribute-policy.js';
import { spanGuard } from '../../spans/guard-span.js';
import type { SpanProcessor } from '../../tracer/readable-span.js';
import { SpanProcessors } from '../../tracer/span-processors.js';
import type { ResolvedTracingSettings } from '../fields.js';
import { BatchQueue } from './batch-queue.js';
import { withoutOtelVariables } from './hidden-variables.js';
import { type ExportTarget, openTelemetryExporters } from './opentelemetry-exporters.js';
import { type OpenTelemetryPackages, openTelemetryPackages } from './opentelemetry-packages.js';
import { openTelemetryProvider } from './opentelemetry-provider.js';
import { SafeSampler } from './safe-sampler.js';
import { SdkResource } from './sdk-resource.js';
import { limitsOf } from './sightline-engine.js';
import type { EngineOptions, TracingEngine } from './tracing-engine.js';

/**
 * OpenTelemetry's own SDK: its spans, its batch processor and its exporter, with our settings, limits and counts. Throws a
 * `ConfigurationError` if its packages are not installed.
 *
 * It is put together from the parts of `@opentelemetry/sdk-node`. The class `NodeSDK` reads the environment a second time, always
 * registers itself, and starts a logger provider.
 */
export function openTelemetryEngine(options: EngineOptions): TracingEngine {
  const packages = openTelemetryPackages();
  const { settings } = options;
  const policy = policyOfApi(attributePolicy({ maxValueLength: settings.attributeValueLengthLimit }));
  return withoutOtelVariables(() => {
    const processors = new SpanProcessors(options.processors);
    const queues = openTelemetryExporters(settings, packages).map((target) => batchQueue(target, packages, options));
    const official = new packages.sdk.tracing.BasicTracerProvider({
      sampler: new SafeSampler(options.sampler, policy),
      spanLimits: { ...limitsOf(settings), attributeValueLengthLimit: settings.attributeValueLengthLimit },
      resource: new SdkResource(options.resource, telemetrySdk(packages)),
      spanProcessors: [guardProcessor(policy), hooksOf(processors), ...queues.map(({ processor }) => processor)],
      forceFlushTimeoutMillis: 30_000,
    });
    const ofProcessors = options.processors.length === 0 ? undefined : processors.all.bind(processors);
    return {
      name: `OpenTelemetry’s SDK (@opentelemetry/sdk-node ${packages.sdkVersion})`,
      provider: openTelemetryProvider({ official, policy, queues, processors: ofProcessors, clock: options.clock }),
      spansOptions: { maxValueLength: settings.attributeValueLengthLimit },
      queues,
      processors: ofProcessors,
      isRegistrable: true,
      problems: problemsOf(settings),
    };
  });
}

function batchQueue(
  { exporter, ready }: ExportTarget,
  packages: OpenTelemetryPackages,
  options: EngineOptions,
): BatchQueue {
  const { clock, log, metrics } = options;
  const { maxQueueSize, maxBatchSize, intervalMs, timeoutMs } = options.settings;
  return new BatchQueue({
    exporter,
    ready,
    batch: (counted) =>
      new packages.sdk.tracing.BatchSpanProcessor(counted, {
        maxQueueSize,
        maxExportBatchSize: maxBatchSize,
        scheduledDelayMillis: intervalMs,
        // Only the last resort: the queue gives up an export before.
        exportTimeoutMillis: timeoutMs + 5000,
      }),
    maxQueueSize,
    timeoutMs,
    clock,
    log,
    metrics,
  });
}

function problemsOf({ protocol, exporter }: ResolvedTracingSettings): readonly string[] {
  const isOtlp = exporter === 'otlp' || (Array.isArray(exporter) && exporter.includes('otlp'));
  if (protocol === 'http/json' || !isOtlp) return [];
  const address =
    protocol === 'grpc' ? ' to the collector’s address for HTTP, such as http://collector:4318/v1/traces,' : '';
  return [
    `the engine "opentelemetry" sends JSON over HTTP${address} and not ${protocol}: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json, or leave the engine out.`,
  ];
}

/** The values that OpenTelemetry's setters record. */
function policyOfApi(policy: AttributePolicy): AttributePolicy {
  return {
    ...policy,
    clean: (key, value) => policy.recorded(key, value),
    cleanAll: (attributes) => policy.recordedAll(attributes, Number.POSITIVE_INFINITY).attributes,
  };
}

/** Cleans what is set on a span after its start, by whatever code. It is the first processor: the others set attributes, too. */
function guardProcessor(policy: AttributePolicy): SpanProcessor {
  const guard = spanGuard(policy);
  return { ...noHooks, onStart: (span: Span) => guard(span) };
}

/** The hooks only: flush and shutdown have a deadline, and are called beside the provider. */
function hooksOf(processors: SpanProcessors): SpanProcessor {
  return {
    ...noHooks,
    onStart: (span, parent) => processors.onStart(span, parent),
    onEnding: (span) => processors.onEnding(span),
    onEnd: (span) => processors.onEnd(span),
  };
}

const noHooks: SpanProcessor = { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} };

/** Who made the spans: `telemetry.sdk.name` and the like. */
function telemetrySdk({ sdk }: OpenTelemetryPackages): Attributes {
  const { attributes } = sdk.resources.defaultResource();
  return Object.fromEntries(
    Object.entries(attributes).filter(([key]) => key.startsWith('telemetry.sdk.')),
  ) as Attributes;
}
