import type { ExponentialBuckets, ExponentialPoint } from '../store/family-snapshot.js';

/** Maximum number of positive and of negative buckets. Beyond it the resolution is halved. OpenTelemetry's recommendation. */
export const MAX_BUCKETS = 160;
/** The finest scale: a bucket is 0.27 % wide. */
export const MAX_SCALE = 8;

/**
 * Records values in a base-2 exponential histogram (OpenTelemetry metrics data model, "ExponentialHistogram"): starts at
 * the finest scale and halves its resolution whenever the values span more than `MAX_BUCKETS` buckets.
 */
export class ExponentialHistogram {
  readonly startTimeMs: number;
  #scale = MAX_SCALE;
  /** Buckets per factor e: 2^scale / ln 2. */
  #perNaturalLog: number = 2 ** MAX_SCALE * Math.LOG2E;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #zeroCount = 0;
  readonly #positive = new GrowingBuckets();
  readonly #negative = new GrowingBuckets();

  constructor(startTimeMs: number) {
    this.startTimeMs = startTimeMs;
  }

  /** @param value finite */
  record(value: number): void {
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (value > 0) this.#add(this.#positive, value);
    else if (value < 0) this.#add(this.#negative, -value);
    else this.#zeroCount++;
  }

  /** A copy that does not change. */
  point(): ExponentialPoint {
    const isEmpty = this.#count === 0;
    return {
      scale: this.#scale,
      count: this.#count,
      sum: this.#sum,
      min: isEmpty ? Number.NaN : this.#min,
      max: isEmpty ? Number.NaN : this.#max,
      zeroCount: this.#zeroCount,
      positive: this.#positive.copy(),
      negative: this.#negative.copy(),
      startTimeMs: this.startTimeMs,
    };
  }

  #add(buckets: GrowingBuckets, magnitude: number): void {
    const index = this.#index(magnitude);
    if (buckets.tryIncrement(index)) return;
    let halvings = 0;
    while (!buckets.spans(index, halvings)) halvings++;
    if (halvings > 0) {
      this.#scale -= halvings;
      this.#perNaturalLog = 2 ** this.#scale * Math.LOG2E;
      this.#positive.downscale(halvings);
      this.#negative.downscale(halvings);
    }
    buckets.include(index >> halvings);
    buckets.tryIncrement(index >> halvings);
  }

  #index(magnitude: number): number {
    if (this.#scale > 0) {
      float[0] = magnitude;
      const isPowerOfTwo = words[LOW] === 0 && ((words[HIGH] as number) & 0xfffff) === 0;
      if (!isPowerOfTwo) return Math.ceil(Math.log(magnitude) * this.#perNaturalLog) - 1;
    }
    return exactIndex(magnitude, this.#scale);
  }
}

/** Consecutive counts that grow at both ends, up to `MAX_BUCKETS`. */
class GrowingBuckets {
  #offset = 0;
  #counts: number[] = [];

  tryIncrement(index: number): boolean {
    const at = index - this.#offset;
    if (at < 0 || at >= this.#counts.length) return false;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    return true;
  }

  /** Whether the counts and `index` fit after `halvings`. */
  spans(index: number, halvings: number): boolean {
    if (this.#counts.length === 0) return true;
    const first = Math.min(index, this.#offset) >> halvings;
    const last = Math.max(index, this.#offset + this.#counts.length - 1) >> halvings;
    return last - first < MAX_BUCKETS;
  }

  /** Grows to hold `index`. */
  include(index: number): void {
    if (this.#counts.length === 0) this.#offset = index;
    if (index < this.#offset) {
      this.#counts = [...new Array<number>(this.#offset - index).fill(0), ...this.#counts];
      this.#offset = index;
    }
    while (this.#offset + this.#counts.length <= index) this.#counts.push(0);
  }

  downscale(halvings: number): void {
    ({ offset: this.#offset, counts: this.#counts } = downscaledBuckets(this.copy(), halvings));
  }

  copy(): { offset: number; counts: number[] } {
    return { offset: this.#offset, counts: this.#counts.slice() };
  }
}

/** Merges 2^halvings neighbouring buckets into one each. */
export function downscaledBuckets(buckets: ExponentialBuckets, halvings: number): { offset: number; counts: number[] } {
  const { offset, counts } = buckets;
  if (counts.length === 0 || halvings === 0) return { offset, counts: counts.slice() };
  const first = offset >> halvings;
  const last = (offset + counts.length - 1) >> halvings;
  const merged = new Array<number>(last - first + 1).fill(0);
  counts.forEach((count, i) => {
    const at = ((offset + i) >> halvings) - first;
    merged[at] = (merged[at] as number) + count;
  });
  return { offset: first, counts: merged };
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const HIGH = isLittleEndian ? 1 : 0;
const LOW = 1 - HIGH;

/** The index from the exponent alone: right for powers of two at any scale, and for every value at scale <= 0. */
function exactIndex(magnitude: number, scale: number): number {
  let exponentShift = 0;
  float[0] = magnitude;
  if (((words[HIGH] as number) & 0x7ff00000) === 0) {
    float[0] = magnitude * 2 ** 54; // subnormal: make it normal, exactly
    exponentShift = 54;
  }
  const high = words[HIGH] as number;
  const exponent = (high >>> 20) - 1023 - exponentShift;
  const isPowerOfTwo = words[LOW] === 0 && (high & 0xfffff) === 0;
  if (scale > 0) return exponent * 2 ** scale - 1; // upper bounds are inclusive
  return (isPowerOfTwo ? exponent - 1 : exponent) >> -scale;
}
