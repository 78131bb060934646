import type { TextMapPropagator } from '@opentelemetry/api';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { checkFor, type OtlpOptions, type ResolvedOtlpOptions, resolveOtlpOptions } from '@sightline/otlp';
import type { Env, ServiceOptions } from '@sightline/settings';
import type { NameRule } from '../sampling/name-rules.js';
import type { Sampler } from '../sampling/sampler.js';

/** What `startTracing` takes. Everything but the objects can be set by the environment too; code wins. */
export interface TracingOptions extends ServiceOptions, TracingSettings {
  /** Facts about the service beside its name, version and environment. */
  resource?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Samplers for spans by name, before `sampler`; the first that matches decides. */
  samplingRules?: readonly SamplingRule[] | undefined;
  /** Keys of the baggage whose values every span has as attributes, those of libraries included: `['tenant']`. Default: none. */
  baggageAttributes?: readonly string[] | undefined;
  /** OpenTelemetry instrumentations, such as `new HttpInstrumentation()`: they get the provider and are switched on. */
  instrumentations?: readonly Instrumentation[] | undefined;
  /** Further processors of OpenTelemetry, called for every span. */
  spanProcessors?: readonly SpanProcessor[] | undefined;
  /** Gets counts of exported and lost spans. */
  metrics?: MetricsCollector | undefined;
  /** Where problems and outages are told; every pino logger fits. Default: `console`. */
  log?: Log | undefined;
  /** The environment. Default `process.env`, read once. */
  env?: Env | undefined;
  /** Whether the process' provider, context manager and propagator become ours, which instrumentations need. Default true. */
  isGlobal?: boolean | undefined;
  /** Whether spans are sent when the event loop runs dry. A composition root that ends everything in order turns it off. Default true. */
  drainsAtExit?: boolean | undefined;
  clock?: Clock | undefined;
}

/** The options that are data, as tables of variables and `explain()` know them. */
export interface TracingSettings extends OtlpOptions {
  /** Where spans go: over OTLP, to the console, nowhere (they are still propagated), or to an exporter of OpenTelemetry. Default `otlp`. */
  exporter?: 'otlp' | 'console' | 'none' | SpanExporter | undefined;
  /** Which traces are recorded: a name as in `OTEL_TRACES_SAMPLER`, or a sampler. Default: all parent-based, `samplingRatio` of those that begin here. */
  sampler?: SamplerName | Sampler | undefined;
  /** Of `traceidratio`: the share from 0 to 1. Of `adaptive`: the most new traces in any second. */
  samplerArg?: number | undefined;
  /** Share of traces from 0 to 1, where no sampler is named. Default 1. */
  samplingRatio?: number | undefined;
  /** How traces travel in headers, in order of priority, or a propagator. Default `tracecontext`, `baggage`. */
  propagators?: readonly string[] | TextMapPropagator | undefined;
  /** Spans that wait to be sent. Default 2048. */
  maxQueueSize?: number | undefined;
  /** Spans in a request. Default 512. */
  maxBatchSize?: number | undefined;
  /** Longest time that a span waits for others, in milliseconds. Default 5000. */
  intervalMs?: number | undefined;
  /** Attributes of a span. Default 128. */
  attributeCountLimit?: number | undefined;
  /** Characters of an attribute's value. Default 4096. */
  attributeValueLengthLimit?: number | undefined;
  /** Events of a span. Default 128. */
  eventCountLimit?: number | undefined;
  /** Links of a span. Default 128. */
  linkCountLimit?: number | undefined;
}

export type SamplerName =
  | 'always_on'
  | 'always_off'
  /** `parentbased_traceidratio` by a shorter name. */
  | 'ratio'
  | 'traceidratio'
  | 'adaptive'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio'
  | 'parentbased_adaptive';

export type SamplingRule = NameRule;

/** What every instrumentation of OpenTelemetry has. */
export interface Instrumentation {
  readonly instrumentationName?: string;
  setTracerProvider(provider: never): void;
  getConfig?(): { readonly enabled?: boolean };
  enable(): void;
  disable(): void;
}

export interface ResolvedTracingSettings extends ResolvedOtlpOptions {
  readonly exporter: 'otlp' | 'console' | 'none' | SpanExporter;
  readonly sampler: SamplerName | Sampler | undefined;
  readonly samplerArg: number | undefined;
  readonly samplingRatio: number;
  readonly propagators: readonly string[] | TextMapPropagator;
  readonly maxQueueSize: number;
  readonly maxBatchSize: number;
  readonly intervalMs: number;
  readonly attributeCountLimit: number;
  readonly attributeValueLengthLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
}

export const samplerNames: readonly SamplerName[] = [
  'always_on',
  'always_off',
  'ratio',
  'traceidratio',
  'adaptive',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'parentbased_adaptive',
];

export const propagatorNames = ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray', 'none'] as const;

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function resolveTracingSettings(options: TracingSettings): ResolvedTracingSettings {
  const { exporter = 'otlp', sampler, samplerArg, samplingRatio = 1 } = options;
  const { propagators = ['tracecontext', 'baggage'] } = options;
  const { maxQueueSize = 2048, maxBatchSize = Math.min(512, maxQueueSize), intervalMs = 5000 } = options;
  const { attributeCountLimit = 128, attributeValueLengthLimit = 4096 } = options;
  const { eventCountLimit = 128, linkCountLimit = 128 } = options;
  const transport = resolveOtlpOptions(options, 'traces', subject);
  const check = checkFor(subject);
  if (typeof exporter === 'string') check.oneOf('exporter', exporter, ['otlp', 'console', 'none']);
  if (typeof sampler === 'string') checkSampler(sampler, samplerArg, check);
  check.isRight(isRatio(samplingRatio), 'samplingRatio', samplingRatio, 'give a number from 0 to 1');
  if (isList(propagators)) {
    for (const name of propagators) check.oneOf('propagators', name, propagatorNames);
  }
  const counts = { maxQueueSize, maxBatchSize, attributeCountLimit, attributeValueLengthLimit, eventCountLimit };
  for (const [name, value] of Object.entries({ ...counts, linkCountLimit })) check.count(name, value);
  check.milliseconds('intervalMs', intervalMs);
  const fits = maxBatchSize <= maxQueueSize;
  check.isRight(fits, 'maxBatchSize', maxBatchSize, `give at most maxQueueSize, which is ${maxQueueSize}`);
  return {
    ...transport,
    exporter,
    sampler,
    samplerArg,
    samplingRatio,
    propagators,
    maxQueueSize,
    maxBatchSize,
    intervalMs,
    attributeCountLimit,
    attributeValueLengthLimit,
    eventCountLimit,
    linkCountLimit,
  };
}

const subject = 'tracing';

function checkSampler(name: string, arg: number | undefined, check: ReturnType<typeof checkFor>): void {
  check.oneOf('sampler', name, samplerNames);
  if (arg === undefined) return;
  if (name.endsWith('ratio')) check.isRight(isRatio(arg), 'samplerArg', arg, 'give a number from 0 to 1');
  if (name.endsWith('adaptive')) check.isRight(arg > 0, 'samplerArg', arg, 'give a number of traces above 0');
}

function isRatio(value: number): boolean {
  return value >= 0 && value <= 1;
}

export function isList(value: readonly string[] | TextMapPropagator): value is readonly string[] {
  return Array.isArray(value);
}
