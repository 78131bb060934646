import type { Labels, LabelValue, RecordArgs } from './labels.js';
import type { StartTimer } from './start-timer.js';

/**
 * A value that only grows: requests served, bytes sent.
 *
 * No call throws for what it is given (see `strict` in `createMetrics` for the exception): a wrong value or label is
 * counted in `sightline_dropped_total` or `sightline_mislabelled_total` and warned about once per metric and reason.
 */
export interface Counter<in out N extends string = never, in out O extends string = never> {
  readonly name: string;
  /** Adds `by`, a finite number >= 0; 1 when left out. */
  inc(...args: RecordArgs<N, [by?: number], O>): void;
  /** The series with these labels, looked up once: keep it where the labels do not change. It is exported as 0 from now on. */
  labels(labels: Labels<N, O>): CounterSeries;
  /** The current total, or `undefined` where no such series exists. Does not create it. */
  value(...args: RecordArgs<N, [], O>): number | undefined;
  /** Ends one series: readers take what it still holds, and a later recording starts a new one at 0. */
  remove(...args: RecordArgs<N, [], O>): void;
  /** Ends all series of this metric. */
  clear(): void;
}

/** One series of a counter. It stays usable after `remove`: the next recording starts a new series. */
export interface CounterSeries {
  inc(by?: number): void;
  value(): number | undefined;
}

/** A value that goes up and down: queue length, temperature, requests in flight. */
export interface Gauge<in out N extends string = never, in out O extends string = never> {
  readonly name: string;
  /** Sets the value, a finite number. Dropped where the series would be beyond a cap: a shared series must not be set. */
  set(...args: RecordArgs<N, [value: number], O>): void;
  /** Adds `by`, a finite number; 1 when left out. */
  inc(...args: RecordArgs<N, [by?: number], O>): void;
  /** Subtracts `by`, a finite number; 1 when left out. */
  dec(...args: RecordArgs<N, [by?: number], O>): void;
  /** Sets the value to the Unix time in seconds, or in milliseconds where the unit says so. */
  setToCurrentTime(...args: RecordArgs<N, [], O>): void;
  /**
   * Adds 1, and returns the function that takes it back: for work that begins and ends in different places. What was
   * added to one series is taken from the same one, also where caps were reached or left meanwhile; where that series
   * was removed, nothing is taken. Calling it again does nothing.
   */
  startTracking(...args: RecordArgs<N, [], O>): () => void;
  /** Counts `fn` as in flight until it returns, throws, or what it returns settles. Returns what `fn` returns; for a promise, one that settles alike. */
  track<T>(...args: RecordArgs<N, [fn: () => T], O>): T;
  labels(labels: Labels<N, O>): GaugeSeries;
  value(...args: RecordArgs<N, [], O>): number | undefined;
  remove(...args: RecordArgs<N, [], O>): void;
  clear(): void;
}

/** One series of a gauge. */
export interface GaugeSeries {
  set(value: number): void;
  inc(by?: number): void;
  dec(by?: number): void;
  setToCurrentTime(): void;
  startTracking(): () => void;
  track<T>(fn: () => T): T;
  value(): number | undefined;
}

/** The distribution of a value: latencies, sizes. */
export interface Histogram<in out N extends string = never, in out O extends string = never> {
  readonly name: string;
  /** Records one value, a finite number in the histogram's unit. */
  observe(...args: RecordArgs<N, [value: number], O>): void;
  readonly startTimer: StartTimer<N, O>;
  /** Times `fn` until it returns, throws, or what it returns settles. Returns what `fn` returns; for a promise, one that settles alike. */
  time<T>(...args: RecordArgs<N, [fn: () => T], O>): T;
  labels(labels: Labels<N, O>): HistogramSeries;
  value(...args: RecordArgs<N, [], O>): HistogramValue | undefined;
  remove(...args: RecordArgs<N, [], O>): void;
  clear(): void;
}

/** One series of a histogram. */
export interface HistogramSeries {
  observe(value: number): void;
  startTimer(): () => number;
  time<T>(fn: () => T): T;
  value(): HistogramValue | undefined;
}

