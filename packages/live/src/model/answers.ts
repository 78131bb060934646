import type { LiveMessage, TopicStatistics } from './message.js';

// What the JSON API answers below `/live/api/`, one interface per path. The page reads nothing else. All of it is plain JSON: times are Unix
// milliseconds (with fractions), durations milliseconds, rates per second; what is not known is `null`. Parameters that all paths with a
// time or a service share: `service` (its name; default: all), `last` (`90s`, `15m`, `1h`; default `15m`) and `until` (Unix milliseconds;
// default: now).

/** `about`: what this is, and what it can do. */
export interface AboutAnswer {
  readonly kind: 'embedded' | 'viewer';
  /** The version of `@sightline/live`. */
  readonly version: string;
  /** Differs after a restart. */
  readonly bootId: string;
  readonly startedMs: number;
  readonly nowMs: number;
  /** The service that serves the page; `null` in the viewer. */
  readonly service: { readonly name: string; readonly version: string; readonly environment: string } | null;
  readonly process: { readonly pid: number; readonly node: string; readonly host: string };
  /** Where the viewer receives OTLP; `null` in a service. */
  readonly receives: { readonly http: string; readonly grpc: string } | null;
  readonly canProfile: boolean;
  /** Whether a session can be exported and imported. */
  readonly hasSessions: boolean;
  /** The service's own pages. */
  readonly pages: ReadonlyArray<{ readonly id: string; readonly title: string }>;
}

/** `services`: who has sent something. */
export interface ServicesAnswer {
  readonly services: readonly ServiceRow[];
}

export interface ServiceRow {
  readonly name: string;
  readonly version: string | null;
  /** `telemetry.sdk.language`. */
  readonly language: string | null;
  /** `service.instance.id`s seen. */
  readonly instances: number;
  /** Instances that fell silent two minutes ago or more while others went on, and new start times of metrics of the same instance. */
  readonly restarts: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /**
   * How far its clock seems to be ahead of others, from spans that cannot belong to their parents, and from times to come; `null` if nothing
   * shows it.
   */
  readonly clockAheadMs: number | null;
  readonly spans: number;
  readonly logLines: number;
  readonly metrics: number;
  readonly messages: number;
}

/** Numbers over time: `values[name][i]` is of the interval that ends at `timesMs[i]`; `null` where nothing is known. */
export interface TimeSeries {
  readonly timesMs: readonly number[];
  readonly values: Readonly<Record<string, ReadonlyArray<number | null>>>;
}

/** `overview` (`service`, `last`): the first page. */
export interface OverviewAnswer {
  readonly health: HealthAnswer;
  /** Where requests, errors and durations are from: a service's HTTP server metrics; if it has none, its server and consumer spans. */
  readonly requestsFrom: 'metrics' | 'spans' | 'metrics and spans' | null;
  /** Over `last`. */
  readonly requests: { readonly total: number; readonly perSecond: number } | null;
  readonly errors: { readonly total: number; readonly share: number } | null;
  readonly duration: { readonly meanMs: number; readonly p50Ms: number; readonly p95Ms: number } | null;
  /** Commands, queries, events and sagas, counted since the service's start; `null` for a service without. */
  readonly messages: {
    readonly commands: CountAndRate | null;
    readonly queries: CountAndRate | null;
    readonly events: CountAndRate | null;
  };
  readonly sagas: {
    readonly started: number;
    readonly running: number;
    /** By status, such as `completed`, `compensated`, `failed`. */
    readonly ended: Readonly<Record<string, number>>;
  } | null;
  readonly eventLoop: { readonly delayP99Ms: number | null; readonly utilization: number | null } | null;
  readonly memory: {
    readonly residentBytes: number | null;
    readonly heapUsedBytes: number | null;
    readonly heapLimitBytes: number | null;
  } | null;
  /** Names: `requests`, `errors` (per second), `p50Ms`, `p95Ms`, `events`, `commands`, `queries`, `eventLoopDelayMs`. Those without data are left out. */
  readonly series: TimeSeries;
  /** By time spent, at most 20. */
  readonly operations: readonly OperationRow[];
  /** Lines of errors within the time, newest first, at most 20. */
  readonly recentErrors: readonly LogRow[];
  readonly losses: readonly LossRow[];
}

export interface CountAndRate {
  readonly total: number;
  readonly perSecond: number;
}

