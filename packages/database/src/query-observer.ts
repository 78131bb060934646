import type { Span } from '@opentelemetry/api';
import { callThen, type Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { errorType, type SpanBuilder } from '@sightline/tracing';
import { queryTimeHistograms } from './query-metrics.js';
import { rememberedDescriptions } from './remembered-descriptions.js';
import { slowQueryLog } from './slow-queries.js';

/** The telemetry of a query observer: the result of `createObservability()`, or test doubles. */
export interface DatabaseTelemetry {
  readonly metrics: MetricsCollector;
  readonly spans: SpanBuilder;
  /** Logs slow queries; without it none are logged. */
  readonly logger?: Log | undefined;
}

const observerFields = {
  /** The conventions' name: `postgresql`, `mysql`, `mongodb` … */
  system: { type: 'text', required: true },
  /** The name of the database. */
  namespace: { type: 'string' },
  serverAddress: { type: 'string' },
  serverPort: { type: 'port' },
  /** Whether the times are in seconds instead of milliseconds, as in `databaseMetricsOf`. Default: false. */
  usesBaseUnits: { type: 'boolean', default: false },
  /** Upper bounds of the times, in their unit. Default: those of `databaseMetricsOf`. */
  buckets: { type: 'list', as: [] as readonly number[] },
  /** Queries that take this many milliseconds or more are logged with summary and duration; `false` logs none. Default: 100. */
  slowQueryMs: { type: 'number', min: 0, or: [false], default: 100 },
} as const;

export interface QueryObserverOptions extends OptionsOf<typeof observerFields> {}

/** A query to send. Give either `sql`, or operation and collection. */
export interface ObservedQuery {
  /** The SQL. Its values are never recorded: literals become `?`. */
  sql?: string | undefined;
  /** `SELECT`, `find` … Default: from `sql`. Few values: it is a label. */
  operation?: string | undefined;
  /** Table or collection. Default: from `sql`. Few values: it names the span. */
  collection?: string | undefined;
}

/** Marks the phases of a running query. */
export interface QueryTimes {
  /** Call it when there is a connection: the time until now is `queue_time`. */
  connected(): void;
  /** Call it when the answer has arrived: the time from now on is `decode_time`. */
  answered(): void;
}

export interface QueryObserver {
  /**
   * Runs `fn` in a database span and records its duration in `repo.query.total_time`, and `queue_time`, `query_time` and
   * `decode_time` if `fn` marks them, by `query_type`; failures in `repo.query.errors` by `error.type`. Returns the result of
   * `fn`; for a promise one that settles in the same way.
   */
  observe<T>(query: ObservedQuery, fn: (times: QueryTimes, span: Span) => T): T;
}

/** Observes the queries of any database client without patching it: call `observe` around each. */
export function queryObserver(
  { metrics, spans, logger }: DatabaseTelemetry,
  options: QueryObserverOptions,
): QueryObserver {
  const resolved = resolveFields('database', observerFields, options, 'queryObserver');
  const { system, namespace, serverAddress, serverPort, buckets, usesBaseUnits } = resolved;
  const times = queryTimeHistograms(metrics, { buckets, usesBaseUnits });
  const recordedOf = (durationMs: number): number => (usesBaseUnits ? durationMs / 1000 : durationMs);
  const errors = metrics.counter('repo.query.errors', {
    help: 'Queries that failed, by kind.',
    labelNames: ['query_type', 'error.type'],
  });
  const descriptionOf = rememberedDescriptions(system);
  const logIfSlow = slowQueryLog(logger, resolved.slowQueryMs);

  return {
    observe({ sql, ...given }, fn) {
      // Callers without types may pass any value.
      const description = typeof sql === 'string' ? descriptionOf(sql) : undefined;
      const operation = given.operation ?? description?.operation ?? 'OTHER';
      const collection = given.collection ?? description?.collection;
      // Operation and collection of the caller also name the span.
      const isDescribed = given.operation === undefined && given.collection === undefined;
      const summary = isDescribed ? description?.summary : undefined;
      const labels = { query_type: operation };
      const startMs = performance.now();
      let connectedMs: number | undefined;
      let answeredMs: number | undefined;
      const phases: QueryTimes = {
        connected() {
          connectedMs ??= performance.now();
        },
        answered() {
          answeredMs ??= performance.now();
        },
      };
      const done = (failure?: { readonly error: unknown }): void => {
        const endMs = performance.now();
        times.total_time.observe(labels, recordedOf(endMs - startMs));
        if (connectedMs !== undefined) {
          times.queue_time.observe(labels, recordedOf(connectedMs - startMs));
          times.query_time.observe(labels, recordedOf((answeredMs ?? endMs) - connectedMs));
        }
        if (answeredMs !== undefined) times.decode_time.observe(labels, recordedOf(endMs - answeredMs));
        const named = collection === undefined ? operation : `${operation} ${collection}`;
        logIfSlow({ summary: summary ?? named, system, durationMs: endMs - startMs });
        if (failure !== undefined) errors.inc({ ...labels, 'error.type': databaseErrorType(failure.error) });
      };
      const queryText = description?.text;
      const spanOptions = { system, namespace, serverAddress, serverPort, collection, summary, queryText };
      return spans.db(operation, spanOptions, (span) =>
        callThen(
          () => fn(phases, span),
          (failure) => {
            if (failure !== undefined) markStatus(span, failure.error);
            done(failure);
          },
        ),
      );
    },
  };
}

/** The database's error code is more specific than the class of the client's error. */
function databaseErrorType(error: unknown): string {
  return statusOf(error) ?? errorType(error);
}

function markStatus(span: Span, error: unknown): void {
  const status = statusOf(error);
  if (status !== undefined) span.setAttribute('db.response.status_code', status);
}

/** SQLSTATE: five digits and capital letters. */
function statusOf(error: unknown): string | undefined {
  try {
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
    return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  } catch {
    return undefined; // an error that throws when it is read goes on to the caller, too
  }
}
