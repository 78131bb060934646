import { downscaledExponential, type ExponentialPoint, subtractExponential } from '@sightline/core/backend';
import { exponentialKey, halvedKey } from './bucket-keys.js';
import { Increases, type LineHead } from './line-head.js';
import type { Columns } from './source-history.js';

/** Observations in buckets: between explicit bounds, or exponential ones. */
export class HistogramLine {
  readonly head: LineHead;
  /** Upper bounds without the last, which has none. `undefined` for exponential buckets. */
  readonly bounds: readonly number[] | undefined;
  count: number = Number.NaN;
  /** NaN if the sender does not know it. */
  sum: number = Number.NaN;
  hasHistory = true;
  /** Of the buckets in the history, if they are exponential. */
  scale: number = MAX_SCALE;
  readonly counts: Increases = new Increases();
  readonly sums: Increases = new Increases();
  /** Channels by bucket: its number, or its key if it is exponential. Only those that were ever hit; `undefined` if there were too many. */
  buckets: Map<number, number> | undefined = new Map<number, number>();
  /** The newest cumulative numbers. */
  #explicit: Float64Array | undefined;
  #exponential: ExponentialPoint | undefined;

  constructor(head: LineHead, bounds: readonly number[] | undefined) {
    this.head = head;
    this.bounds = bounds;
  }

  get isNew(): boolean {
    return Number.isNaN(this.count);
  }

  /** With all of its buckets hit. */
  get bytes(): number {
    const buckets = this.bounds === undefined ? MAX_EXPONENTIAL : this.bounds.length + 1;
    return 900 + 72 * buckets + (this.bounds === undefined ? 2 * 8 * MAX_KEPT_EXPONENTIAL : 0);
  }

  /**
   * Takes the numbers since the line's start.
   * @param bucketCounts from `first` on, one more than bounds; empty if the sender has no buckets
   * @param isBaseline whether what was counted before is not known by when
   */
  explicit(count: number, sum: number, bucketCounts: ArrayLike<number>, first: number, isBaseline: boolean): void {
    const size = bucketCounts.length === 0 ? 0 : (this.bounds?.length ?? 0) + 1;
    const former = this.#explicit ?? new Float64Array(size);
    const formerCount = this.isNew ? 0 : this.count;
    const formerSum = this.isNew ? 0 : this.sum;
    let isReset = count < formerCount;
    for (let i = 0; i < size && !isReset; i++) isReset = (bucketCounts[first + i] as number) < (former[i] as number);
    this.count = count;
    this.sum = sum;
    if (!isBaseline) {
      this.#add(isReset ? count : count - formerCount, isReset ? sum : sum - formerSum);
      if (count !== formerCount || isReset) {
        for (let i = 0; i < size; i++) {
          const by = (bucketCounts[first + i] as number) - (isReset ? 0 : (former[i] as number));
          if (by > 0) this.#hit(i, by);
        }
      }
    }
    for (let i = 0; i < size; i++) former[i] = bucketCounts[first + i] as number;
    this.#explicit = former;
  }

  /** Takes the numbers of an interval. */
  explicitDelta(count: number, sum: number, bucketCounts: ArrayLike<number>): void {
    this.#grow(count, sum);
    for (let i = 0; i < bucketCounts.length; i++) {
      const by = bucketCounts[i] as number;
      if (by > 0) this.#hit(i, by);
    }
  }

  /** As `explicit`. */
  exponential(given: ExponentialPoint, isBaseline: boolean): void {
    const point = bounded(given);
    const former = this.#exponential;
    this.#exponential = point;
    this.count = point.count;
    this.sum = point.sum;
    if (isBaseline) return;
    const by = subtractExponential(point, former);
    this.#add(by.count, by.sum);
    if (by.count > 0) this.#hitExponential(by);
  }

  /** As `explicitDelta`. */
  exponentialDelta(given: ExponentialPoint): void {
    const point = bounded(given);
    this.#grow(point.count, point.sum);
    if (point.count > 0) this.#hitExponential(point);
  }

