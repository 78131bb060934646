import type { Attributes, Span } from '@opentelemetry/api';
import { diag } from '@opentelemetry/api';
import { tlsFiles } from '@sightline/otlp';
import { dropped, type Sampler, type SamplingResult } from '../../sampling/sampler.js';
import { type AttributePolicy, attributePolicy } from '../../spans/attribute-policy.js';
import { spanGuard } from '../../spans/guard-span.js';
import type { SpanExporter, SpanProcessor, SpanResource } from '../../tracer/readable-span.js';
import { SpanProcessors } from '../../tracer/span-processors.js';
import type { ResolvedTracingSettings } from '../fields.js';
import { withoutTracing } from '../suppressed.js';
import { BatchQueue } from './batch-queue.js';
import { withoutOtelVariables } from './hidden-variables.js';
import { type OpenTelemetryPackages, openTelemetryPackages } from './opentelemetry-packages.js';
import { openTelemetryProvider } from './opentelemetry-provider.js';
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
    const queues = exportersOf(settings, packages).map((target) => batchQueue(target, packages, options));
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
      provider: openTelemetryProvider({ official, policy, queues, processors: ofProcessors }),
      spansOptions: { maxValueLength: settings.attributeValueLengthLimit },
      queues,
      processors: ofProcessors,
      isRegistrable: true,
      problems: problemsOf(settings),
    };
  });
}

interface Target {
  readonly exporter: SpanExporter;
  readonly ready: Promise<void>;
}

function exportersOf(settings: ResolvedTracingSettings, packages: OpenTelemetryPackages): readonly Target[] {
  const { exporter } = settings;
  const all = Array.isArray(exporter) ? exporter : [exporter];
  return all.flatMap((each: 'otlp' | 'console' | 'none' | SpanExporter) => {
    if (each === 'none') return [];
    if (each === 'otlp') return [otlpTarget(settings, packages)];
    return [{ exporter: each === 'console' ? new packages.sdk.tracing.ConsoleSpanExporter() : each, ready: done }];
  });
}

const done = Promise.resolve();

function otlpTarget(settings: ResolvedTracingSettings, { OTLPTraceExporter }: OpenTelemetryPackages): Target {
  const { headers, timeoutMs, compression, maxQueueSize, maxBatchSize } = settings;
  const open = (tls: object): SpanExporter =>
    withoutOtelVariables(
      () =>
        new OTLPTraceExporter({
          url: urlOf(settings),
          headers,
          timeoutMillis: timeoutMs,
          compression,
          // A flush sends all batches of the queue at once; what exceeds the limit would be lost.
          concurrencyLimit: Math.max(30, Math.ceil(maxQueueSize / maxBatchSize) + 1),
          httpAgentOptions: { keepAlive: true, ...tls },
        }),
    );
  const readsFiles = (settings.caFile ?? settings.certFile ?? settings.keyFile) !== undefined;
  if (!readsFiles) return { exporter: open({}), ready: done };
  const opening = tlsFiles(settings, 'tracing').then(open);
  return { exporter: exporterLater(opening), ready: opening.then(() => {}) };
}

/** One that is being made: if that fails, every export fails with the same reason. */
function exporterLater(opening: Promise<SpanExporter>): SpanExporter {
  return {
    export(spans, callback) {
      opening.then(
        (exporter) => withoutTracing(() => exporter.export(spans, callback)),
        (error) => callback({ code: 1, error }), // ExportResultCode.FAILED
      );
    },
    shutdown: () =>
      opening.then(
        (exporter) => exporter.shutdown(),
        () => {},
      ),
  };
}

function batchQueue({ exporter, ready }: Target, packages: OpenTelemetryPackages, options: EngineOptions): BatchQueue {
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

/** The exporter speaks JSON over HTTP: an address of gRPC is of no use to it. */
function urlOf({ protocol, url }: ResolvedTracingSettings): string {
  return protocol === 'grpc' && url === 'http://localhost:4317' ? 'http://localhost:4318/v1/traces' : url;
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

/** The hooks only: flush and shutdown are called with a deadline, by whoever starts the tracing. */
function hooksOf(processors: SpanProcessors): SpanProcessor {
  return {
    ...noHooks,
    onStart: (span, parent) => processors.onStart(span, parent),
    onEnding: (span) => processors.onEnding(span),
    onEnd: (span) => processors.onEnd(span),
  };
}

const noHooks: SpanProcessor = { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} };

// Classes: the SDK copies plain objects in its configuration.

/** A sampler that throws drops the span, not the service. Its attributes are cleaned as all are. */
class SafeSampler implements Sampler {
  readonly #sampler: Sampler;
  readonly #policy: AttributePolicy;

  constructor(sampler: Sampler, policy: AttributePolicy) {
    this.#sampler = sampler;
    this.#policy = policy;
  }

  shouldSample(...args: Parameters<Sampler['shouldSample']>): SamplingResult {
    try {
      const result = this.#sampler.shouldSample(...args);
      return result.attributes === undefined
        ? result
        : { ...result, attributes: this.#policy.cleanAll(result.attributes) };
    } catch (error) {
      diag.error(`[tracing] The sampler ${this.#sampler} threw; the span is not recorded.`, error);
      return dropped;
    }
  }

  toString(): string {
    return String(this.#sampler);
  }
}

/** Our resource, whose attributes may still be looked up, as the SDK's own. */
class SdkResource implements SpanResource {
  readonly #resource: SpanResource;
  readonly #sdk: Attributes;

  constructor(resource: SpanResource, sdk: Attributes) {
    this.#resource = resource;
    this.#sdk = sdk;
  }

  get attributes(): Attributes {
    return { ...this.#resource.attributes, ...this.#sdk };
  }

  get asyncAttributesPending(): boolean {
    return this.#resource.asyncAttributesPending === true;
  }

  get schemaUrl(): string {
    return this.#resource.schemaUrl ?? '';
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.#resource.waitForAsyncAttributes?.();
  }

  merge(other: SpanResource | null): SpanResource {
    return other === null ? this : new SdkResource(this.#resource.merge(other), this.#sdk);
  }

  getRawAttributes(): Array<[string, unknown]> {
    return Object.entries(this.attributes);
  }
}

/** Who made the spans: `telemetry.sdk.name` and the like. */
function telemetrySdk({ sdk }: OpenTelemetryPackages): Attributes {
  const { attributes } = sdk.resources.defaultResource();
  return Object.fromEntries(
    Object.entries(attributes).filter(([key]) => key.startsWith('telemetry.sdk.')),
  ) as Attributes;
}
