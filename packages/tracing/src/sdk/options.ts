import { type Clock, isRecord, type Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { Env, ServiceOptions } from '@sightline/settings';
import type { OptionsOf } from '@sightline/settings/fields';
import type { NameRule } from '../sampling/name-rules.js';
import type { SpanProcessor } from '../tracer/readable-span.js';
import type { SamplerName, TracingSettings } from './fields.js';
import type { InstrumentationOption } from './instrumentations.js';
import type { ResourceOption } from './resource.js';

/** Options of `startTracing` that are no data: no variable sets them, and `explain()` does not show them. */
export const objectFields = {
  /** Facts about the service in addition to its name, version and environment: attributes, or a `Resource` of OpenTelemetry. */
  resource: {
    type: 'any',
    as: {} as ResourceOption,
    isRight: (resource: ResourceOption): boolean => isRecord(resource),
    advice: 'give an object of attributes, or a Resource of OpenTelemetry',
  },
  /** Samplers for spans by name, before `sampler`; the first that matches decides. */
  samplingRules: {
    type: 'list',
    as: [] as readonly SamplingRule[],
    isEach: (rule: SamplingRule): boolean =>
      typeof rule?.name === 'string' && typeof rule.sampler?.shouldSample === 'function',
    advice: 'give a list of rules { name, sampler }, such as { name: "GET /health", sampler: alwaysOff }',
  },
  /** Baggage keys to set as attributes on every span, those of libraries included: `['tenant']`. Default: none. */
  baggageAttributes: {
    type: 'list',
    isEach: (key: string): boolean => typeof key === 'string' && key !== '',
    advice: 'give a list of the baggage keys to set on spans, such as ["tenant"]',
  },
  /**
   * OpenTelemetry instrumentations, such as `new HttpInstrumentation()`, also within lists, as `getNodeAutoInstrumentations()` gives
   * them: they get the provider and are enabled.
   */
  instrumentations: {
    type: 'list',
    as: [] as readonly InstrumentationOption[],
    isEach: isInstrumentation as (value: InstrumentationOption) => boolean,
    advice: 'give a list of instances of OpenTelemetry instrumentations, such as [new HttpInstrumentation()]',
  },
  /** Additional span processors of OpenTelemetry, called for every span. */
  spanProcessors: {
    type: 'list',
    as: [] as readonly SpanProcessor[],
    isEach: isProcessor as (value: SpanProcessor) => boolean,
    advice: 'give a list of span processors, with onStart, onEnd, forceFlush and shutdown',
  },
  /** Counts exported and lost spans. */
  metrics: {
    type: 'instance',
    as: {} as MetricsCollector,
    methods: ['counter'],
    advice: 'give a collector of metrics, such as observability.metrics',
  },
  /** Logs problems and outages; takes any pino logger. Default: `console`. */
  log: {
    type: 'instance',
    as: {} as Log,
    methods: ['info', 'warn', 'error'],
    advice: 'give a logger with info, warn and error',
  },
  /** The environment. Default `process.env`, read once. */
  env: { type: 'instance', as: {} as Env, advice: 'give an object of variables, such as process.env' },
  /** Whether to register provider, context manager and propagator for the process; instrumentations need it. Default: true. */
  isGlobal: { type: 'boolean', default: true },
  /** Whether spans are sent when the event loop runs dry. A composition root that shuts down in order disables it. Default: true. */
  drainsAtExit: { type: 'boolean', default: true },
  clock: {
    type: 'instance',
    as: {} as Clock,
    methods: ['now', 'monotonicMs', 'setTimer'],
    advice: 'give a clock, or leave it out',
  },
} as const;

/** Options of `startTracing`. All but the objects can be set by the environment, too; code wins. */
export interface TracingOptions extends ServiceOptions, TracingSettings, OptionsOf<typeof objectFields> {}

export type SamplingRule = NameRule;

/** Or a list of them. */
function isInstrumentation(value: InstrumentationOption): boolean {
  if (Array.isArray(value)) return value.every(isInstrumentation);
  return hasMethods(value, 'setTracerProvider', 'enable');
}

function isProcessor(value: SpanProcessor): boolean {
  return hasMethods(value, 'onStart', 'onEnd', 'forceFlush', 'shutdown');
}

function hasMethods(value: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(Object(value), name) === 'function');
}

export type { SamplerName, TracingSettings };
