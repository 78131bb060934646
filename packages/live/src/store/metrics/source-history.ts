import { Rows } from './rows.js';

/** How many channels all sources have together. */
export interface ChannelBudget {
  used: number;
  readonly max: number;
}

/** The numbers of a channel by row, oldest first; NaN if there is none. */
export interface Columns {
  readonly fine: readonly number[];
  readonly coarse: readonly number[];
}

/** The last hour of the numbers of one source: 300 rows of at least a second, and 360 of at least ten. */
export class SourceHistory {
  readonly fine: Rows = new Rows(300, 1000);
  readonly coarse: Rows = new Rows(360, 10_000);
  readonly #budget: ChannelBudget;
  readonly #free: number[] = [];
  #channels = 0;

  constructor(budget: ChannelBudget) {
    this.#budget = budget;
  }

  get bytes(): number {
    return this.fine.bytes + this.coarse.bytes + 400;
  }

  /** Before the points of a time. */
  begin(timeMs: number): void {
    this.fine.seek(timeMs);
    this.coarse.seek(timeMs);
  }

  /** @returns a channel without numbers; -1 if there are too many */
  allocate(): number {
    if (this.#budget.used >= this.#budget.max) return -1;
    this.#budget.used++;
    const channel = this.#free.pop() ?? this.#channels++;
    this.fine.clear(channel);
    this.coarse.clear(channel);
    return channel;
  }

  release(channel: number): void {
    if (channel < 0) return;
    this.#budget.used--;
    this.#free.push(channel);
  }

  /** Adds an increase at the time that was begun. */
  add(channel: number, by: number): void {
    this.fine.add(channel, by);
    this.coarse.add(channel, by);
  }

  /** Sets a value at the time that was begun. */
  set(channel: number, value: number): void {
    this.fine.set(channel, value);
    this.coarse.set(channel, value);
  }

  /** Nothing had increased between these times. */
  fillZeros(channel: number, afterMs: number, untilMs: number): void {
    this.fine.fillZeros(channel, afterMs, untilMs);
    this.coarse.fillZeros(channel, afterMs, untilMs);
  }

  columns(channel: number): Columns {
    return { fine: this.fine.column(channel), coarse: this.coarse.column(channel) };
  }

  /** @returns a channel with these numbers; -1 if there are too many channels */
  restore({ fine, coarse }: Columns): number {
    const channel = this.allocate();
    if (channel < 0) return channel;
    this.fine.fill(channel, fine);
    this.coarse.fill(channel, coarse);
    return channel;
  }

  merge(from: number, into: number): void {
    this.fine.merge(from, into);
    this.coarse.merge(from, into);
  }
}
