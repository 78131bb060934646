import type { MetricsWindowOptions } from '@sightline/backend-log-snapshot/window';
import type { Log } from '@sightline/base';
import type { LazyBackend, MetricsBackend } from '@sightline/core';
import type { LoggerOptions } from '@sightline/logger';
import type { ResolvedOtlpOptions } from '@sightline/otlp';
import type { Service, Settings } from '@sightline/settings';
import type { Logger as PinoLogger } from 'pino';
import type { LineTarget } from './backends/built-in-backends.js';
import type { ResolvedLiveOptions } from './live/live-options.js';
import type { ObservabilityOptions, ObservabilityTracingOptions } from './options.js';
import type { ResolvedHttpOptions } from './settings/http-settings.js';

/** What `createObservability` sets up, after code, environment and defaults were weighed against each other. */
export interface Configuration {
  readonly service: Service;
  readonly backends: ReadonlyArray<MetricsBackend | LazyBackend>;
  /** By the names of built-in backends: where these send. */
  readonly targets: ReadonlyMap<string, string>;
  /** What `startTracing` is given; `undefined` if nothing is traced. */
  readonly tracing: ObservabilityTracingOptions | undefined;
  /** What the logger is made with, the service's own, or `undefined` for none. */
  readonly logger: LoggerOptions | PinoLogger | undefined;
  /** Where log lines go beside their destination; `undefined` if nowhere. */
  readonly otlpLogs: ResolvedOtlpOptions | undefined;
  /** Default options of the service's own windows: those of the line of metrics. */
  readonly window: MetricsWindowOptions;
  /** Which of OpenTelemetry's APIs are served. */
  readonly openTelemetryApis: { readonly metrics: boolean; readonly logs: boolean };
  /** The live page; `undefined` if it is off. */
  readonly live: ResolvedLiveOptions | undefined;
  readonly logsStart: boolean;
  /** Filled in when the logger is there; backends are loaded later. */
  readonly lines: LineTarget;
  /** `OTEL_SDK_DISABLED`: recording does nothing. */
  readonly isDisabled: boolean;
  readonly metrics: NonNullable<ObservabilityOptions['metrics']>;
  readonly processMetrics: NonNullable<ObservabilityOptions['processMetrics']>;
  readonly http: ResolvedHttpOptions;
  readonly opensServer: 'always' | 'with page' | 'never';
  readonly log: Log;
  readonly signals: boolean;
  readonly shutdownTimeoutMs: number;
  readonly shutdownLingerMs: number;
  readonly settings: Settings;
}
