import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { Env, ServiceOptions } from '@sightline/settings';
import type { NameRule } from '../sampling/name-rules.js';
import type { SpanProcessor } from '../tracer/readable-span.js';
import type { SamplerName, TracingSettings } from './fields.js';
import type { InstrumentationOption } from './instrumentations.js';
import type { ResourceOption } from './resource.js';

/** Options of `startTracing`. All but the objects can be set by the environment, too; code wins. */
export interface TracingOptions extends ServiceOptions, TracingSettings {
  /** Facts about the service in addition to its name, version and environment: attributes, or a `Resource` of OpenTelemetry. */
  resource?: ResourceOption | undefined;
  /** Samplers for spans by name, before `sampler`; the first that matches decides. */
  samplingRules?: readonly SamplingRule[] | undefined;
  /** Baggage keys to set as attributes on every span, those of libraries included: `['tenant']`. Default: none. */
  baggageAttributes?: readonly string[] | undefined;
  /**
   * OpenTelemetry instrumentations, such as `new HttpInstrumentation()`, also within lists, as `getNodeAutoInstrumentations()` gives
   * them: they get the provider and are enabled.
   */
  instrumentations?: readonly InstrumentationOption[] | undefined;
  /** Additional span processors of OpenTelemetry, called for every span. */
  spanProcessors?: readonly SpanProcessor[] | undefined;
  /** Counts exported and lost spans. */
  metrics?: MetricsCollector | undefined;
  /** Logs problems and outages; takes any pino logger. Default: `console`. */
  log?: Log | undefined;
  /** The environment. Default `process.env`, read once. */
  env?: Env | undefined;
  /** Whether to register provider, context manager and propagator for the process; instrumentations need it. Default true. */
  isGlobal?: boolean | undefined;
  /** Whether spans are sent when the event loop runs dry. A composition root that shuts down in order disables it. Default true. */
  drainsAtExit?: boolean | undefined;
  clock?: Clock | undefined;
}

export type SamplingRule = NameRule;

export type { SamplerName, TracingSettings };
