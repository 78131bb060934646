import type { SeriesFamily } from '../store/series-family.js';
import { BoundSeries } from './bound-series.js';
import { dropValue } from './drop-value.js';
import type { CounterSeries } from './instruments.js';
import { recorder } from './label-reader.js';
import { LabelledInstrument } from './labelled-instrument.js';

/** A counter with labels. One number per row: the total. */
export class LabelledCounter extends LabelledInstrument<BoundCounter, number> {
  protected override readonly seriesClass: typeof BoundCounter = BoundCounter;

  readonly inc: (labels: unknown, by?: number) => void = recorder<number | undefined>(
    this.find,
    (row, labels, by = 1) => {
      if (!(typeof by === 'number' && by >= 0 && by < Number.POSITIVE_INFINITY)) return dropValue(this.family, by);
      addTo(this.family, row < 0 ? this.admit(labels, 'add') : row, by);
    },
  );
}

/** One series of a counter, or a counter without labels. */
export class BoundCounter extends BoundSeries<number> implements CounterSeries {
  inc(by = 1): void {
    if (!(typeof by === 'number' && by >= 0 && by < Number.POSITIVE_INFINITY)) return dropValue(this.family, by);
    const { row } = this;
    const { numbers } = this.slab;
    if (row < 0) return addTo(this.family, this.rowFor('add'), by);
    const next = (numbers[row] as number) + by;
    if (!(next < Number.POSITIVE_INFINITY)) return dropValue(this.family, by);
    numbers[row] = next;
    this.family.exemplars?.offer(row, 0, by);
  }

  /** Sets a running total that is kept elsewhere. A lower total than before restarts the series. */
  setTotal(total: number): void {
    if (!(typeof total === 'number' && total >= 0 && total < Number.POSITIVE_INFINITY))
      return dropValue(this.family, total);
    const current = this.value();
    if (current !== undefined && total < current) this.family.endRestarted(this.row);
    const row = this.rowFor('add');
    this.family.slab.numbers[row] = total;
  }
}

function addTo(family: SeriesFamily, row: number, by: number): void {
  const { numbers } = family.slab;
  const next = (numbers[row] as number) + by;
  if (!(next < Number.POSITIVE_INFINITY)) return dropValue(family, by);
  numbers[row] = next;
  family.exemplars?.offer(row, 0, by);
}
