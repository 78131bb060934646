import type { Log } from '@sightline/base';
import type { FakeClock } from '@sightline/base/fake-clock';
import type { MetricsBackend } from '@sightline/core';
import type { HistogramNeed, Named } from '@sightline/core/backend';

/** What a backend is like, as far as the conformance kit must know: data, so that `docs/backends/semantics.md` can be made from it. */
export interface BackendProfile {
  /** Names the backend in test titles and in the documentation. */
  readonly name: string;
  /** `pull`: the peer reads it (a scrape). `push`: it sends. Cases about sending are for those that push. */
  readonly delivery: 'pull' | 'push';
  /** Whether the peer gets running totals of counters and histograms, or what each window adds. Gauges are always as they are. */
  readonly temporality: 'cumulative' | 'delta';
  /** The backend's own `histogramNeed`: which view of a histogram the peer gets. */
  readonly histogramNeed: HistogramNeed;
  /** Largest relative error of quantiles. Default 0.05. */
  readonly quantileError?: number | undefined;
  /** How it writes a declared name: one of core's functions, such as `prometheusSampleName`. Default: as declared. */
  readonly nameOf?: ((named: Named) => string) | undefined;
  /** How it writes a label name, such as `prometheusLabelName`. Default: as declared. */
  readonly labelNameOf?: ((name: string) => string) | undefined;
  /** The cases that it cannot pass. */
  readonly deviations: readonly Deviation[];
}

/** A case that a backend fails by its nature. Once the case passes, the deviation fails the run: it is not true any more. */
export interface Deviation {
  /** The case's name. */
  readonly case: string;
  /** One sentence for users: what happens instead, and why it cannot be otherwise. */
  readonly reason: string;
}

/** A backend with what the kit needs to drive it and to see what its peer got. */
export interface BackendUnderTest<C extends CreatedBackend = CreatedBackend> extends BackendProfile {
  /** How many random programs are run, each a few milliseconds: fewer for a quick run. Default 1000. */
  readonly randomPrograms?: number | undefined;
  /** Makes a backend and a peer of its own, both fresh. Called for every case, for a case with random programs once per program. */
  create(context: CreateContext): C | Promise<C>;
  /**
   * Makes a backend whose `start` rejects, for instance because its port is taken. Without it, the case about a failing
   * start fails: list it as a deviation where nothing can fail at start.
   */
  createUnstartable?: ((context: CreateContext) => CreatedBackend | Promise<CreatedBackend>) | undefined;
  /**
   * What the peer has got, read out of its wire format: for a pull backend one window, the page as served now; for a push
   * backend one window per message, all since `create`, oldest first. Names and labels are as they stand on the wire.
   * Called after `flush` has resolved; a peer without acknowledgements must first wait for what is under way.
   */
  received(created: C, declared: Declared): readonly ReceivedWindow[] | Promise<readonly ReceivedWindow[]>;
}

export interface CreateContext {
  /** Stands still but for what the case advances. The collector uses it too. */
  readonly clock: FakeClock;
  readonly log: Log;
}

export interface CreatedBackend {
  readonly backend: MetricsBackend;
  /** Makes the peer keep callers waiting, until the returned function is called: connections are taken, nothing is answered. */
  hold?(): () => void;
  /** Makes the peer unreachable, until the returned function is called. */
  cut?(): (() => void) | Promise<() => void | Promise<void>>;
  /** Ends the peer, after the backend was shut down. */
  close?(): void | Promise<void>;
}

/** What the collector holds, for wire formats that leave something out (a log line of joined label values, for instance). */
export interface Declared {
  readonly families: readonly DeclaredFamily[];
}

export interface DeclaredFamily extends Named {
  readonly labelNames: readonly string[];
  /** Those of `labelNames` that a series may lack; it has then no such label on the wire. */
  readonly optionalLabels?: readonly string[] | undefined;
  readonly constantLabels: Readonly<Record<string, string>>;
  /** Of a histogram: upper bounds, without +Inf. */
  readonly bounds: readonly number[];
  /** Labels of every series that there is or was, without the constant ones. */
  readonly series: ReadonlyArray<Readonly<Record<string, string>>>;
}

/** One page, message or datagram. */
export type ReceivedWindow = readonly ReceivedPoint[];

/** One series in a window: `value` for a counter, gauge or info, the rest for a histogram or summary. Left out: not on the wire. */
export interface ReceivedPoint {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What the wire says that it is: a `counter` only goes up, a `gauge` goes anywhere. */
  readonly kind?: 'counter' | 'gauge' | undefined;
  readonly value?: number | undefined;
  readonly count?: number | undefined;
  readonly sum?: number | undefined;
  /**
   * The unit that the wire says a histogram's values are in, whatever was declared, as a word: `milliseconds` for a wire of timers.
   * Durations are compared in it; for what is none it is wrong. Left out: the wire says nothing, or the declared one.
   */
  readonly unit?: string | undefined;
  /** Upper bounds of the buckets, without +Inf. */
  readonly bounds?: readonly number[] | undefined;
  /** Not cumulated, one more than the declared bounds. */
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
