import { callThen } from '@sightline/base';
import type { SeriesFamily } from '../store/series-family.js';
import { BoundSeries } from './bound-series.js';
import { dropValue } from './drop-value.js';
import type { GaugeSeries } from './instruments.js';
import { recorder } from './label-reader.js';
import { LabelledInstrument } from './labelled-instrument.js';
import { timeUnitsPerSecond } from './units.js';

/** A gauge with labels. One number per row: the value. */
export class LabelledGauge extends LabelledInstrument<BoundGauge, number> {
  protected override readonly seriesClass: typeof BoundGauge = BoundGauge;

  readonly set: (labels: unknown, value: number) => void = recorder<number>(this.find, (found, labels, value) => {
    if (!isFiniteNumber(value)) return dropValue(this.family, value);
    const row = found < 0 ? this.admit(labels, 'set') : found;
    if (row >= 0) this.family.slab.numbers[row] = value;
  });

  readonly inc: (labels: unknown, by?: number) => void = recorder<number | undefined>(
    this.find,
    (row, labels, by = 1) => {
      if (!isFiniteNumber(by)) return dropValue(this.family, by);
      addTo(this.family, row < 0 ? this.admit(labels, 'add') : row, by);
    },
  );

  dec(labels: unknown, by = 1): void {
    if (!isFiniteNumber(by)) return dropValue(this.family, by);
    this.inc(labels, -by);
  }

  setToCurrentTime(labels: unknown): void {
    this.set(labels, currentTime(this.family));
  }

  startTracking(labels: unknown): () => void {
    const row = this.find(labels);
    return trackIn(this.family, row < 0 ? this.admit(labels, 'add') : row);
  }

  track<T>(labels: unknown, fn: () => T): T {
    return callThen(fn, this.startTracking(labels));
  }
}

/** One series of a gauge, or a gauge without labels. */
export class BoundGauge extends BoundSeries<number> implements GaugeSeries {
  set(value: number): void {
    if (!isFiniteNumber(value)) return dropValue(this.family, value);
    const row = this.row < 0 ? this.rowFor('set') : this.row;
    if (row >= 0) this.slab.numbers[row] = value;
  }

  inc(by = 1): void {
    if (!isFiniteNumber(by)) return dropValue(this.family, by);
    const { row } = this;
    const { numbers } = this.slab;
    if (row < 0) return addTo(this.family, this.rowFor('add'), by);
    const next = (numbers[row] as number) + by;
    if (!isFiniteNumber(next)) return dropValue(this.family, by);
    numbers[row] = next;
  }

  dec(by = 1): void {
    if (!isFiniteNumber(by)) return dropValue(this.family, by);
    this.inc(-by);
  }

  setToCurrentTime(): void {
    this.set(currentTime(this.family));
  }

  startTracking(): () => void {
    return trackIn(this.family, this.rowFor('add'));
  }

  track<T>(fn: () => T): T {
    return callThen(fn, this.startTracking());
  }
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && value - value === 0;
}

function addTo(family: SeriesFamily, row: number, by: number): void {
  const { numbers } = family.slab;
  const next = (numbers[row] as number) + by;
  if (!isFiniteNumber(next)) return dropValue(family, by);
  numbers[row] = next;
}

/**
 * Adds 1 to the series in this row, and returns a function that subtracts it from the same series: by then the labels may
 * lead to another one, because of a cap. If the series has ended, nothing is subtracted.
 */
function trackIn(family: SeriesFamily, row: number): () => void {
  addTo(family, row, 1);
  const startTimeMs = family.rows.startTimeOf(row);
  let isTracked = true;
  return () => {
    if (isTracked && family.rows.startTimeOf(row) === startTimeMs) addTo(family, row, -1);
    isTracked = false;
  };
}

function currentTime({ setting, declaration }: SeriesFamily): number {
  return (setting.clock.now() / 1000) * (timeUnitsPerSecond(declaration) ?? 1);
}
