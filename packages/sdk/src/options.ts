import type { LogSnapshotOptions } from '@sightline/backend-log-snapshot/settings';
import type { OtelOptions } from '@sightline/backend-otel/settings';
import type { PrometheusOptions } from '@sightline/backend-prometheus/settings';
import type { StatsdOptions } from '@sightline/backend-statsd/settings';
import { isRecord, type Log } from '@sightline/base';
import type { LazyBackend, MetricsBackend, MetricsOptions } from '@sightline/core';
import type { LoggerOptions } from '@sightline/logger';
import type { OtlpOptions } from '@sightline/otlp';
import type { Env, ServiceOptions } from '@sightline/settings';
import type { OptionsOf } from '@sightline/settings/fields';
import { processMetricsFields } from '@sightline/system-metrics/process';
import type { TracingOptions, TracingSettings } from '@sightline/tracing/sdk';
import type { Logger as PinoLogger } from 'pino';
import type { BackendLoader, LoadableBackend } from './backends/backend-loader.js';
import type { LiveOptions } from './live/live-options.js';
import type { HttpOptions } from './settings/http-settings.js';

/** Options of the backends that a name is enough for. */
export const backendFields = {
  /** Options of the backend `prometheus`; those of its server are in `http`. */
  prometheus: { type: 'object', as: {} as Omit<PrometheusOptions, keyof HttpOptions | 'listen'> },
  /** Options of the backend `log`. */
  logSnapshot: { type: 'object', as: {} as LogSnapshotOptions },
  /** Options of the backend `otel`. */
  otel: { type: 'object', as: {} as OtelOptions },
  /** Options of the backend `statsd`. */
  statsd: { type: 'object', as: {} as StatsdOptions },
} as const;

/** Which of OpenTelemetry's APIs are served. */
const openTelemetryApisFields = {
  /** Instruments become metrics of `obs.metrics`. Default true. */
  metrics: { type: 'boolean' },
  /** Log records become lines of `obs.logger`. Default true. */
  logs: { type: 'boolean' },
} as const;

