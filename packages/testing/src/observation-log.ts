import type { Histogram } from '@sightline/core';
import { seriesKey } from '@sightline/core/backend';
import type { Observation } from './reading.js';

import { recordingHistogram } from './recording-histogram.js';

type StringLabels = Readonly<Record<string, string>>;

/** Keeps the values that histograms observe, because core only counts them in buckets. */
export class ObservationLog {
  readonly #limit: number;
  readonly #bySeries = new Map<string, Observation[]>();
  readonly #wrapped = new WeakMap<object, object>();
  #observedSoFar = 0;

  /** @param limit maximum values per series. One more throws, because an incomplete list makes tests unreliable */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get observedSoFar(): number {
    return this.#observedSoFar;
  }

  observationsOf(name: string, labels: StringLabels): readonly Observation[] {
    return [...(this.#bySeries.get(seriesKey(name, labels)) ?? [])];
  }

  forget(name: string, labels: StringLabels): void {
    this.#bySeries.delete(seriesKey(name, labels));
  }

  /** Wraps a histogram so that its values are kept. Wrapping it again returns the same object. */
  wrap<N extends string>(
    histogram: Histogram<N>,
    {
      fixedLabels,
      hasLabels,
      constantLabels,
      optionalLabels,
    }: {
      fixedLabels: StringLabels;
      hasLabels: boolean;
      constantLabels: StringLabels;
      optionalLabels: readonly string[];
    },
  ): Histogram<N> {
    const known = this.#wrapped.get(histogram);
    if (known !== undefined) return known as Histogram<N>;
    const keep = (labels: StringLabels, value: number): void =>
      this.#keep(histogram.name, { ...constantLabels, ...labels }, value);
    const recording = recordingHistogram(histogram, { fixedLabels, hasLabels, optionalLabels, keep });
    this.#wrapped.set(histogram, recording);
    return recording;
  }

  #keep(name: string, labels: StringLabels, value: number): void {
    const key = seriesKey(name, labels);
    const observations = this.#bySeries.get(key) ?? [];
    if (observations.length >= this.#limit) {
      throw new Error(
        `[testing] "${name}" got more than ${this.#limit} observations in one series. Pass a higher observationLimit to createTestMetrics, or reset() in between.`,
      );
    }
    observations.push({ value, index: this.#observedSoFar++ });
    this.#bySeries.set(key, observations);
  }
}
