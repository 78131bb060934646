import type { Span } from '@opentelemetry/api';
import { callThen, type Log } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import { errorType, type SpanBuilder } from '@sightline/tracing';
import { queryTimeHistograms } from './query-metrics.js';
import { rememberedDescriptions } from './remembered-descriptions.js';
import { slowQueryLog } from './slow-queries.js';

/** What an observer of queries needs: an observability, or the doubles of a test. */
export interface DatabaseTelemetry {
  readonly metrics: MetricsCollector;
  readonly spans: SpanBuilder;
  /** Gets slow queries; without it none are logged. */
  readonly logger?: Log | undefined;
}

export interface QueryObserverOptions {
  /** As the conventions name it: `postgresql`, `mysql`, `mongodb` … */
  system: string;
  /** The name of the database. */
  namespace?: string | undefined;
  serverAddress?: string | undefined;
  serverPort?: number | undefined;
  /** Whether the times are in seconds instead of milliseconds, as `databaseMetricsOf` takes it. Default false. */
  usesBaseUnits?: boolean | undefined;
  /** Upper bounds of the times, in their unit. Default: those of `databaseMetricsOf`. */
  buckets?: readonly number[] | undefined;
  /** A query that takes so many milliseconds or more is logged with its summary and duration; `false` logs none. Default 100. */
  slowQueryMs?: number | false | undefined;
}

/** One query, as it is about to be sent. Either `sql`, or what it would say. */
export interface ObservedQuery {
  /** Its values never leave the process: literals become `?`. */
  sql?: string | undefined;
  /** `SELECT`, `find` … Default: from `sql`. Few values: it is a label. */
  operation?: string | undefined;
  /** Table or collection. Default: from `sql`. Few values: it names the span. */
  collection?: string | undefined;
}

/** Times of a query that are part of its whole time, told while it runs. */
export interface QueryTimes {
  /** Now there is a connection: what passed until now was waiting for one. */
  connected(): void;
  /** Now the answer is there: what follows is turning it into values. */
  answered(): void;
}

export interface QueryObserver {
  /**
   * Runs `fn` in a database span and records how long it took, in `repo.query.total_time`, and, as far as `fn` tells,
   * `queue_time`, `query_time` and `decode_time`, by `query_type`; failures in `repo.query.errors` by `error.type`. Returns what `fn`
   * returns; for a promise one that settles alike.
   */
  observe<T>(query: ObservedQuery, fn: (times: QueryTimes, span: Span) => T): T;
}

/** Observes the queries of any database client without patching it: call `observe` around each. */
export function queryObserver(
  { metrics, spans, logger }: DatabaseTelemetry,
  options: QueryObserverOptions,
): QueryObserver {
  const { system, namespace, serverAddress, serverPort, buckets, usesBaseUnits = false } = options;
  const times = queryTimeHistograms(metrics, { buckets, usesBaseUnits });
  const recordedOf = (durationMs: number): number => (usesBaseUnits ? durationMs / 1000 : durationMs);
  const errors = metrics.counter('repo.query.errors', {
    help: 'Queries that failed, by kind.',
    labelNames: ['query_type', 'error.type'],
  });
  const descriptionOf = rememberedDescriptions(system);
  const logIfSlow = slowQueryLog(logger, options.slowQueryMs ?? 100);

  return {
    observe({ sql, ...given }, fn) {
      // Callers without types may give anything.
      const description = typeof sql === 'string' ? descriptionOf(sql) : undefined;
      const operation = given.operation ?? description?.operation ?? 'OTHER';
      const collection = given.collection ?? description?.collection;
      // What the caller says of the query names its span, too.
      const isDescribed = given.operation === undefined && given.collection === undefined;
      const summary = isDescribed ? description?.summary : undefined;
      const labels = { query_type: operation };
      const startMs = performance.now();
      let connectedMs: number | undefined;
      let answeredMs: number | undefined;
      const told: QueryTimes = {
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
          () => fn(told, span),
          (failure) => {
            if (failure !== undefined) markStatus(span, failure.error);
            done(failure);
          },
        ),
      );
    },
  };
}

/** The database's own code says more than the class of the client's error. */
function databaseErrorType(error: unknown): string {
  return statusOf(error) ?? errorType(error);
}

function markStatus(span: Span, error: unknown): void {
  const status = statusOf(error);
  if (status !== undefined) span.setAttribute('db.response.status_code', status);
}

/** SQLSTATE: five digits and capitals. */
function statusOf(error: unknown): string | undefined {
  try {
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
    return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  } catch {
    return undefined; // an error that throws when it is read is the caller's all the same
  }
}