/** Options of `createObservability` that are its own, and the variables that set them. */
export const observabilityFields = {
  /** Where metrics go; beats the environment. See `defaults` for what the environment may override. */
  backend: {
    type: 'any',
    as: '' as BackendChoice,
    isRight: (backend: BackendChoice): boolean => ['string', 'object'].includes(typeof backend),
    advice: 'give a name, a backend, or an array of these',
    variables: {
      METRICS_BACKEND: {
        type: 'names',
        default: 'log',
        help: 'Where metrics go: `prometheus`, `otel`, `statsd`, `log`, or a name from `backends`; several separated by commas; or `none`.',
      },
      ENABLE_METRICS: {
        type: 'boolean',
        default: 'true',
        help: '`false` is `none`; it beats everything else that chooses a backend, code included.',
      },
      ENABLE_PROMETHEUS_METRICS: {
        type: 'boolean',
        default: 'false',
        help: '`true` adds `prometheus` to what the environment and the defaults choose.',
      },
      OTEL_METRICS_EXPORTER: {
        type: 'names',
        default: 'log',
        help: 'The same as OpenTelemetry calls it: `prometheus`, `otlp` (which is `otel`), `console` (which is `log`), `none`.',
      },
    },
  },
  /** Further backends, by the name that `backend` and `METRICS_BACKEND` call them. */
  backends: { type: 'object', as: {} as Readonly<Record<string, BackendLoader | LoadableBackend>> },
  /** Limits, filters and labels of the collector. */
  metrics: { type: 'object', as: {} as Omit<MetricsOptions, 'backends' | 'log' | 'activeSpan'> },
  /** Spans: sampling, propagation, where they go. `false` makes them do nothing. Default: on, sent to a collector on localhost. */
  tracing: { type: 'object', or: [true, false], as: {} as boolean | ObservabilityTracingOptions },
  /** Log lines: level, layout, destination, redaction. A pino logger is taken as it is; `false` writes no lines. */
  logger: {
    type: 'any',
    as: {} as false | ObservabilityLoggerOptions | PinoLogger,
    isRight: (logger: unknown): boolean => logger === false || isRecord(logger),
    advice: 'give false, an object with options, or a pino logger',
  },
  /** Log lines also go to an OpenTelemetry collector. Default: as `OTEL_LOGS_EXPORTER` says, otherwise not. */
  otlpLogs: {
    type: 'object',
    or: [true, false],
    as: {} as boolean | OtlpOptions,
    variables: {
      OTEL_LOGS_EXPORTER: {
        type: 'choice',
        words: { otlp: 'otlp', console: 'none', none: 'none' },
        default: 'none',
        help: '`otlp` sends log lines to the collector, too; they are written in any case.',
      },
    },
  },
  /**
   * Whether what is recorded through OpenTelemetry's metrics and logs APIs arrives here, unless another provider is registered. Default:
   * both, where tracing is on, global, and not on a provider that the service registers.
   */
  openTelemetryApis: {
    type: 'options',
    or: [true, false],
    as: {} as boolean | OpenTelemetryApisOptions,
    fields: openTelemetryApisFields as typeof openTelemetryApisFields,
  },
  /** CPU, memory, event loop, garbage collection. Default: on where there is a backend. */
  processMetrics: { type: 'options', or: [true, false], fields: processMetricsFields as typeof processMetricsFields },
  /**
   * The server for the page and the health checks. Default: opened when there is a page to serve. `true` or an object opens
   * it in any case, `false` never: mount `obs.handler` then.
   */
  http: { type: 'object', or: [true, false], as: {} as boolean | HttpOptions },
  /**
   * The live page: what the service records, seen at once, on loopback and behind a token. Needs `@sightline/live`. Default: off. In production
   * `true` is off as well, unless `SIGHTLINE_LIVE=true` or `inProduction` asks for it, and then needs `token` or `authorize`.
   */
  live: {
    type: 'object',
    or: [true, false],
    as: {} as boolean | LiveOptions,
    variables: {
      SIGHTLINE_LIVE: {
        type: 'boolean',
        default: 'false',
        help: '`true` serves the live page, `false` does not; it beats code. In production `true` needs a token or the service’s own authorisation.',
      },
    },
  },
  /** Used if neither code nor the environment sets the option. */
  defaults: { type: 'object', as: {} as DefaultOptions },
  /** The environment. Default `process.env`, read once. */
  env: { type: 'object', as: {} as Env },
  /** Where Sightline itself reports; every pino logger fits. Default: the observability's own logger, or `console` without one. */
  log: {
    type: 'instance',
    as: {} as Log,
    methods: ['info', 'warn', 'error'],
    advice:
      'give an object with info, warn and error: Sightline’s own messages go there. Options of the log backend are in logSnapshot',
  },
  /** Whether one line at the start says where everything goes. Default: true. */
  logsStart: { type: 'boolean', default: true },
  /**
   * Whether tests run this code: then no port is opened, nothing is sent or logged, and everything is recorded. Default: as
   * `SIGHTLINE_TEST_RUN` says, otherwise under a test runner and with `NODE_ENV=test`.
   */
  isTestRun: {
    type: 'boolean',
    variables: {
      SIGHTLINE_TEST_RUN: {
        default: 'true under a test runner or with NODE_ENV=test',
        help: '`true` opens no port, sends and logs nothing, and records everything; `false` does as in production.',
      },
    },
  },
  /** Drain at SIGTERM, SIGINT and at the natural end of the process. Default true, but in a test run. */
  signals: { type: 'boolean' },
  /** Longest time that `shutdown` takes, in milliseconds. Default: 5000. */
  shutdownTimeoutMs: { type: 'milliseconds', default: 5000 },
  /** How long `shutdown` waits for one more scrape, in milliseconds within `shutdownTimeoutMs`. Default: 0. */
  shutdownLingerMs: { type: 'milliseconds', min: 0, default: 0 },
} as const;

export interface ObservabilityOptions extends ServiceOptions, BackendOptions, OptionsOf<typeof observabilityFields> {}

export interface BackendOptions extends OptionsOf<typeof backendFields> {}

export interface OpenTelemetryApisOptions extends OptionsOf<typeof openTelemetryApisFields> {}

/** Options of `defaults` that are other ones than those of the same name outside. */
export const defaultFields = {
  /** Unlike the option of this name it does not ask for the server. */
  http: { type: 'object', as: {} as HttpOptions },
  tracing: { type: 'object', as: {} as TracingSettings },
  logger: { type: 'object', as: {} as ObservabilityLoggerOptions },
} as const;

export interface DefaultOptions
  extends ServiceOptions,
    BackendOptions,
    Pick<ObservabilityOptions, 'backend'>,
    OptionsOf<typeof defaultFields> {}

/** Options of `startTracing` and `createLogger` that the observability gives. */
export const givenToTracing = [
  'serviceName',
  'serviceVersion',
  'environment',
  'metrics',
  'log',
  'env',
  'drainsAtExit',
  'clock',
] as const;
export const givenToLogger = ['metrics', 'sink', 'env', 'service', 'clock', 'random'] as const;

export type ObservabilityTracingOptions = Omit<TracingOptions, (typeof givenToTracing)[number]>;

export type ObservabilityLoggerOptions = Omit<LoggerOptions, (typeof givenToLogger)[number]>;

/** A name, several separated by commas, `none`, a backend, or several of all these. */
export type BackendChoice =
  | BackendName
  | MetricsBackend
  | LazyBackend
  | ReadonlyArray<BackendName | MetricsBackend | LazyBackend>;

/** The names that come to mind first; lists (`prometheus,log`) and names of one's own are strings as well. */
export type BackendName = 'prometheus' | 'log' | 'otel' | 'statsd' | 'none' | (string & {});
