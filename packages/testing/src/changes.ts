import { labelsKey, seriesText } from '@sightline/core/backend';
import type { LabelQuery, Reading, SeriesReading } from './reading.js';
import { familyOf, nameOfKind, seriesWith } from './reading.js';

/** The key under which matchers find the metrics. A registered symbol, so that two copies of this package work together. */
export const READING: unique symbol = Symbol.for('sightline.testing.reading') as never;

/** What was recorded since one moment. Matchers and assertions accept it instead of the metrics. */
export interface Changes {
  /**
   * By how much a counter or gauge changed: one series, or with fewer labels all that have these, together. 0 where
   * nothing did. A series that ended and began anew counts from zero. Throws for an undeclared name or label, and for a
   * histogram.
   */
  delta(name: string, labels?: LabelQuery): number;
  /** The values that a histogram was given, in order. */
  observations(name: string, labels?: LabelQuery): readonly number[];
  readonly [READING]: () => Reading;
}

export function changesBetween(before: Reading, after: () => Reading): Changes {
  const read = (): Reading => subtract(after(), before);
  return {
    delta: (name, labels) => totalOf(read(), name, labels) ?? 0,
    observations: (name, labels) => observationsOf(read(), name, labels),
    [READING]: read,
  };
}

/** The sum over the series with these labels, `undefined` if there is none. */
export function totalOf(reading: Reading, name: string, labels?: LabelQuery): number | undefined {
  const family = familyOf(reading, name);
  if (family.kind === 'histogram' || family.kind === 'summary') {
    throw new Error(`[testing] "${name}" is a ${family.kind}, which has no single value. Use observations("${name}").`);
  }
  const series = seriesWith(family, labels);
  return series.length === 0 ? undefined : series.reduce((sum, { value }) => sum + value, 0);
}

/** The observations of all series with these labels, in the order in which they were made. */
export function observationsOf(reading: Reading, name: string, labels?: LabelQuery): readonly number[] {
  const family = familyOf(reading, name);
  if (family.kind !== 'histogram') {
    throw new Error(`[testing] ${nameOfKind(family.kind)} "${name}" has no observations. Use value("${name}").`);
  }
  return observedBy(name, seriesWith(family, labels));
}

export function observedBy(name: string, series: readonly SeriesReading[]): readonly number[] {
  return series
    .flatMap(({ observations, value, labels }) => {
      if (observations !== undefined || value === 0) return observations ?? [];
      throw new Error(
        `[testing] The ${value} values of ${seriesText(name, labels)} are not known, only their count and sum: values are kept by createTestMetrics(), for series that no filter or cap has joined.`,
      );
    })
    .sort((a, b) => a.index - b.index)
    .map(({ value }) => value);
}

function subtract(after: Reading, before: Reading): Reading {
  const families = [...after.families.values()].map((family) => {
    const earlier = new Map(
      before.families.get(family.name)?.series.map((series) => [labelsKey(series.labels), series]),
    );
    const series = family.series.map((now) => {
      const then = earlier.get(labelsKey(now.labels));
      return then === undefined || then.life !== now.life ? now : difference(now, then, before.observedSoFar);
    });
    return { ...family, series };
  });
  return {
    families: new Map(families.map((family) => [family.name, family])),
    observedSoFar: after.observedSoFar - before.observedSoFar,
  };
}

function difference(now: SeriesReading, then: SeriesReading, observedBefore: number): SeriesReading {
  return {
    ...now,
    value: now.value - then.value,
    sum: now.sum === undefined ? undefined : now.sum - (then.sum ?? 0),
    bucketCounts: now.bucketCounts?.map((count, i) => count - (then.bucketCounts?.[i] ?? 0)),
    observations: now.observations?.filter(({ index }) => index >= observedBefore),
  };
}
