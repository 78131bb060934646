import type { MetricsCollector } from '@sightline/core';
import type { LabelValueSets } from '@sightline/core/backend';
import type { PackName } from '../catalogue/all-packs.js';

/** What `defineOps` takes. Metrics go by the names that queries use (`orders_placed_total`) or as declared (`orders.placed.count`). */
export interface OpsDefinition {
  /** The service's name: of its spans and log lines, and the label `service` of its alerts. */
  service: string;
  /** Prometheus' `job`. Default: `service`. */
  job?: string | undefined;
  /** Who answers for the service: the label `team` of its alerts. */
  team: string;
  /** Declares the service's metrics, as at its start. Called in a process of its own, with a collector that sends nothing. */
  declare?: ((metrics: MetricsCollector) => unknown) | undefined;
  /**
   * Further metrics of ours that the service has: `http-server`, `http-client`, `database`, `messages` … Those of the process, of log
   * lines and of Sightline itself are always there, those of the host with `host: 'system-metrics'`.
   */
  packs?: readonly PackName[] | undefined;
  /** A saved `/metrics` page of the running service, relative to the current folder: adds what only a running service declares. */
  page?: string | undefined;
  /** Names of operations (`obs.operation('order.process', …)`), which declare their metrics with their first call. */
  operations?: readonly (string | OperationDefinition)[] | undefined;
  /**
   * Kinds of work with a rate, errors and a duration, by id. Those of HTTP servers, operations, sagas, runs, messages and database queries
   * are found without it.
   */
  signals?: Readonly<Record<string, SignalDefinition>> | undefined;
  slos?: Readonly<Record<string, SloDefinition>> | undefined;
  /** Gauges of what waits. */
  queues?: readonly QueueDefinition[] | undefined;
  /** Gauges of the Unix time, in seconds, at which something last happened. */
  freshness?: readonly FreshnessDefinition[] | undefined;
  /** Counters and gauges for the business dashboard. */
  kpis?: readonly MetricReference[] | undefined;
  /** The database, watched by its exporter. */
  database?: 'postgres' | { readonly system: 'postgres'; readonly job: string } | undefined;
  /** Where the numbers of the host come from. Default `none`. */
  host?: 'node-exporter' | 'system-metrics' | 'none' | undefined;
  limits?: LimitsDefinition | undefined;
  /** Names of alerts to leave out. */
  disable?: readonly string[] | undefined;
  /** What the values of the service's own labels mean, by declared metric name: which are failures. */
  labelValues?: LabelValueSets | undefined;
  links?: { readonly grafana?: string | undefined; readonly runbooks?: string | undefined } | undefined;
  notify?: NotifyDefinition | undefined;
  /** Label of all series. Default `local`. */
  cluster?: string | undefined;
  /** Label of all series. Default `local`. */
  region?: string | undefined;
  target?:
    | {
        readonly addresses?: readonly string[] | undefined;
        readonly path?: string | undefined;
        readonly healthPath?: string | undefined;
      }
    | undefined;
}

/** Where alerts go. Passwords, keys and Slack's URL are never here: they are files in `secrets/`. */
export interface NotifyDefinition {
  /** Critical and high. */
  readonly email?: EmailDefinition | false | undefined;
  /** Default: `#alerts-critical`, `#alerts-high` and, for warnings, `#alerts-medium`. */
  readonly slack?:
    | {
        readonly critical?: string | undefined;
        readonly high?: string | undefined;
        readonly medium?: string | undefined;
      }
    | false
    | undefined;
  /** Critical. Default true. */
  readonly pagerduty?: boolean | undefined;
  /** Gets every alert, as Alertmanager's JSON. */
  readonly webhook?: string | undefined;
}

export interface EmailDefinition {
  readonly to: string;
  /** Default: `alertmanager@` and the domain of `to`. */
  readonly from?: string | undefined;
  /** `host:port`. Default `localhost:25`. */
  readonly smarthost?: string | undefined;
  /** The password is in `secrets/smtp_password`. */
  readonly username?: string | undefined;
  /** Default true. */
  readonly requireTls?: boolean | undefined;
}

/** A metric, or those of its series that have one of the listed values in each of the labels. */
export type MetricReference = string | { readonly metric: string; readonly where?: Where | undefined };

export type Where = Readonly<Record<string, string | readonly string[]>>;

export interface OperationDefinition {
  readonly name: string;
  /** Names of the labels that the calls give. */
  readonly labelNames?: readonly string[] | undefined;
  /** Seconds, if the calls give some. */
  readonly buckets?: readonly number[] | undefined;
}

export interface SignalDefinition {
  readonly title?: string | undefined;
  /** A counter of the work, or a histogram of it. */
  readonly requests: MetricReference;
  readonly errors?: ErrorsDefinition | undefined;
  /** A histogram of seconds or milliseconds. */
  readonly duration?: MetricReference | undefined;
  /** A gauge of what is in progress. */
  readonly active?: MetricReference | undefined;
  /** The label by which panels split the work. */
  readonly by?: string | undefined;
  /** When SlowResponse fires. Default: unless 95 % end within a second. */
  readonly slow?: { readonly withinSeconds: number; readonly share?: number | undefined } | undefined;
}

export interface ErrorsDefinition {
  /** A counter, or a histogram. */
  readonly metric: string;
  readonly where?: Where | undefined;
  /** `within`: failures are among the requests. `besides`: they are counted apart, and the total is the sum. */
  readonly relation: 'within' | 'besides';
}

export interface SloDefinition {
  /** Id of a signal. */
  readonly signal: string;
  /** Share of good work: 0.999. */
  readonly objective: number;
  /** For latency: good work ends within these seconds, a bound of the histogram. Without it good work is what did not fail. */
  readonly withinSeconds?: number | undefined;
  /** Work in an alert's long window below which it stays silent. Default 100. */
  readonly minEvents?: number | undefined;
}

export interface QueueDefinition {
  readonly metric: string;
  readonly where?: Where | undefined;
  /** Default 50. */
  readonly limit?: number | undefined;
}

export interface FreshnessDefinition {
  readonly metric: string;
  readonly where?: Where | undefined;
  readonly maxAgeSeconds: number;
}

/** Shares from 0 to 1. `false` leaves the alert out. */
export interface LimitsDefinition {
  /** HighErrorRate. `medium` is the severity `warning`. Default 0.05 and 0.1. */
  readonly errorRatio?:
    | { readonly medium?: number | false | undefined; readonly high?: number | false | undefined }
    | undefined;
  /** Default 0.1. */
  readonly sagaFailureRatio?: number | undefined;
  /** Default 0.9. */
  readonly memoryRatio?: number | undefined;
  /** Default 0.8. */
  readonly cpuRatio?: number | undefined;
  /** Default 0.05. */
  readonly diskFreeRatio?: number | undefined;
}
