import { callThen } from '@sightline/base';
import type { SeriesFamily } from '../store/series-family.js';
import { BoundSeries } from './bound-series.js';
import { dropValue } from './drop-value.js';
import type { HistogramSeries, HistogramValue } from './instruments.js';
import { type ReadLabel, recorder } from './label-reader.js';
import { LabelledInstrument } from './labelled-instrument.js';
import { joinedLabels } from './start-timer.js';
import { durationUnitsPerSecond } from './units.js';

/** A histogram with labels. A row holds the sum, then a count per bucket. The total count is their sum, so both always agree. */
export class LabelledHistogram extends LabelledInstrument<BoundHistogram> {
  readonly observe: (labels: unknown, value: number) => void = recorder<number>(this.find, (row, labels, value) => {
    if (!(typeof value === 'number' && value - value === 0)) return dropValue(this.family, value);
    observeIn(this.family, row < 0 ? this.admit(labels, 'add') : row, value);
  });

  startTimer(labels: unknown): (more?: unknown) => number {
    return timer(this.family, (duration, more) =>
      this.observe(more === undefined ? labels : joinedLabels(this.ownLabels(), labels, more), duration),
    );
  }

  time<T>(labels: unknown, fn: () => T): T {
    const stop = this.startTimer(labels);
    return callThen(fn, () => void stop());
  }

  value(labels: unknown): HistogramValue | undefined {
    return valueIn(this.family, this.rowOf(labels));
  }

  protected override bindTo(labels: readonly ReadLabel[], given: unknown): BoundHistogram {
    return new BoundHistogram(this.name, this.family, labels, given);
  }
}

/** One series of a histogram, or a histogram without labels. */
export class BoundHistogram extends BoundSeries implements HistogramSeries {
  observe(value: number): void {
    if (!(typeof value === 'number' && value - value === 0)) return dropValue(this.family, value);
    const { offset } = this;
    const { numbers } = this.slab;
    const sum = (numbers[offset] as number) + value;
    if (sum - sum === 0) {
      const bucket = offset + 1 + bucketOf(this.family.bounds, value);
      numbers[offset] = sum;
      numbers[bucket] = (numbers[bucket] as number) + 1;
      this.exponential?.record(value);
      this.family.exemplars?.offer(this.row, bucket - offset - 1, value);
      return;
    }
    observeIn(this.family, this.rowFor('add'), value);
  }

  startTimer(misplaced?: unknown): (misplaced?: unknown) => number {
    if (misplaced !== undefined) this.family.reportMisplaced(misplaced);
    return timer(this.family, (duration, more) => {
      if (this.#isLabels(more)) this.family.reportMisplaced(more);
      this.observe(duration);
    });
  }

  time<T>(fn: () => T): T {
    const stop = this.startTimer();
    return callThen(fn, () => void stop());
  }

  value(): HistogramValue | undefined {
    return valueIn(this.family, this.row);
  }

  /** Whether the argument names labels of the metric. A callback may stop a timer with any argument. */
  #isLabels(given: unknown): boolean {
    if (typeof given !== 'object' || given === null) return false;
    return this.family.declaration.labelNames.some((name) => Object.hasOwn(given, name));
  }
}

function observeIn(family: SeriesFamily, row: number, value: number): void {
  const { numbers, width } = family.slab;
  const offset = row * width;
  const sum = (numbers[offset] as number) + value;
  if (sum - sum !== 0) return dropValue(family, value);
  const bucket = offset + 1 + bucketOf(family.bounds, value);
  numbers[offset] = sum;
  numbers[bucket] = (numbers[bucket] as number) + 1;
  family.exponentials?.at(row)?.record(value);
  family.exemplars?.offer(row, bucket - offset - 1, value);
}

/** The index of the bucket for `value`: the number of bounds below it. Upper bounds are inclusive. */
function bucketOf(bounds: Float64Array, value: number): number {
  if (bounds.length > FEW_BOUNDS) return searched(bounds, value);
  // Comparing with every bound leaves the processor no branch to mispredict.
  let below = 0;
  for (let i = 0; i < bounds.length; i++) below += value > (bounds[i] as number) ? 1 : 0;
  return below;
}

const FEW_BOUNDS = 32;

function searched(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (bounds[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function valueIn(family: SeriesFamily, row: number): HistogramValue | undefined {
  if (row < 0) return undefined;
  const { slab, declaration } = family;
  const offset = row * slab.width;
  const bucketCounts = Array.from(slab.numbers.subarray(offset + 1, offset + slab.width));
  return {
    count: bucketCounts.reduce((total, count) => total + count, 0),
    sum: slab.numbers[offset] as number,
    bounds: declaration.buckets,
    bucketCounts,
  };
}

/** Measures once: a second call returns the same number. */
function timer(family: SeriesFamily, record: (duration: number, more: unknown) => void): (more?: unknown) => number {
  const { monotonicMs } = family.setting;
  const startMs = monotonicMs();
  let duration: number | undefined;
  return (more) => {
    if (duration !== undefined) return duration;
    const perSecond = durationUnitsPerSecond(family.declaration);
    const seconds = (monotonicMs() - startMs) / 1000;
    duration = seconds * (perSecond ?? 1);
    if (perSecond === undefined) dropDuration(family);
    else record(duration, more);
    return duration;
  };
}

function dropDuration(family: SeriesFamily): void {
  const { name, unit } = family.declaration;
  family.setting.diagnostics.dropped(
    name,
    'not_a_duration',
    () =>
      `Histogram "${name}" has unit "${unit}", which is not a duration, so it cannot time. Use a unit such as "seconds". The time was dropped.`,
  );
}
