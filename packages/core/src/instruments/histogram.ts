import { callThen, isObject } from '@sightline/base';
import type { SeriesFamily } from '../store/series-family.js';
import { reportMisplaced } from '../store/undeclared-labels.js';
import { BoundSeries } from './bound-series.js';
import { dropValue } from './drop-value.js';
import type { HistogramSeries, HistogramValue } from './instruments.js';
import { recorder } from './label-reader.js';
import { LabelledInstrument } from './labelled-instrument.js';
import { joinedLabels } from './start-timer.js';
import { timeUnitsPerSecond } from './units.js';

/** A histogram with labels. A row holds the sum, then a count per bucket. The total count is their sum, so both always agree. */
export class LabelledHistogram extends LabelledInstrument<BoundHistogram, HistogramValue> {
  protected override readonly seriesClass: typeof BoundHistogram = BoundHistogram;

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
}

/** One series of a histogram, or a histogram without labels. */
export class BoundHistogram extends BoundSeries<HistogramValue> implements HistogramSeries {
  observe(value: number): void {
    if (!(typeof value === 'number' && value - value === 0)) return dropValue(this.family, value);
    observeIn(this.family, this.row < 0 ? this.rowFor('add') : this.row, value, this.slab);
  }

  startTimer(misplaced?: unknown): (misplaced?: unknown) => number {
    reportMisplaced(this.family, misplaced);
    return timer(this.family, (duration, more) => {
      if (this.#isLabels(more)) reportMisplaced(this.family, more);
      this.observe(duration);
    });
  }

  time<T>(fn: () => T): T {
    const stop = this.startTimer();
    return callThen(fn, () => void stop());
  }

  /** Whether the argument names labels of the metric. A callback may stop a timer with any argument. */
  #isLabels(given: unknown): boolean {
    return isObject(given) && this.family.declaration.labelNames.some((name) => Object.hasOwn(given, name));
  }
}

function observeIn(family: SeriesFamily, row: number, value: number, { numbers, width } = family.slab): void {
  const offset = row * width;
  const sum = (numbers[offset] as number) + value;
  if (sum - sum !== 0) return dropValue(family, value);
  const bucket = offset + 1 + bucketOf(family.bounds, value);
  numbers[offset] = sum;
  numbers[bucket] = (numbers[bucket] as number) + 1;
  family.exponentials?.[row]?.record(value);
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

/** Measures once, in seconds if neither unit nor name says otherwise: a second call returns the same number. */
function timer(family: SeriesFamily, record: (duration: number, more: unknown) => void): (more?: unknown) => number {
  const { setting, declaration } = family;
  const { clock } = setting;
  const startMs = clock.monotonicMs();
  let duration: number | undefined;
  return (more) => {
    if (duration !== undefined) return duration;
    const perSecond = timeUnitsPerSecond(declaration);
    const seconds = (clock.monotonicMs() - startMs) / 1000;
    duration = seconds * (perSecond ?? 1);
    if (perSecond === undefined && declaration.unit !== undefined) dropDuration(family);
    else record(duration, more);
    return duration;
  };
}

function dropDuration(family: SeriesFamily): void {
  const { unit } = family.declaration;
  family.report(
    'not_a_duration',
    () => `has unit "${unit}", which is not a duration. Use a unit such as "seconds". It was dropped.`,
    'sightline_dropped_total',
  );
}