export interface HealthAnswer {
  readonly status: 'ready' | 'not ready' | 'draining' | 'unknown';
  readonly checks: ReadonlyArray<{ readonly name: string; readonly failure: string | null }>;
}

/**
 * `operations` (`service`, `last`, `sort` = `time` | `rate` | `errors` | `p95`, `limit`): spans by service, name and kind. What is beyond the
 * number of names that are counted one by one is `other`, of each service and kind.
 */
export interface OperationsAnswer {
  readonly operations: readonly OperationRow[];
}

export interface OperationRow {
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly count: number;
  readonly perSecond: number;
  readonly errors: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** Sum of all durations. */
  readonly totalMs: number;
  /** Calls in 40 equal intervals of `last`, oldest first. */
  readonly spark: readonly number[];
}

/** Something that may be lost or left out, and how much was. Rows with 0 are part of it. */
export interface LossRow {
  /** `spans`, `log lines`, `recordings`, `messages`, `metrics`, `spans here`, `log lines here` … */
  readonly what: string;
  /** What went well: sent, written, kept. */
  readonly total: number | null;
  readonly lost: number;
  /** Why, such as `queue full`, `sampled out`, `older, overwritten`. */
  readonly reason: string;
  /** `bad`: data that was to be delivered is lost. `info`: as intended. */
  readonly severity: 'ok' | 'info' | 'warn' | 'bad';
}

/** `losses` (`service`). */
export interface LossesAnswer {
  readonly losses: readonly LossRow[];
}

/** `metrics` (`service`): the catalogue. */
export interface MetricsAnswer {
  readonly metrics: readonly MetricRow[];
}

export interface MetricRow {
  readonly service: string;
  readonly name: string;
  readonly help: string;
  readonly unit: string | null;
  /** `counter`: rates; `gauge`: values (non-monotonic sums too); `histogram`: rates, quantiles, a heat map; `summary`: its quantiles. */
  readonly kind: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info';
  readonly labelNames: readonly string[];
  readonly series: number;
  /** Series without a history, because there were too many. */
  readonly seriesWithoutHistory: number;
}

/**
 * `metrics/history` (`service`, `name`, `last`, `label.<name>`=<value> any number, `by` = a label to sum by, `limit` = series, default 10,
 * the largest): the history of one metric. With `after` (Unix milliseconds), only points later than that.
 */
export interface MetricHistoryAnswer {
  readonly metric: MetricRow;
  readonly timesMs: readonly number[];
  readonly series: readonly SeriesHistory[];
  /** Series that match and are not among `series`. */
  readonly otherSeries: number;
  /** Of all matching series together; only for histograms with buckets. */
  readonly heatMap: {
    /** Upper bounds, ascending; the last is `null` for no bound. */
    readonly bounds: ReadonlyArray<number | null>;
    /** Per interval: observations per bucket; `null` for no data. */
    readonly counts: ReadonlyArray<readonly number[] | null>;
  } | null;
  /** Newest first, at most 20. */
  readonly exemplars: readonly ExemplarRow[];
  /** For `after`. */
  readonly cursor: string;
}

export interface SeriesHistory {
  readonly labels: Readonly<Record<string, string>>;
  /** The newest cumulative value of a counter, the value of a gauge, the count of a histogram: as `snapshot()` has it. */
  readonly current: number | null;
  /** Histograms and summaries: the cumulative sum. */
  readonly currentSum: number | null;
  /** By interval. Counters and histograms: `rate` per second; gauges: `value`; histograms: `mean`, `p50`, `p95`, `p99` too; summaries: `q0.5` … */
  readonly values: Readonly<Record<string, ReadonlyArray<number | null>>>;
}

