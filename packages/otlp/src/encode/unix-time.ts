/**
 * Nanoseconds since 1970 as two halves of 32 bits, which a number cannot hold exactly. Keeps the last second: records follow each other
 * within it.
 */
export class UnixTime {
  low = 0;
  high = 0;
  #seconds = 0;
  #low = 0;
  #high = 0;

  /** A time that 64 bits cannot hold is 0, which means unknown. */
  set(seconds: number, nanos: number): void {
    if (seconds !== this.#seconds) this.#begin(seconds);
    const low = this.#low + (nanos >= 0 && nanos < 4e9 ? nanos : 0);
    this.low = low >>> 0;
    this.high = low > 0xffff_ffff ? this.#high + 1 : this.#high;
  }

  #begin(seconds: number): void {
    const isKnown = seconds >= 0 && seconds <= MAX_SECONDS;
    const whole = isKnown ? Math.floor(seconds) : 0;
    const upper = Math.floor(whole / 2 ** 16) * 1e9; // in units of 2^16 nanoseconds
    const lower = (whole % 2 ** 16) * 1e9 + (upper % 2 ** 16) * 2 ** 16;
    this.#low = lower >>> 0;
    this.#high = Math.floor(upper / 2 ** 16) + Math.floor(lower / 2 ** 32);
    this.#seconds = seconds;
  }
}

/** 2^64 nanoseconds, less the second that `nanos` may add. */
const MAX_SECONDS = 18_446_744_072;
