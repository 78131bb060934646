import { Increases, type LineHead } from './line-head.js';

/** A counter or a gauge. */
export class NumberLine {
  readonly head: LineHead;
  readonly isCounter: boolean;
  /** The cumulative value of a counter, the value of a gauge. */
  value: number = Number.NaN;
  hasHistory = true;
  readonly increases: Increases = new Increases();

  constructor(head: LineHead, isCounter: boolean) {
    this.head = head;
    this.isCounter = isCounter;
  }

  get isNew(): boolean {
    return Number.isNaN(this.value);
  }

  get bytes(): number {
    return 350;
  }

  /** @param value since the start of the line, of which `former` was known */
  cumulative(value: number, former: number): void {
    this.value = value;
    this.hasHistory = this.increases.add(this.head, value >= former ? value - former : value);
  }

  delta(by: number): void {
    this.value = (this.isNew ? 0 : this.value) + by;
    this.hasHistory = this.increases.add(this.head, by);
  }

  gauge(value: number): void {
    this.value = value;
    const { history } = this.head;
    if (this.increases.channel < 0) this.increases.channel = history.allocate();
    this.hasHistory = this.increases.channel >= 0;
    if (this.hasHistory) history.set(this.increases.channel, value);
  }

  release(): void {
    this.increases.release(this.head.history);
  }
}
