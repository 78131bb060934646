/** Counts events by second, for rates over the last seconds. */
export class SecondCounts {
  readonly #counts: Uint32Array;
  /** The second of the newest count. */
  #newest: number;
  readonly #startMs: number;

  /** @param seconds the longest time that a rate can be of */
  constructor(seconds: number, nowMs: number) {
    this.#counts = new Uint32Array(seconds);
    this.#newest = Math.floor(nowMs / 1000);
    this.#startMs = nowMs;
  }

  /** @param nowMs monotonic */
  add(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second > this.#newest) this.#forward(second);
    const slot = this.#newest % this.#counts.length;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** Events per second within the last `seconds`: of the second that runs and those before it, or since the start if that is less. */
  perSecond(seconds: number, nowMs: number): number {
    const second = Math.floor(nowMs / 1000);
    if (second > this.#newest) this.#forward(second);
    let sum = 0;
    for (let back = 0; back < seconds; back++) {
      const at = this.#newest - back;
      if (at < 0) break;
      sum += this.#counts[at % this.#counts.length] ?? 0;
    }
    const windowMs = Math.min((seconds - 1) * 1000 + (nowMs % 1000), nowMs - this.#startMs);
    return sum / (Math.max(windowMs, 1000) / 1000);
  }

  #forward(second: number): void {
    const { length } = this.#counts;
    const from = Math.max(this.#newest + 1, second - length + 1);
    for (let at = from; at <= second; at++) this.#counts[at % length] = 0;
    this.#newest = second;
  }
}
