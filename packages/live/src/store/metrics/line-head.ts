import type { Columns, SourceHistory } from './source-history.js';

export type Labels = Readonly<Record<string, string>>;

/** What lines of all kinds have. A new start time is a new line. */
export interface LineHead {
  readonly labels: Labels;
  readonly history: SourceHistory;
  /** Unix time in milliseconds at which counting began; 0 if unknown. */
  readonly startMs: number;
  /** From when on its increases are known: where its first row begins. */
  sinceMs: number;
  /** Of its newest point. */
  lastMs: number;
}

/** A channel of increases. It exists from the first increase on: most series of a service never change. */
export class Increases {
  channel = -1;

  /** @returns whether it is in the history */
  add(head: LineHead, by: number): boolean {
    const { history } = head;
    if (this.channel < 0) {
      if (by === 0) return true;
      this.channel = history.allocate();
      if (this.channel < 0) return false;
      history.fillZeros(this.channel, head.sinceMs, head.lastMs);
    }
    history.add(this.channel, by);
    return true;
  }

  /** Takes over what was exported. */
  restore(history: SourceHistory, columns: Columns): boolean {
    this.channel = history.restore(columns);
    return this.channel >= 0;
  }

  release(history: SourceHistory): void {
    history.release(this.channel);
    this.channel = -1;
  }
}
