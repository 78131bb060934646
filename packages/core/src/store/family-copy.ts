import type { HistogramNeed } from '../collection/metrics-backend.js';
import type { FamilySnapshot } from './family-snapshot.js';
import type { SeriesFamily } from './series-family.js';

/**
 * Copies the numbers of a family.
 * @param need of the reader, for histograms
 * @param only the rows to copy. Default: all live rows
 */
export function snapshotOf(family: SeriesFamily, need: HistogramNeed, only?: Uint32Array): FamilySnapshot {
  const columns = family.columns(only);
  const { slab, exemplars, exponentials, declaration } = family;
  switch (declaration.kind) {
    case 'counter':
      return {
        ...columns,
        kind: 'counter',
        values: slab.copyColumn(columns.rows, 0),
        exemplars: exemplars?.copy(columns.rows),
      };
    case 'gauge':
      return {
        ...columns,
        kind: 'gauge',
        values: slab.copyColumn(columns.rows, 0),
        isAdditive: declaration.isAdditive,
      };
    case 'histogram':
      return {
        ...columns,
        kind: 'histogram',
        bounds: declaration.buckets,
        sums: slab.copyColumn(columns.rows, 0),
        bucketCounts: slab.copyColumns(columns.rows, 1),
        exponential: isExponentialShown(declaration.exponential, need, declaration.buckets)
          ? exponentials?.points(columns.rows)
          : undefined,
        exemplars: exemplars?.copy(columns.rows),
      };
  }
}

/**
 * Whether a reader with this need gets the exponential histogram. A reader that computes quantiles gets it for every
 * histogram, because explicit buckets are too coarse.
 */
export function isExponentialShown(
  exponential: boolean | undefined,
  need: HistogramNeed,
  buckets: readonly number[],
): boolean {
  switch (need) {
    case 'quantiles':
      return true;
    case 'native':
      return exponential !== false;
    case 'explicit':
      return exponential === true && buckets.length === 0;
  }
}
