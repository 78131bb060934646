import type { FamilySnapshot } from '@sightline/core/backend';
import { emfUnit } from './emf-units.js';
import type { SeriesPoint } from './joined-series.js';
import { quantilesOf } from './window-statistics.js';

export interface EmfMetric {
  /** Appended to the family's name. */
  readonly ending: string;
  readonly unit: string;
  /** At most 100 numbers. */
  readonly value: number | readonly number[];
}

const maxValues = 100;

/**
 * The metrics of a series in CloudWatch. A histogram becomes an array of at most 100 values, from which CloudWatch computes
 * percentiles: each observation, or 100 quantiles if there are more. Exact count and sum are metrics of their own.
 */
export function emfMetrics(family: FamilySnapshot, { point }: SeriesPoint): EmfMetric[] {
  const unit = emfUnit(family.unit);
  switch (point.kind) {
    case 'counter':
      return [{ ending: '', unit: family.unit === undefined ? 'Count' : unit, value: point.value }];
    case 'gauge':
    case 'info':
      return [{ ending: '', unit, value: point.value }];
    case 'histogram': {
      const counted = [{ ending: '_count', unit: 'Count', value: point.count }];
      if (!(point.count > 0)) return counted;
      const size = Math.min(maxValues, Math.floor(point.count));
      const quantile = quantilesOf(point, undefined);
      const values = Array.from({ length: size }, (_, i) => quantile((i + 0.5) / size));
      return [...counted, { ending: '_sum', unit, value: point.sum }, { ending: '', unit, value: values }];
    }
    case 'summary':
      return [
        { ending: '_count', unit: 'Count', value: point.count },
        { ending: '_sum', unit, value: point.sum },
        ...point.quantiles
          .filter(({ value }) => !Number.isNaN(value))
          .map(({ quantile, value }) => ({ ending: quantileEnding(quantile), unit, value })),
      ];
  }
}

/** `_p99` for 0.99; 0.999 * 100 is 99.9 and something. */
export function quantileEnding(quantile: number): string {
  return `_p${Number((quantile * 100).toPrecision(12))}`;
}

// CloudWatch takes numbers from 2^-360 to 2^360 of either sign (API reference, MetricDatum).
const largest = 2 ** 360;

/** The value within CloudWatch's range, or `undefined` if it has none: tiny numbers become 0, infinite ones are omitted. */
export function emfValue(value: number | readonly number[]): number | readonly number[] | undefined {
  if (typeof value !== 'number') {
    const values = value.flatMap((one) => emfValue(one) ?? []);
    return values.length === 0 ? undefined : values;
  }
  if (!(Math.abs(value) <= largest)) return undefined;
  return Math.abs(value) < 1 / largest ? 0 : value;
}