export interface ExemplarRow {
  readonly timeMs: number;
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * `traces` (`service`, `last`, `name` = part of the root's or any span's name, `minMs`, `maxMs`, `status` = `error` | `ok`, `attribute` =
 * `key=value` or `key` any number, `sort` = `newest` | `slowest` | `spans` | `errors`, `limit` default 50, at most 500).
 */
export interface TracesAnswer {
  /** Traces that match, and traces kept, within the time. */
  readonly matching: number;
  readonly kept: number;
  readonly traces: readonly TraceRow[];
  /** Spans that were recorded here but not sampled: they are not kept. */
  readonly sampledOut: number;
  readonly spansKept: number;
  readonly spansOverwritten: number;
}

export interface TraceRow {
  readonly traceId: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** The root's, or that of the earliest span if the root has not arrived. */
  readonly name: string;
  readonly service: string;
  readonly isRootMissing: boolean;
  readonly services: readonly string[];
  readonly spans: number;
  readonly errors: number;
}

/** `traces/<id>`: 404 if no span of it is kept. `profile` as parameter is not needed: the order is depth first, siblings by start. */
export interface TraceAnswer {
  readonly traceId: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly services: readonly string[];
  readonly errors: number;
  /** Depth first, siblings by start. Spans whose parents are missing come as roots. */
  readonly spans: readonly SpanRow[];
  readonly logLines: readonly LogRow[];
  /** Log lines of the trace beyond those. */
  readonly moreLogLines: number;
  readonly messages: readonly string[];
  /** Spans beyond the limit of 20 000 of one answer. */
  readonly moreSpans: number;
}

export interface SpanRow {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly isParentMissing: boolean;
  readonly depth: number;
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKindName;
  /** Clock of its own service. */
  readonly startMs: number;
  /** Milliseconds after the start of the trace, with the clock of its service corrected if it cannot be right beside that of its parent. */
  readonly offsetMs: number;
  readonly durationMs: number;
  /** By how much `offsetMs` was corrected; 0 normally. */
  readonly correctedMs: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage: string | null;
  /** Whether the trace would have ended earlier if this span had. */
  readonly isCritical: boolean;
  readonly scope: string;
  readonly attributes: Attributes;
  readonly events: ReadonlyArray<{
    readonly name: string;
    readonly offsetMs: number;
    readonly attributes: Attributes;
  }>;
  readonly links: ReadonlyArray<{
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: Attributes;
    /** Whether spans of that trace are kept. */
    readonly isKept: boolean;
  }>;
  /** Attributes, events and links that the sender or a limit here left out. */
  readonly leftOut: number;
}

export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** JSON values by name. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * `logs` (`service`, `last`, `level` = lowest level's name, `filter` = words and `key=value`, all must match, `traceId`, `spanId`, `limit`
 * default 200): newest first. With `after` (a cursor): what came since, oldest first, at most `limit`.
 */
export interface LogsAnswer {
  readonly lines: readonly LogRow[];
  readonly matching: number;
  readonly kept: number;
  readonly overwritten: number;
  /** Lines between `after` and the first one that are no longer kept or beyond `limit`. */
  readonly skipped: number;
  readonly cursor: string;
}

export interface LogRow {
  /** Ascending. */
  readonly id: string;
  readonly timeMs: number;
  readonly service: string;
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** The logger's name. */
  readonly logger: string;
  readonly message: string;
  readonly attributes: Attributes;
  readonly traceId: string | null;
  readonly spanId: string | null;
}

/** `topics`. */
export interface TopicsAnswer {
  readonly topics: readonly TopicStatistics[];
}

/**
 * `messages` (`topic` default all, `type`, `source`, `filter`, `traceId`, `correlationId`, `limit` default 100): newest first. With `after` (a cursor): oldest
 * first.
 */
export interface MessagesAnswer {
  readonly messages: readonly LiveMessage[];
  /** Messages between `after` and the first one that are no longer kept or beyond `limit`. */
  readonly skipped: number;
  readonly cursor: string;
}

/** `messages/<id>`: a message and its chain. */
export interface MessageAnswer {
  readonly message: LiveMessage;
  /**
   * Messages of the same correlation, oldest first, this one included, and those of the same trace that have no correlation. If it has none itself, all
   * of its trace.
   */
  readonly chain: readonly LiveMessage[];
}

/** `flow` (`last`, default `1m`): services, brokers, databases and other peers as a graph, from spans. */
export interface FlowAnswer {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  /** From service to service, one for each topic between them: spans whose parents are of another service. */
  readonly serviceEdges?: readonly FlowEdge[];
}

export interface FlowNode {
  readonly id: string;
  readonly name: string;
  readonly kind: 'service' | 'topic' | 'database' | 'peer';
  /** Spans that it handled: server, consumer and root spans; for others the calls to it. */
  readonly perSecond: number;
  readonly errorShare: number;
  readonly p95Ms: number | null;
  readonly lastMs: number;
}

export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly perSecond: number;
  readonly errors: number;
  readonly p95Ms: number;
  /** A trace that took this way, the newest. */
  readonly traceId: string;
  /** Of `serviceEdges`: the topic between the services, if there is one. */
  readonly via?: string;
}

