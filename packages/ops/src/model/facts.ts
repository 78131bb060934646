import type { Catalogue } from './catalogue.js';

/** What operations must know of a service: checked against its catalogue and complete. Every generator reads this and nothing else. */
export interface Facts {
  /** Value of the label `service` of every alert, and the services's name in spans and log lines. */
  readonly service: string;
  /** Value of Prometheus' label `job`. */
  readonly job: string;
  /** Who answers for the service: the label `team` of every alert. */
  readonly team: string;
  readonly catalogue: Catalogue;
  readonly signals: readonly Signal[];
  readonly slos: readonly Slo[];
  readonly queues: readonly QueueFact[];
  readonly freshness: readonly FreshnessFact[];
  /** Gauges of the service's own purpose, for the business dashboard. */
  readonly kpis: readonly Selector[];
  readonly database: DatabaseFact | undefined;
  /** Where CPU, memory and disk of the host come from. */
  readonly host: 'node-exporter' | 'system-metrics' | 'none';
  readonly limits: Limits;
  /** Names of alerts that are not generated. */
  readonly disable: readonly string[];
  readonly links: Links;
  readonly target: Target;
  readonly notify: Notify;
  /** Labels of all series and alerts of this installation. */
  readonly cluster: string;
  readonly region: string;
}

/** Where Alertmanager sends alerts; undefined: not there. Secrets are never here, they are read from files. */
export interface Notify {
  readonly email: Email | undefined;
  /** Channels by severity, `#` included. */
  readonly slack: Readonly<Record<Severity, string>> | undefined;
  readonly hasPagerduty: boolean;
  /** Gets everything as JSON. */
  readonly webhookUrl: string | undefined;
}

export interface Email {
  readonly to: string;
  readonly from: string;
  /** `host:port`. */
  readonly smarthost: string;
  /** Undefined: the server asks for none. */
  readonly username: string | undefined;
  readonly requiresTls: boolean;
}

/** Where Prometheus scrapes the service. */
export interface Target {
  /** `host:port` of each instance, such as `ws-collector:9464`. */
  readonly addresses: readonly string[];
  /** Default `/metrics`. */
  readonly path: string;
  /** Of the probes; default `/healthz`. */
  readonly healthPath: string;
}

export interface Links {
  /** Of Grafana, without a slash at the end: `http://localhost:3000`. */
  readonly grafana: string;
  /** Where the runbooks are readable; an alert's page is `<runbooks>/<Alert>.md`. */
  readonly runbooks: string;
}

/** Series of one metric. */
export interface Selector {
  /** Name in queries, of counters and gauges; of a histogram its `_count`. */
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A kind of work with a rate, and, if they are known, errors, a duration and a number in progress. */
export interface Signal {
  /** Letters, digits and `-`: `publish`, `http-server`. Unique within the service. The label `signal` of its alerts. */
  readonly id: string;
  readonly title: string;
  readonly kind: 'http-server' | 'operation' | 'saga' | 'database' | 'runs' | 'declared';
  /** All of the work, failures included if `errors.relation` is `within`. */
  readonly requests: Selector;
  readonly errors: ErrorFact | undefined;
  readonly duration: DurationFact | undefined;
  /** Gauge of what is in progress. */
  readonly active: Selector | undefined;
  /** The label by which panels split it. */
  readonly by: string | undefined;
}

export interface ErrorFact {
  readonly selector: Selector;
  /** `within`: failures are counted among the requests. `besides`: the total is requests plus failures. */
  readonly relation: 'within' | 'besides';
  /** The label that names what went wrong, for a panel. */
  readonly by: string | undefined;
}

export interface DurationFact {
  /** Name of the histogram in queries, without `_bucket`. */
  readonly histogram: string;
  readonly matchers: readonly Matcher[];
  readonly unit: 'seconds' | 'milliseconds';
  /** In its unit, ascending. */
  readonly bounds: readonly number[];
  /**
   * The share `objective` of the work that must end within `bound` (in the histogram's unit, and one of `bounds`) for SlowResponse to
   * stay silent. Undefined if no bound is near enough to a limit: then there is no such alert.
   */
  readonly slow: { readonly bound: number; readonly share: number } | undefined;
}

export interface Slo {
  /** `publish-availability`: the label `slo`. */
  readonly id: string;
  readonly signal: Signal;
  /** Above 0, below 1: 0.999. */
  readonly objective: number;
  /** Set for a latency objective: good work ends within this bound of `signal.duration.bounds`, in the histogram's unit. */
  readonly within: number | undefined;
  /** Events in the long window below which no burn-rate alert fires. */
  readonly minEvents: number;
}

export interface QueueFact {
  readonly selector: Selector;
  /** QueueBacklog fires above this for 10 m. */
  readonly limit: number;
}

/** A gauge that holds the Unix time, in seconds, of the last time that something happened. */
export interface FreshnessFact {
  readonly selector: Selector;
  readonly maxAgeSeconds: number;
}

export interface DatabaseFact {
  readonly system: 'postgres';
  /** The exporter's `job`. */
  readonly job: string;
}

/** By severity, highest last; undefined: no alert of that severity. */
export interface Limits {
  /** Share of failed work: HighErrorRate, after 5 m. */
  readonly errorRatio: { readonly warning: number | undefined; readonly high: number | undefined };
  /** Share of failed sagas, critical, after 5 m. */
  readonly sagaFailureRatio: number;
  readonly memoryRatio: number;
  readonly cpuRatio: number;
  /** Free share of a disk below which DiskFull fires. */
  readonly diskFreeRatio: number;
}

export type Severity = 'critical' | 'high' | 'warning';
