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
  #min = Number.NaN;
  #max = Number.NaN;
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
    if (!(value >= this.#min)) this.#min = value; // also if there is none yet
    if (!(value <= this.#max)) this.#max = value;
    if (value > 0) this.#add(this.#positive, value);
    else if (value < 0) this.#add(this.#negative, -value);
    else this.#zeroCount++;
  }

  /** A copy that does not change. */
  point(): ExponentialPoint {
    return {
      scale: this.#scale,
      count: this.#count,
      sum: this.#sum,
      min: this.#min,
      max: this.#max,
      zeroCount: this.#zeroCount,
      positive: this.#positive.copy(),
      negative: this.#negative.copy(),
      startTimeMs: this.startTimeMs,
    };
  }

  #add(buckets: GrowingBuckets, magnitude: number): void {
    let index = this.#index(magnitude);
    while (!buckets.tryIncrement(index)) {
      index >>= 1;
      this.#scale--;
      this.#perNaturalLog /= 2;
      this.#positive.halve();
      this.#negative.halve();
    }
  }

  #index(magnitude: number): number {
    const isSubnormal = magnitude < 2 ** -1022;
    float[0] = isSubnormal ? magnitude * 2 ** 54 : magnitude; // normal, and still exact
    const high = words[HIGH] as number;
    const exponent = (high >>> 20) - (isSubnormal ? 1023 + 54 : 1023);
    const isPowerOfTwo = words[LOW] === 0 && (high & 0xfffff) === 0;
    // Upper bounds are inclusive.
    if (this.#scale <= 0) return (isPowerOfTwo ? exponent - 1 : exponent) >> -this.#scale;
    return (isPowerOfTwo ? exponent * 2 ** this.#scale : Math.ceil(Math.log(magnitude) * this.#perNaturalLog)) - 1;
  }
}

/** Consecutive counts that grow at both ends, up to `MAX_BUCKETS`. */
class GrowingBuckets {
  #offset = 0;
  #counts: number[] = [];

  /** @returns false if the counts and `index` span too many buckets */
  tryIncrement(index: number): boolean {
    const at = index - this.#offset;
    if (at >= 0 && at < this.#counts.length) {
      this.#counts[at] = (this.#counts[at] as number) + 1;
      return true;
    }
    if (this.#counts.length === 0) this.#offset = index;
    const { offset, counts } = this.copy();
    const first = Math.min(index, offset);
    const end = Math.max(index + 1, offset + counts.length);
    if (end - first > MAX_BUCKETS) return false;
    this.#offset = first;
    this.#counts = Array.from({ length: end - first }, (_, i) => counts[first + i - offset] ?? 0);
    return this.tryIncrement(index);
  }

  /** Halves the resolution. */
  halve(): void {
    ({ offset: this.#offset, counts: this.#counts } = downscaledBuckets(this.copy(), 1));
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
