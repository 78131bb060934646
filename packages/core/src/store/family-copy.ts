import type { HistogramNeed } from '../collection/metrics-backend.js';
import type { ExponentialHistogram } from '../exponential/exponential-histogram.js';
import { isExponentialShown } from './exponential-shown.js';
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
  const { kind, isAdditive, buckets, exponential } = declaration;
  const { rows } = columns;
  const first = slab.copyColumn(rows, 0);
  if (kind === 'gauge') return { ...columns, kind, values: first, isAdditive };
  const common = { ...columns, exemplars: exemplars?.copy(rows) };
  if (kind === 'counter') return { ...common, kind, values: first };
  return {
    ...common,
    kind,
    bounds: buckets,
    sums: first,
    bucketCounts: slab.copyColumns(rows, 1),
    exponential: isExponentialShown(exponential, need, buckets)
      ? exponentials && Array.from(rows, (row) => (exponentials[row] as ExponentialHistogram).point())
      : undefined,
  };
}
