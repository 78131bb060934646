import { BoundSeries } from './bound-series.js';
import type { GaugeSeries } from './instruments.js';
import { type ReadLabel, recorder } from './label-reader.js';
import { LabelledInstrument } from './labelled-instrument.js';
import { shown } from './mistakes.js';
import type { SeriesFamily } from './series-family.js';
import { durationUnitsPerSecond } from './units.js';
import { whenSettled } from './when-settled.js';

/** A gauge with labels. One number a row: the value. */
export class LabelledGauge extends LabelledInstrument<BoundGauge> {
  readonly set: (labels: unknown, value: number) => void = recorder<number>(this.find, (found, labels, value) => {
    if (!isFiniteNumber(value)) return dropValue(this.family, value);
    const row = found < 0 ? this.admit(labels, 'set') : found;
    if (row >= 0) setTo(this.family, row, value);
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

  track<T>(labels: unknown, fn: () => T): T {
    return trackWith(
      () => this.inc(labels),
      () => this.dec(labels),
      fn,
    );
  }

  value(labels: unknown): number | undefined {
    return valueIn(this.family, this.rowOf(labels));
  }

  protected override bindTo(labels: readonly ReadLabel[], given: unknown): BoundGauge {
    return new BoundGauge(this.name, this.family, labels, given);
  }
}

/** One series of a gauge, or a gauge without labels. */
export class BoundGauge extends BoundSeries implements GaugeSeries {
  set(value: number): void {
    if (!isFiniteNumber(value)) return dropValue(this.family, value);
    if (this.row >= 0) {
      this.slab.numbers[this.offset] = value;
      return;
    }
    const row = this.rowFor('set');
    if (row >= 0) setTo(this.family, row, value);
  }

  inc(by = 1): void {
    if (!isFiniteNumber(by)) return dropValue(this.family, by);
    const { numbers } = this.slab;
    const next = (numbers[this.offset] as number) + by;
    if (next - next === 0) {
      numbers[this.offset] = next;
      return;
    }
    addTo(this.family, this.rowFor('add'), by);
  }

  dec(by = 1): void {
    if (!isFiniteNumber(by)) return dropValue(this.family, by);
    this.inc(-by);
  }

  setToCurrentTime(): void {
    this.set(currentTime(this.family));
  }

  track<T>(fn: () => T): T {
    return trackWith(
      () => this.inc(),
      () => this.dec(),
      fn,
    );
  }

  value(): number | undefined {
    return valueIn(this.family, this.row);
  }
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && value - value === 0;
}

function setTo(family: SeriesFamily, row: number, value: number): void {
  family.slab.numbers[row] = value;
}

function addTo(family: SeriesFamily, row: number, by: number): void {
  const { numbers } = family.slab;
  const next = (numbers[row] as number) + by;
  if (!isFiniteNumber(next)) return dropValue(family, by);
  numbers[row] = next;
}

function valueIn(family: SeriesFamily, row: number): number | undefined {
  return row < 0 ? undefined : family.slab.numbers[row];
}

function currentTime({ setting, declaration }: SeriesFamily): number {
  return (setting.now() / 1000) * (durationUnitsPerSecond(declaration) ?? 1);
}

/** The step down belongs to the step up: it is taken once, however `fn` ends. */
function trackWith<T>(up: () => void, down: () => void, fn: () => T): T {
  up();
  let result: T;
  try {
    result = fn();
  } catch (error) {
    down();
    throw error;
  }
  return whenSettled(result, down);
}

function dropValue(family: SeriesFamily, value: unknown): void {
  const { name } = family.declaration;
  const reason =
    typeof value !== 'number' || Number.isNaN(value)
      ? 'not_a_number'
      : Number.isFinite(value)
        ? 'out_of_range'
        : 'not_finite';
  family.setting.mistakes.dropped(name, reason, () =>
    reason === 'out_of_range'
      ? `Gauge "${name}" got a step of ${value}, which its value cannot hold. It was dropped.`
      : `Gauge "${name}" got ${shown(value)}. Pass a finite number. It was dropped.`,
  );
}
