import type { Log } from '@sightline/base';
import type { FakeClock } from '@sightline/base/fake-clock';
import type { MetricsBackend } from '@sightline/core';
import type { HistogramNeed, Named } from '@sightline/core/backend';

/** The properties of a backend that the conformance kit must know. It is data, because `docs/backends/semantics.md` is generated from it. */
export interface BackendProfile {
  /** Names the backend in test titles and in the documentation. */
  readonly name: string;
  /** `pull`: the peer reads it (a scrape). `push`: it sends. Cases about sending apply to `push` only. */
  readonly delivery: 'pull' | 'push';
  /** Whether the peer gets cumulative totals of counters and histograms, or the difference of each window. Gauges are current values. */
  readonly temporality: 'cumulative' | 'delta';
  /** The backend's own `histogramNeed`: which view of a histogram the peer gets. */
  readonly histogramNeed: HistogramNeed;
  /** Maximum relative error of quantiles. Default: 0.05. */
  readonly quantileError?: number | undefined;
  /** How it writes a declared name: one of core's functions, such as `prometheusSampleName`. Default: as declared. */
  readonly nameOf?: ((named: Named) => string) | undefined;
  /** How it writes a label name, such as `prometheusLabelName`. Default: as declared. */
  readonly labelNameOf?: ((name: string) => string) | undefined;
  /** The cases that it cannot pass. */
  readonly deviations: readonly Deviation[];
}

/** A case that a backend cannot pass. Once the case passes, the deviation fails the run, because it is outdated. */
export interface Deviation {
  /** The case's name. */
  readonly case: string;
  /** One sentence for users: what happens instead, and why. */
  readonly reason: string;
}

/** A backend, and what the kit needs to drive it and to see what its peer got. */
export interface BackendUnderTest<C extends CreatedBackend = CreatedBackend> extends BackendProfile {
  /** How many random programs are run, each a few milliseconds: fewer for a quick run. Default 1000. */
  readonly randomPrograms?: number | undefined;
  /** Makes a new backend and its own peer. Called for every case; for a case with random programs once per program. */
  create(context: CreateContext): C | Promise<C>;
  /**
   * Makes a backend whose `start` rejects, for instance because its port is taken. Without it, the case about a failing
   * start fails: list it as a deviation if nothing can fail at start.
   */
  createUnstartable?: ((context: CreateContext) => CreatedBackend | Promise<CreatedBackend>) | undefined;
  /**
   * What the peer got, parsed from the wire format. For a pull backend one window: the current exposition. For a push backend one
   * window per message since `create`, oldest first. Names and labels as on the wire. Called after `flush` has resolved. Without
   * acknowledgements wait first for data in flight.
   */
  received(created: C, declared: Declared): readonly ReceivedWindow[] | Promise<readonly ReceivedWindow[]>;
}

export interface CreateContext {
  /** Moves only when the case advances it. The collector uses it too. */
  readonly clock: FakeClock;
  readonly log: Log;
}

export interface CreatedBackend {
  readonly backend: MetricsBackend;
  /** Makes the peer accept connections without answering, until the returned function is called. */
  hold?(): () => void;
  /** Makes the peer unreachable, until the returned function is called. */
  cut?(): (() => void) | Promise<() => void | Promise<void>>;
  /** Shuts down the peer, after the backend. */
  shutdown?(): void | Promise<void>;
}

/** What the collector holds, for wire formats that omit information (such as a log line with joined label values). */
export interface Declared {
  readonly families: readonly DeclaredFamily[];
}

export interface DeclaredFamily extends Named {
  readonly labelNames: readonly string[];
  /** Those of `labelNames` that a series may lack. The wire then has no such label. */
  readonly optionalLabels?: readonly string[] | undefined;
  readonly constantLabels: Readonly<Record<string, string>>;
  /** For a histogram: upper bounds, without +Inf. */
  readonly bounds: readonly number[];
  /** Labels of every series, ended ones included, without constant labels. */
  readonly series: ReadonlyArray<Readonly<Record<string, string>>>;
}

/** One exposition, message or datagram. */
export type ReceivedWindow = readonly ReceivedPoint[];

/** One series in a window: `value` for a counter, gauge or info, the rest for a histogram or summary. Absent: not on the wire. */
export interface ReceivedPoint {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The type on the wire: a `counter` only goes up, a `gauge` goes up and down. */
  readonly kind?: 'counter' | 'gauge' | undefined;
  readonly value?: number | undefined;
  readonly count?: number | undefined;
  readonly sum?: number | undefined;
  /**
   * The unit of a histogram's values that the wire states, as a word: `milliseconds` for timers. Durations are compared in it. It is
   * wrong for other histograms. Absent: the wire states none, or the declared one.
   */
  readonly unit?: string | undefined;
  /** Upper bounds of the buckets, without +Inf. */
  readonly bounds?: readonly number[] | undefined;
  /** Not cumulative; one more than the declared bounds. */
  readonly bucketCounts?: readonly number[] | undefined;
  readonly quantiles?: ReadonlyArray<{ readonly quantile: number; readonly value: number }> | undefined;
  readonly exponential?: ReceivedExponential | undefined;
}

export interface ReceivedExponential {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly counts: readonly number[] };
  readonly negative: { readonly offset: number; readonly counts: readonly number[] };
}