  /** Takes over what was exported of a bucket. */
  restoreBucket(bucket: number, columns: Columns): void {
    if (this.buckets === undefined || this.buckets.has(bucket)) return;
    const channel = this.buckets.size <= MAX_BOUNDS ? this.head.history.restore(columns) : -1;
    if (channel < 0) this.#giveUpBuckets();
    else this.buckets.set(bucket, channel);
  }

  release(): void {
    const { history } = this.head;
    this.counts.release(history);
    this.sums.release(history);
    this.#giveUpBuckets();
    this.buckets = new Map();
  }

  #grow(count: number, sum: number): void {
    this.sum = (this.isNew ? 0 : this.sum) + sum;
    this.count = (this.isNew ? 0 : this.count) + count;
    this.#add(count, sum);
  }

  #add(count: number, sum: number): void {
    this.hasHistory = this.counts.add(this.head, count);
    if (!Number.isNaN(sum)) this.sums.add(this.head, sum);
  }

  #hit(bucket: number, by: number): void {
    const { buckets } = this;
    if (buckets === undefined) return;
    let channel = buckets.get(bucket);
    if (channel === undefined) {
      channel = buckets.size <= MAX_BOUNDS ? this.head.history.allocate() : -1;
      // Quantiles of some of the buckets would be wrong.
      if (channel < 0) return this.#giveUpBuckets();
      buckets.set(bucket, channel);
    }
    this.head.history.add(channel, by);
  }

  #hitExponential(by: ExponentialPoint): void {
    if (by.scale < this.scale) this.#halve(by.scale);
    let point = downscaledExponential(by, this.scale);
    while ((this.buckets?.size ?? 0) + newBuckets(this.buckets, point) > MAX_EXPONENTIAL && this.scale > MIN_SCALE) {
      this.#halve(this.scale - 1);
      point = downscaledExponential(by, this.scale);
    }
    if (point.zeroCount > 0) this.#hit(0, point.zeroCount);
    for (const sign of [1, -1] as const) {
      const { offset, counts } = sign > 0 ? point.positive : point.negative;
      counts.forEach((count, i) => {
        if (count > 0) this.#hit(exponentialKey(offset + i, sign), count);
      });
    }
  }

  /** Makes the buckets in the history wider. */
  #halve(scale: number): void {
    const { history } = this.head;
    for (; this.scale > scale; this.scale--) {
      const halved = new Map<number, number>();
      for (const [key, channel] of this.buckets ?? []) {
        const wider = halvedKey(key);
        const into = halved.get(wider);
        if (into === undefined) halved.set(wider, channel);
        else {
          history.merge(channel, into);
          history.release(channel);
        }
      }
      if (this.buckets !== undefined) this.buckets = halved;
    }
  }

  #giveUpBuckets(): void {
    for (const channel of this.buckets?.values() ?? []) this.head.history.release(channel);
    this.buckets = undefined;
  }
}

/** A bucket is 19 % wide: as fine as explicit bounds usually are. */
const MAX_SCALE = 2;
const MIN_SCALE = -10;
/** Exponential buckets of a line in the history. */
const MAX_EXPONENTIAL = 64;
/** Buckets of the newest point on each side of 0: what has more is made coarser. Core's have 160. */
const MAX_KEPT_EXPONENTIAL = 320;
/** A histogram with more bounds has a count and a sum only. */
export const MAX_BOUNDS = 200;

function newBuckets(known: ReadonlyMap<number, number> | undefined, point: ExponentialPoint): number {
  let more = 0;
  for (const sign of [1, -1] as const) {
    const { offset, counts } = sign > 0 ? point.positive : point.negative;
    counts.forEach((count, i) => {
      if (count > 0 && known?.has(exponentialKey(offset + i, sign)) !== true) more++;
    });
  }
  return more;
}

function bounded(point: ExponentialPoint): ExponentialPoint {
  let result = point;
  while (
    Math.max(result.positive.counts.length, result.negative.counts.length) > MAX_KEPT_EXPONENTIAL &&
    result.scale > MIN_SCALE
  ) {
    result = downscaledExponential(result, result.scale - 1);
  }
  return result;
}
