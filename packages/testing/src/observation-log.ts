import type { Histogram } from '@sightline/core';
import { seriesKey } from '@sightline/core/backend';
import type { Observation } from './reading.js';

import { recordingHistogram } from './recording-histogram.js';

type LabelTexts = Readonly<Record<string, string>>;

/** Keeps the values that histograms are given, which core only counts in buckets. */
export class ObservationLog {
  readonly #limit: number;
  readonly #bySeries = new Map<string, Observation[]>();
  readonly #wrapped = new WeakMap<object, object>();
  #observedSoFar = 0;

  /** @param limit most values per series; one more throws, because from a list with holes a test would pass or fail by chance */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get observedSoFar(): number {
    return this.#observedSoFar;
  }

  observationsOf(name: string, labels: LabelTexts): readonly Observation[] {
    return [...(this.#bySeries.get(seriesKey(name, labels)) ?? [])];
  }

  forget(name: string, labels: LabelTexts): void {
    this.#bySeries.delete(seriesKey(name, labels));
  }

  /** The same histogram, whose values are kept here from now on. Wrapping it again gives the same object. */
  wrap<N extends string>(
    histogram: Histogram<N>,
    {
      fixedLabels,
      hasLabels,
      constantLabels,
      optionalLabels,
    }: {
      fixedLabels: LabelTexts;
      hasLabels: boolean;
      constantLabels: LabelTexts;
      optionalLabels: readonly string[];
    },
  ): Histogram<N> {
    const known = this.#wrapped.get(histogram);
    if (known !== undefined) return known as Histogram<N>;
    const keep = (labels: LabelTexts, value: number): void =>
      this.#keep(histogram.name, { ...constantLabels, ...labels }, value);
    const recording = recordingHistogram(histogram, { fixedLabels, hasLabels, optionalLabels, keep });
    this.#wrapped.set(histogram, recording);
    return recording;
  }

  #keep(name: string, labels: LabelTexts, value: number): void {
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
