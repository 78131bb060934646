/**
 * Numbers over time, by row and channel. A row ends at the time of the newest point in it, and is at least `stepMs` after the row before: a
 * sender that reports once a minute makes a row a minute. A channel's number in a row is NaN if nothing was written.
 */
export class Rows {
  /** Where `add` and `set` write; -1 for a time that is older than all rows. */
  current = -1;
  readonly #count: number;
  readonly #stepMs: number;
  /** Ends of rows, as a ring. */
  readonly #endsMs: Float64Array;
  #first = 0;
  #length = 0;
  #newestSlot = Number.NEGATIVE_INFINITY;
  #lateInARow = 0;
  /** 16 channels each, row by row: a reading writes into few cache lines. */
  readonly #chunks: Float32Array[] = [];

  constructor(count: number, stepMs: number) {
    this.#count = count;
    this.#stepMs = stepMs;
    this.#endsMs = new Float64Array(count);
  }

  get length(): number {
    return this.#length;
  }

  /** Whether rows were overwritten, or will be with the next. */
  get isFull(): boolean {
    return this.#length === this.#count;
  }

  get bytes(): number {
    return 8 * this.#count + this.#chunks.length * (4 * CHUNK * this.#count + CHUNK_OVERHEAD);
  }

  /** @param i 0 for the oldest row */
  endMs(i: number): number {
    return this.#endsMs[(this.#first + i) % this.#count] as number;
  }

  /** @param i 0 for the oldest row */
  value(i: number, channel: number): number {
    const row = (this.#first + i) % this.#count;
    return this.#chunk(channel)[row * CHUNK + (channel & (CHUNK - 1))] as number;
  }

  /** The ends of all rows, oldest first. */
  times(): number[] {
    return Array.from({ length: this.#length }, (_, i) => this.endMs(i));
  }

  /** The numbers of a channel, oldest first. */
  column(channel: number): number[] {
    return Array.from({ length: this.#length }, (_, i) => this.value(i, channel));
  }

  /** Makes rows of ascending times, if there are none yet. @returns whether it did */
  restore(times: readonly number[]): boolean {
    if (this.#length > 0) return false;
    for (const timeMs of times.slice(-this.#count)) this.#append(Math.floor(timeMs / this.#stepMs), timeMs);
    return true;
  }

  /** Writes the numbers of a channel into the newest rows, oldest first. */
  fill(channel: number, values: readonly number[]): void {
    const chunk = this.#chunk(channel);
    const skipped = Math.max(0, values.length - this.#length);
    for (let i = skipped; i < values.length; i++) {
      const row = (this.#first + this.#length - values.length + i) % this.#count;
      chunk[row * CHUNK + (channel & (CHUNK - 1))] = values[i] as number;
    }
  }

  /** Makes the row of a time the current one, a new one if it is later than all. */
  seek(timeMs: number): void {
    const slot = Math.floor(timeMs / this.#stepMs);
    if (slot > this.#newestSlot) this.#append(slot, timeMs);
    else if (slot === this.#newestSlot) {
      const newest = (this.#first + this.#length - 1) % this.#count;
      this.#endsMs[newest] = Math.max(timeMs, this.#endsMs[newest] as number);
      this.current = newest;
      this.#lateInARow = 0;
    } else this.#seekLate(slot, timeMs);
  }

  /** Adds to the current row. */
  add(channel: number, by: number): void {
    if (this.current < 0) return;
    const chunk = this.#chunk(channel);
    const at = this.current * CHUNK + (channel & (CHUNK - 1));
    const before = chunk[at] as number;
    chunk[at] = Number.isNaN(before) ? by : before + by;
  }

  /** Writes into the current row. */
  set(channel: number, value: number): void {
    if (this.current < 0) return;
    this.#chunk(channel)[this.current * CHUNK + (channel & (CHUNK - 1))] = value;
  }

  /** Makes a channel NaN in all rows, with its storage. */
  clear(channel: number): void {
    while (this.#chunks.length <= channel >> CHUNK_BITS) {
      this.#chunks.push(new Float32Array(CHUNK * this.#count).fill(Number.NaN));
    }
    const chunk = this.#chunk(channel);
    for (let row = 0; row < this.#count; row++) chunk[row * CHUNK + (channel & (CHUNK - 1))] = Number.NaN;
  }

  /** Writes 0 into the rows that end after a time, up to another, and have no number. */
  fillZeros(channel: number, afterMs: number, untilMs: number): void {
    const chunk = this.#chunk(channel);
    for (let i = this.#length - 1; i >= 0 && this.endMs(i) > afterMs; i--) {
      if (this.endMs(i) > untilMs) continue;
      const at = ((this.#first + i) % this.#count) * CHUNK + (channel & (CHUNK - 1));
      if (Number.isNaN(chunk[at])) chunk[at] = 0;
    }
  }

  /** Adds the numbers of one channel to those of another. */
  merge(from: number, into: number): void {
    const source = this.#chunk(from);
    const target = this.#chunk(into);
    for (let row = 0; row < this.#count; row++) {
      const value = source[row * CHUNK + (from & (CHUNK - 1))] as number;
      if (Number.isNaN(value)) continue;
      const at = row * CHUNK + (into & (CHUNK - 1));
      const before = target[at] as number;
      target[at] = Number.isNaN(before) ? value : before + value;
    }
  }

  #chunk(channel: number): Float32Array {
    return this.#chunks[channel >> CHUNK_BITS] as Float32Array;
  }

  #append(slot: number, timeMs: number): void {
    if (this.#length === this.#count) this.#first = (this.#first + 1) % this.#count;
    else this.#length++;
    const row = (this.#first + this.#length - 1) % this.#count;
    this.#endsMs[row] = timeMs;
    for (const chunk of this.#chunks) chunk.fill(Number.NaN, row * CHUNK, (row + 1) * CHUNK);
    this.current = row;
    this.#newestSlot = slot;
    this.#lateInARow = 0;
  }

  /** A late point belongs to the row whose interval holds its time. If all are late, the sender's clock was set back. */
  #seekLate(slot: number, timeMs: number): void {
    let i = this.#length - 1;
    if (timeMs < this.endMs(i) - CLOCK_SET_BACK_MS && ++this.#lateInARow > MAX_LATE) {
      this.#first = 0;
      this.#length = 0;
      this.#append(slot, timeMs);
      return;
    }
    while (i > 0 && this.endMs(i - 1) >= timeMs) i--;
    const isTooOld = i === 0 && timeMs <= this.endMs(0) - this.#stepMs;
    this.current = isTooOld ? -1 : (this.#first + i) % this.#count;
  }
}

const CHUNK_BITS = 4;
const CHUNK = 2 ** CHUNK_BITS;
/** A typed array with its buffer. */
const CHUNK_OVERHEAD = 300;
const CLOCK_SET_BACK_MS = 120_000;
const MAX_LATE = 20;