/** `runtime` (`service`, `last`). In the viewer from the metrics that services send; what none sends is `null`. */
export interface RuntimeAnswer {
  readonly processes: readonly RuntimeProcess[];
  /** `residentBytes`, `heapUsedBytes`, `heapTotalBytes`, `externalBytes`, `eventLoopDelayP99Ms`, `eventLoopUtilization`, `cpuShare`, `gcMsPerSecond`, `handles`. */
  readonly series: TimeSeries;
  /** The largest, at most 10 each. Only in a service. */
  readonly heapHolders: readonly HolderRow[];
  readonly queues: readonly HolderRow[];
}

export interface RuntimeProcess {
  /** The first of `services`. */
  readonly service: string;
  /** All that the process holds, as far as they were asked for. */
  readonly services: readonly string[];
  /** Whether it no longer reports; what it measured last is left out then. */
  readonly hasEnded: boolean;
  /** When it reported last; `null` for the process of the page. */
  readonly lastMs: number | null;
  readonly instance: string | null;
  readonly pid: number | null;
  readonly startedMs: number | null;
  /** `node`, `v8` … to their versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly residentBytes: number | null;
  readonly heapUsedBytes: number | null;
  readonly heapLimitBytes: number | null;
  readonly eventLoopDelayP99Ms: number | null;
  readonly eventLoopUtilization: number | null;
  /** Active resources by type. */
  readonly handles: Readonly<Record<string, number>> | null;
}

export interface HolderRow {
  readonly name: string;
  readonly bytes: number | null;
  readonly items: number | null;
  readonly limit: number | null;
  readonly detail: string;
}

/** `database` (`service`, `last`): client spans with `db.system.name` (or `db.system`), and our `repo.query` metrics. */
export interface DatabaseAnswer {
  readonly queries: readonly QueryRow[];
  /** Slowest first, at most 50. */
  readonly slow: readonly SlowQueryRow[];
}

export interface QueryRow {
  readonly service: string;
  readonly system: string;
  readonly summary: string;
  readonly count: number;
  readonly perSecond: number;
  readonly errors: number;
  readonly meanMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  readonly totalMs: number;
}

export interface SlowQueryRow {
  readonly timeMs: number;
  readonly service: string;
  readonly summary: string;
  readonly text: string | null;
  readonly durationMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly isError: boolean;
}

/** `settings`: the effective settings of the service, masked. Empty in the viewer, which shows its own limits. */
export interface SettingsAnswer {
  readonly sections: ReadonlyArray<{
    readonly title: string;
    readonly rows: ReadonlyArray<{
      readonly name: string;
      readonly value: string;
      /** `code`, `environment: METRICS_PORT`, `defaults`, `default`; '' for a fact. */
      readonly source: string;
    }>;
  }>;
}

/** `pages/<id>`: a page of the service's own. */
export type OwnPageAnswer =
  | {
      readonly kind: 'rows';
      readonly columns: readonly string[];
      readonly rows: ReadonlyArray<ReadonlyArray<string | number | boolean | null>>;
      /** Rows beyond the 1000 that a page holds. */
      readonly moreRows: number;
    }
  | {
      readonly kind: 'chart';
      readonly unit: string | null;
      readonly timesMs: readonly number[];
      readonly series: ReadonlyArray<{ readonly name: string; readonly values: ReadonlyArray<number | null> }>;
    };

/**
 * `POST profiles`: starts a CPU profile of ten seconds; 409 while one runs. With `kind` = `heap` it looks for the largest holders of heap
 * instead, for which the service stands still; `runtime` then has them. `GET profiles`: those kept, newest first, at most 5.
 */
export interface ProfilesAnswer {
  readonly running: { readonly startedMs: number; readonly endsMs: number } | null;
  readonly profiles: readonly ProfileRow[];
}

export interface ProfileRow {
  readonly id: string;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly bytes: number;
  /** By cumulative time, at most 20. `profiles/<id>.cpuprofile` gives the whole file. */
  readonly top: readonly ProfileFunction[];
}

export interface ProfileFunction {
  readonly name: string;
  readonly place: string;
  readonly selfMs: number;
  readonly totalMs: number;
  readonly share: number;
}

/** What a request gets that cannot be answered. The message says what to change. */
export interface ProblemAnswer {
  readonly problem: string;
}
