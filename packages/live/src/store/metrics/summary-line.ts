import { Increases, type LineHead } from './line-head.js';
import type { Columns } from './source-history.js';

/** Quantiles that the sender computed. */
export class SummaryLine {
  readonly head: LineHead;
  count: number = Number.NaN;
  sum: number = Number.NaN;
  hasHistory = true;
  readonly counts: Increases = new Increases();
  readonly sums: Increases = new Increases();
  /** Channels by quantile. */
  readonly quantiles: Map<number, number> = new Map<number, number>();

  constructor(head: LineHead) {
    this.head = head;
  }

  get isNew(): boolean {
    return Number.isNaN(this.count);
  }

  get bytes(): number {
    return 500 + 64 * MAX_QUANTILES;
  }

  cumulative(count: number, sum: number, former: { readonly count: number; readonly sum: number }): void {
    this.count = count;
    this.sum = sum;
    const isReset = count < former.count;
    this.hasHistory = this.counts.add(this.head, isReset ? count : count - former.count);
    this.sums.add(this.head, isReset ? sum : sum - former.sum);
  }

  quantile(quantile: number, value: number): void {
    const { history } = this.head;
    let channel = this.quantiles.get(quantile);
    if (channel === undefined) {
      if (this.quantiles.size >= MAX_QUANTILES) return;
      channel = history.allocate();
      if (channel < 0) {
        this.hasHistory = false;
        return;
      }
      this.quantiles.set(quantile, channel);
    }
    history.set(channel, value);
  }

  /** Takes over what was exported of a quantile. */
  restoreQuantile(quantile: number, columns: Columns): void {
    if (this.quantiles.size >= MAX_QUANTILES || this.quantiles.has(quantile)) return;
    const channel = this.head.history.restore(columns);
    if (channel >= 0) this.quantiles.set(quantile, channel);
  }

  release(): void {
    const { history } = this.head;
    this.counts.release(history);
    this.sums.release(history);
    for (const channel of this.quantiles.values()) history.release(channel);
    this.quantiles.clear();
  }
}

const MAX_QUANTILES = 20;
