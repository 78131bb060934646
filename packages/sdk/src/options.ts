import type { LogSnapshotOptions } from '@sightline/backend-log-snapshot/settings';
import type { OtelOptions } from '@sightline/backend-otel/settings';
import type { PrometheusOptions } from '@sightline/backend-prometheus/settings';
import type { StatsdOptions } from '@sightline/backend-statsd/settings';
import type { Log } from '@sightline/base';
import type { LazyBackend, MetricsBackend, MetricsOptions } from '@sightline/core';
import type { LoggerOptions } from '@sightline/logger';
import type { OtlpOptions } from '@sightline/otlp';
import type { Env, ServiceOptions } from '@sightline/settings';
import type { ProcessMetricsOptions } from '@sightline/system-metrics/process';
import type { TracingOptions, TracingSettings } from '@sightline/tracing/sdk';
import type { Logger as PinoLogger } from 'pino';
import type { BackendLoader, LoadableBackend } from './backends/backend-loader.js';
import type { HttpOptions } from './settings/http-settings.js';

export interface ObservabilityOptions extends ServiceOptions, BackendOptions {
  /** Where metrics go; beats the environment. See `defaults` for what the environment may override. */
  backend?: BackendChoice | undefined;
  /** Further backends, by the name that `backend` and `METRICS_BACKEND` call them. */
  backends?: Readonly<Record<string, BackendLoader | LoadableBackend>> | undefined;
  /** Limits, filters and labels of the collector. */
  metrics?: Omit<MetricsOptions, 'backends' | 'log' | 'activeSpan'> | undefined;
  /** Spans: sampling, propagation, where they go. `false` makes them do nothing. Default: on, sent to a collector on localhost. */
  tracing?: boolean | ObservabilityTracingOptions | undefined;
  /** Log lines: level, layout, destination, redaction. A pino logger is taken as it is; `false` writes no lines. */
  logger?: false | ObservabilityLoggerOptions | PinoLogger | undefined;
  /** Log lines also go to an OpenTelemetry collector. Default: as `OTEL_LOGS_EXPORTER` says, otherwise not. */
  otlpLogs?: boolean | OtlpOptions | undefined;
  /**
   * Whether what is recorded through OpenTelemetry's metrics and logs APIs arrives here, unless another provider is registered. Default:
   * both, where tracing is on, global, and not on a provider that the service registers.
   */
  openTelemetryApis?: boolean | OpenTelemetryApisOptions | undefined;
  /** CPU, memory, event loop, garbage collection. Default: on where there is a backend. */
  processMetrics?: boolean | ProcessMetricsOptions | undefined;
  /**
   * The server for the page and the health checks. Default: opened when there is a page to serve. `true` or an object opens
   * it in any case, `false` never: mount `obs.handler` then.
   */
  http?: boolean | HttpOptions | undefined;
  /** Used if neither code nor the environment sets the option. */
  defaults?: DefaultOptions | undefined;
  /** The environment. Default `process.env`, read once. */
  env?: Env | undefined;
  /** Where Sightline itself reports; every pino logger fits. Default: the observability's own logger, or `console` without one. */
  log?: Log | undefined;
  /** Whether one line at the start says where everything goes. Default true. */
  logsStart?: boolean | undefined;
  /**
   * Whether tests run this code: then no port is opened, nothing is sent or logged, and everything is recorded. Default: as
   * `SIGHTLINE_TEST_RUN` says, otherwise under a test runner and with `NODE_ENV=test`.
   */
  isTestRun?: boolean | undefined;
  /** Drain at SIGTERM, SIGINT and at the natural end of the process. Default true, but in a test run. */
  signals?: boolean | undefined;
  /** Longest time that `shutdown` takes, in milliseconds. Default 5000. */
  shutdownTimeoutMs?: number | undefined;
  /** How long `shutdown` waits for one more scrape, in milliseconds within `shutdownTimeoutMs`. Default 0. */
  shutdownLingerMs?: number | undefined;
}

/** Which of OpenTelemetry's APIs are served. */
export interface OpenTelemetryApisOptions {
  /** Instruments become metrics of `obs.metrics`. Default true. */
  metrics?: boolean | undefined;
  /** Log records become lines of `obs.logger`. Default true. */
  logs?: boolean | undefined;
}

/** Options of `startTracing`, without those that the observability gives. */
export type ObservabilityTracingOptions = Omit<
  TracingOptions,
  'serviceName' | 'serviceVersion' | 'environment' | 'metrics' | 'log' | 'env' | 'drainsAtExit' | 'clock'
>;

/** Options of `createLogger`, without those that the observability gives. */
export type ObservabilityLoggerOptions = Omit<
  LoggerOptions,
  'metrics' | 'sink' | 'env' | 'service' | 'clock' | 'random'
>;

export interface BackendOptions {
  /** Options of the backend `prometheus`; those of its server are in `http`. */
  prometheus?: Omit<PrometheusOptions, keyof HttpOptions | 'listen'> | undefined;
  /** Options of the backend `log`. */
  logSnapshot?: LogSnapshotOptions | undefined;
  /** Options of the backend `otel`. */
  otel?: OtelOptions | undefined;
  /** Options of the backend `statsd`. */
  statsd?: StatsdOptions | undefined;
}

export interface DefaultOptions extends ServiceOptions, BackendOptions {
  backend?: BackendChoice | undefined;
  /** Unlike the option of this name it does not ask for the server. */
  http?: HttpOptions | undefined;
  tracing?: TracingSettings | undefined;
  logger?: ObservabilityLoggerOptions | undefined;
}

/** A name, several separated by commas, `none`, a backend, or several of all these. */
export type BackendChoice =
  | BackendName
  | MetricsBackend
  | LazyBackend
  | ReadonlyArray<BackendName | MetricsBackend | LazyBackend>;

/** The names that come to mind first; lists (`prometheus,log`) and names of one's own are strings as well. */
export type BackendName = 'prometheus' | 'log' | 'otel' | 'statsd' | 'none' | (string & {});
