import { DurationTotals } from './duration-totals.js';

/**
 * Durations of one kind of work over the last hour: 15 minutes in cells of 10 s, the rest in cells of a minute. It goes on to be right when
 * the spans that it is from are long overwritten.
 */
export class Timeline {
  lastMs = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  bytes: number = TIMELINE_BYTES;
  /** By time, as rings: a cell whose time has passed moves to the coarse one before it is used again. */
  readonly #fine: Array<Cell | undefined> = new Array<Cell | undefined>(FINE_CELLS).fill(undefined);
  readonly #coarse: Array<Cell | undefined> = new Array<Cell | undefined>(COARSE_CELLS).fill(undefined);

  /** @param timeMs when the work ended, no later than now */
  add(timeMs: number, durationMs: number, isError: boolean, times: 1 | -1 = 1): void {
    if (timeMs > this.lastMs) this.lastMs = timeMs;
    if (timeMs < this.#firstMs) this.#firstMs = timeMs;
    const cell =
      timeMs > this.lastMs - FINE_CELLS * FINE_MS
        ? this.#cell(this.#fine, Math.floor(timeMs / FINE_MS))
        : this.#cell(this.#coarse, Math.floor(timeMs / COARSE_MS));
    if (cell === undefined) return; // older than an hour
    const before = cell.totals.bytes;
    cell.totals.add(durationMs, isError, times);
    this.bytes += cell.totals.bytes - before;
  }

  /** Both times inclusive. Cells that are partly within count by their part of it. */
  between(fromMs: number, untilMs: number): DurationTotals {
    const sum = new DurationTotals();
    this.#each(fromMs, untilMs + 1, ({ totals }, startMs, endMs) => {
      sum.merge(totals, overlap(startMs, endMs, fromMs, untilMs + 1) / (endMs - startMs));
    });
    return sum;
  }

  /** Counts in equal intervals, oldest first. */
  counts(fromMs: number, untilMs: number, intervals: number): number[] {
    const counts = new Array<number>(intervals).fill(0);
    const lengthMs = (untilMs + 1 - fromMs) / intervals;
    this.#each(fromMs, untilMs + 1, ({ totals }, startMs, endMs) => {
      const first = Math.max(0, Math.floor((startMs - fromMs) / lengthMs));
      for (let i = first; i < intervals && fromMs + i * lengthMs < endMs; i++) {
        const within = overlap(startMs, endMs, fromMs + i * lengthMs, fromMs + (i + 1) * lengthMs);
        counts[i] = (counts[i] as number) + (totals.count * within) / (endMs - startMs);
      }
    });
    return counts;
  }

  /** @param visit gets the time that a cell covers: the oldest begins with what was added first, the newest ends with the last */
  #each(fromMs: number, untilMs: number, visit: (cell: Cell, startMs: number, endMs: number) => void): void {
    for (const [cells, lengthMs] of [
      [this.#coarse, COARSE_MS],
      [this.#fine, FINE_MS],
    ] as const) {
      for (const cell of cells) {
        if (cell === undefined) continue;
        const slotMs = cell.slot * lengthMs;
        const startMs = Math.max(slotMs, Math.min(this.#firstMs, slotMs + lengthMs - 1));
        const endMs = Math.min(slotMs + lengthMs, Math.max(startMs, this.lastMs) + 1);
        if (endMs > fromMs && startMs < untilMs) visit(cell, startMs, endMs);
      }
    }
  }

  /** The cell of a slot; `undefined` if a later one is in its place. */
  #cell(cells: Array<Cell | undefined>, slot: number): Cell | undefined {
    const at = slot % cells.length;
    const known = cells[at];
    if (known?.slot === slot) return known;
    if (known !== undefined) {
      if (known.slot > slot) return undefined;
      this.bytes -= CELL_BYTES + known.totals.bytes;
      if (cells === this.#fine) this.#moveToCoarse(known);
    }
    const cell = { slot, totals: new DurationTotals() };
    cells[at] = cell;
    this.bytes += CELL_BYTES + cell.totals.bytes;
    return cell;
  }

  #moveToCoarse({ slot, totals }: Cell): void {
    const coarse = this.#cell(this.#coarse, Math.floor((slot * FINE_MS) / COARSE_MS));
    if (coarse === undefined) return;
    const before = coarse.totals.bytes;
    coarse.totals.merge(totals);
    this.bytes += coarse.totals.bytes - before;
  }
}

interface Cell {
  /** Its time divided by the length of a cell. */
  readonly slot: number;
  readonly totals: DurationTotals;
}

function overlap(startMs: number, endMs: number, fromMs: number, untilMs: number): number {
  return Math.max(0, Math.min(endMs, untilMs) - Math.max(startMs, fromMs));
}

const FINE_MS = 10_000;
const FINE_CELLS = 90;
const COARSE_MS = 60_000;
const COARSE_CELLS = 61;
const TIMELINE_BYTES = 8 * (FINE_CELLS + COARSE_CELLS) + 200;
const CELL_BYTES = 56;