/** What a histogram series holds. */
export interface HistogramValue {
  readonly count: number;
  readonly sum: number;
  /** Upper bounds, inclusive, ascending, without +Inf. */
  readonly bounds: readonly number[];
  /** Observations per bucket, not cumulated; one more than `bounds`, the last for what lies above all bounds. */
  readonly bucketCounts: readonly number[];
}

/** Options that every instrument takes. */
export interface InstrumentOptions<N extends string, O extends string = never> {
  /** One sentence for the person who meets the metric on a dashboard. */
  help: string;
  /**
   * What is recorded, as a word: `seconds`, `milliseconds`, `bytes`, `ratio`, `messages`. Default: the unit that the name
   * ends in (`…_bytes`, `…_latency_ms`), if it ends in one. Values are stored as recorded; each backend writes the unit in its
   * own way (a suffix, a UCUM code), and a wire whose type is milliseconds (StatsD's `ms`) gets durations in milliseconds.
   */
  unit?: string | undefined;
  labelNames?: readonly N[] | undefined;
  /**
   * Labels that a recording may leave out: absent, `undefined` and `''` are one series, which has no such label on any wire.
   * `error.type` of what succeeded is one.
   */
  optionalLabels?: readonly O[] | undefined;
  /** Labels whose values are whole numbers, such as a status code: OTLP carries them as numbers; `200` and `'200'` are one series. */
  integerLabels?: readonly N[] | undefined;
  /**
   * The values a label may take; any other goes to the overflow series. When every label is listed or optional, and all
   * combinations (absence of an optional label is one more value) fit under the cap, each is exported as 0 from the start.
   */
  labelValues?: Partial<Readonly<Record<N, readonly LabelValue[]>>> | undefined;
  /** Most live series of this metric; the collector's `maxSeries` when left out. */
  maxSeries?: number | undefined;
  /** How often `collect` may run, in milliseconds: once a read round (1000) when left out. */
  intervalMs?: number | undefined;
}

export interface CounterOptions<N extends string = never, O extends string = never> extends InstrumentOptions<N, O> {
  /**
   * Runs when somebody reads, before the numbers are copied. It may record on the counter it is given; for a counter
   * without labels it may instead return the running total, from which a lower value later counts as a restart.
   */
  collect?: ((counter: Counter<N, O>) => CollectResult) | undefined;
  /**
   * When what is counted began, as Unix time in milliseconds: for totals that are kept elsewhere, such as bytes since the
   * machine's boot. Default: each series starts when somebody last read and did not see it, or with the declaration.
   */
  startTimeMs?: number | undefined;
}

export interface GaugeOptions<N extends string = never, O extends string = never> extends InstrumentOptions<N, O> {
  /**
   * Runs when somebody reads, before the numbers are copied. It may record on the gauge it is given; for a gauge without
   * labels it may instead return the value.
   */
  collect?: ((gauge: Gauge<N, O>) => CollectResult) | undefined;
  /**
   * Whether the values of several series or processes add up to something meaningful (connections, bytes in use; not
   * temperatures). OpenTelemetry then sees an up-down counter. False when left out.
   */
  isAdditive?: boolean | undefined;
}

export interface HistogramOptions<N extends string = never, O extends string = never> extends InstrumentOptions<N, O> {
  /** Upper bounds, inclusive, finite, ascending; those of `defaultBuckets(unit)` when left out. `[]` leaves only count and sum. */
  buckets?: readonly number[] | undefined;
  /**
   * Whether a base-2 exponential histogram (160 buckets, after OpenTelemetry's data model) is kept beside the buckets. When
   * left out it is kept if a backend asks for it. `false`: none is exported; a backend that computes quantiles keeps one for
   * itself all the same, because buckets would not tell them.
   */
  exponential?: boolean | undefined;
  /** Runs when somebody reads, before the numbers are copied; it records on the histogram it is given. */
  collect?: ((histogram: Histogram<N, O>) => void | Promise<void>) | undefined;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a callback that records by itself returns nothing
export type CollectResult = number | void | Promise<number | void>;

/** Facts about the service as labels of a series that is always 1, such as `build_info`. */
export interface InfoOptions {
  help: string;
  labels: Readonly<Record<string, LabelValue>>;
}
