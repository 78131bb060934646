import type { HistogramPoint } from '@sightline/core/backend';
import { hasExactRate } from './exact-rate.js';
import { type Cell, observedCells } from './observed-cells.js';

/** Values that each represent `weight` observations. */
export interface Samples {
  readonly weight: number;
  readonly values: readonly number[];
}

export interface SampledPoint {
  readonly samples: readonly Samples[];
  /** Observations that no value represents. */
  readonly left: number;
}

/**
 * Represents the observations of a point by at most `max` values. Up to `max` observations each has its own value. Beyond that the
 * ordered observations are cut into runs of equal length. The mean of a run represents it, with its length as weight; the smallest
 * and the largest observation represent themselves. Equal weights keep quantiles right in receivers that ignore rates for quantiles
 * (etsy's statsd). Lengths have an exact reciprocal, so weights add up to the count, and weighted values to the sum.
 * @param hasRates whether weights other than 1 are allowed; if not, observations beyond `max` are left out
 */
export function sampledValues(
  point: HistogramPoint,
  { max: most, hasRates }: { readonly max: number; readonly hasRates: boolean },
): SampledPoint {
  const cells = observedCells(point);
  const count = cells.reduce((all, cell) => all + cell.count, 0);
  if (count <= most) {
    const values = cells.flatMap((cell) => new Array<number>(cell.count).fill(cell.value));
    return { samples: count === 0 ? [] : [{ weight: 1, values }], left: 0 };
  }
  const lengths = hasRates ? runLengths(count, most) : evenLengths(count, most);
  const byWeight = new Map<number, number[]>();
  for (const [i, mean] of runMeans(cells, lengths).entries()) {
    const weight = hasRates ? (lengths[i] ?? 1) : 1;
    const values = byWeight.get(weight);
    if (values === undefined) byWeight.set(weight, [mean]);
    else values.push(mean);
  }
  return {
    samples: Array.from(byWeight, ([weight, values]) => ({ weight, values })),
    left: hasRates ? 0 : count - most,
  };
}

/** Lengths of the runs: 1, equal lengths with the remainder in the middle, 1. */
function runLengths(count: number, max: number): number[] {
  const inner = count - 2;
  // Two for minimum and maximum, two for the remainder: one of two neighbouring numbers has an exact reciprocal.
  let length = Math.ceil(inner / (max - 4));
  while (!hasExactRate(length)) length++;
  const full = Math.floor(inner / length);
  const remaining: number[] = [];
  for (let rest = inner - full * length; rest > 0; ) {
    let part = rest;
    while (!hasExactRate(part)) part--;
    remaining.push(part);
    rest -= part;
  }
  const before = Math.floor(full / 2);
  return [
    1,
    ...new Array<number>(before).fill(length),
    ...remaining,
    ...new Array<number>(full - before).fill(length),
    1,
  ];
}

function evenLengths(count: number, max: number): number[] {
  return Array.from({ length: max }, (_, i) => Math.floor(((i + 1) * count) / max) - Math.floor((i * count) / max));
}

function runMeans(cells: readonly Cell[], lengths: readonly number[]): number[] {
  let at = 0;
  let left = cells[0]?.count ?? 0;
  return lengths.map((length) => {
    let mean = 0;
    for (let wanted = length; wanted > 0; ) {
      const taken = Math.min(wanted, left);
      mean += (cells[at]?.value ?? 0) * (taken / length);
      wanted -= taken;
      left -= taken;
      if (left > 0) continue;
      at++;
      left = cells[at]?.count ?? Number.POSITIVE_INFINITY;
    }
    return mean;
  });
}
