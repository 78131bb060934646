import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Clock, Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { Env, ServiceOptions } from '@sightline/settings';
import type { NameRule } from '../sampling/name-rules.js';
import type { SamplerName, TracingSettings } from './fields.js';

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

export type SamplingRule = NameRule;

/** What every instrumentation of OpenTelemetry has. */
export interface Instrumentation {
  readonly instrumentationName?: string;
  setTracerProvider(provider: never): void;
  getConfig?(): { readonly enabled?: boolean };
  enable(): void;
  disable(): void;
}

export type { SamplerName, TracingSettings };
