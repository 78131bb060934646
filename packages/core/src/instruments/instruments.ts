import type { Labels, LabelValue, RecordArgs } from './labels.js';
import type { StartTimer } from './start-timer.js';

/**
 * A value that only grows: requests served, bytes sent.
 *
 * No call throws for a wrong argument, except in a `strict` collector. A wrong value or label is counted in
 * `sightline_dropped_total` or `sightline_mislabelled_total`, and warned about once per metric and reason.
 */
export interface Counter<in out N extends string = never, in out O extends string = never> {
  readonly name: string;
  /** Adds `by`, a finite number >= 0. Default: 1. */
  inc(...args: RecordArgs<N, [by?: number], O>): void;
  /** The series with these labels, looked up once. Keep it if the labels do not change. It is exported as 0 from now on. */
  labels(labels: Labels<N, O>): CounterSeries;
  /** The current total, or `undefined` if there is no such series. Does not create it. */
  value(...args: RecordArgs<N, [], O>): number | undefined;
  /** Ends one series. Readers still get what it holds; a later recording starts a new series at 0. */
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
  /** Sets the value, a finite number. Dropped if the series is beyond a cap, because a shared series must not be set. */
  set(...args: RecordArgs<N, [value: number], O>): void;
  /** Adds `by`, a finite number. Default: 1. */
  inc(...args: RecordArgs<N, [by?: number], O>): void;
  /** Subtracts `by`, a finite number. Default: 1. */
  dec(...args: RecordArgs<N, [by?: number], O>): void;
  /** Sets the value to the Unix time in seconds, or in milliseconds if that is the unit. */
  setToCurrentTime(...args: RecordArgs<N, [], O>): void;
  /**
   * Adds 1, and returns a function that subtracts it: for work that begins and ends in different places. It subtracts from the
   * series that it added to, even if the labels lead to another one by then, because of a cap. It subtracts nothing if the series
   * was removed. A second call does nothing.
   */
  startTracking(...args: RecordArgs<N, [], O>): () => void;
  /** Counts `fn` as in flight until it returns, throws, or its promise settles. Returns what `fn` returns; for a promise, one that settles in the same way. */
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
  /** Times `fn` until it returns, throws, or its promise settles. Returns what `fn` returns; for a promise, one that settles in the same way. */
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
  /** Observations per bucket, not cumulative. One more than `bounds`: the last is for values above all bounds. */
  readonly bucketCounts: readonly number[];
}

/** Options that every instrument takes. */
export interface InstrumentOptions<N extends string, O extends string = never> {
  /** One sentence for people who see the metric on a dashboard. */
  help: string;
  /**
   * The unit as a word: `seconds`, `milliseconds`, `bytes`, `ratio`, `messages`. Default: the unit at the end of the name
   * (`…_bytes`, `…_latency_ms`), if there is one. Values are stored as recorded. Each backend writes the unit in its own way (a
   * suffix, a UCUM code). A wire type in milliseconds (StatsD's `ms`) gets durations in milliseconds.
   */
  unit?: string | undefined;
  labelNames?: readonly N[] | undefined;
  /**
   * Labels that a recording may omit, such as `error.type` of a success. Absent, `undefined` and `''` are one series, which has no
   * such label on any wire.
   */
  optionalLabels?: readonly O[] | undefined;
  /** Labels whose values are whole numbers, such as a status code: OTLP carries them as numbers; `200` and `'200'` are one series. */
  integerLabels?: readonly N[] | undefined;
  /**
   * The values that a label may take. Any other value goes to the overflow series. If every label is listed or optional, and all
   * combinations fit under the cap (absence of an optional label is one more value), each is exported as 0 from the start.
   */
  labelValues?: Partial<Readonly<Record<N, readonly LabelValue[]>>> | undefined;
  /** Maximum live series of this metric. Default: the collector's `maxSeries`. */
  maxSeries?: number | undefined;
  /** Minimum time between two runs of `collect`, in milliseconds. Default: once per collection (1000). */
  intervalMs?: number | undefined;
}

export interface CounterOptions<N extends string = never, O extends string = never> extends InstrumentOptions<N, O> {
  /**
   * Runs at each collection, before the numbers are copied. It records on the given counter. For a counter without labels it may
   * return the running total instead; a lower total than before is a restart.
   */
  collect?: ((counter: Counter<N, O>) => CollectResult) | undefined;
  /**
   * When counting began, as Unix time in milliseconds: for totals that are kept elsewhere, such as bytes since the machine's boot.
   * Default: each series starts at the last read that did not see it, or with the declaration.
   */
  startTimeMs?: number | undefined;
}

export interface GaugeOptions<N extends string = never, O extends string = never> extends InstrumentOptions<N, O> {
  /**
   * Runs at each collection, before the numbers are copied. It records on the given gauge. For a gauge without labels it may
   * return the value instead.
   */
  collect?: ((gauge: Gauge<N, O>) => CollectResult) | undefined;
  /**
   * Whether a sum over series or processes makes sense: for connections and bytes in use, not for temperatures. OpenTelemetry then
   * sees an up-down counter. Default: false.
   */
  isAdditive?: boolean | undefined;
}

export interface HistogramOptions<N extends string = never, O extends string = never> extends InstrumentOptions<N, O> {
  /** Upper bounds: inclusive, finite, ascending. Default: `defaultBuckets(unit)`. `[]`: only count and sum. */
  buckets?: readonly number[] | undefined;
  /**
   * Whether to keep a base-2 exponential histogram (160 buckets, OpenTelemetry's data model) as well. Default: if a backend asks for
   * it. `false`: none is exported, but a backend that computes quantiles still has one, because buckets are too coarse for that.
   */
  exponential?: boolean | undefined;
  /** Whether to keep exemplars of sampled spans. `false`: for what a timer measures, which belongs to no span. Default: true. */
  exemplars?: boolean | undefined;
  /** Runs at each collection, before the numbers are copied. It records on the given histogram. */
  collect?: ((histogram: Histogram<N, O>) => void | Promise<void>) | undefined;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a callback that records by itself returns nothing
export type CollectResult = number | void | Promise<number | void>;

/** Facts about the service as labels of a series that is always 1, such as `build_info`. */
export interface InfoOptions {
  help: string;
  labels: Readonly<Record<string, LabelValue>>;
}
