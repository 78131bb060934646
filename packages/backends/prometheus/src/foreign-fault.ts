import { type FamilySnapshot, prometheusFamilyName } from '@sightline/core/backend';

/** Why a family of an included source would spoil the page for its readers; a word for a label. */
export type ForeignFault = 'bad_name' | 'bad_label' | 'bad_buckets' | 'bad_quantiles';

/**
 * Looks for what makes Prometheus reject a whole page, or one reader and not the other. Core guards our own families when
 * they are declared and recorded; those of included sources are checked here, once a page.
 */
export function foreignFault(family: FamilySnapshot): ForeignFault | undefined {
  if (!metricName.test(prometheusFamilyName(family))) return 'bad_name';
  const names = [...family.labelNames, ...Object.keys(family.constantLabels)];
  if (!names.every((name) => labelName.test(name) && !reservedLabels[family.kind]?.includes(name))) return 'bad_label';
  if (new Set(names).size !== names.length) return 'bad_label';
  if (!family.labelValues.every((value) => typeof value === 'string')) return 'bad_label';
  if (family.kind === 'histogram' && !(isAscending(family.bounds) && areCounts(family.bucketCounts))) {
    return 'bad_buckets';
  }
  if (family.kind === 'summary' && !family.quantiles.every((quantile) => quantile >= 0 && quantile <= 1)) {
    return 'bad_quantiles';
  }
  return undefined;
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const reservedLabels: Partial<Record<FamilySnapshot['kind'], readonly string[]>> = {
  histogram: ['le'],
  summary: ['quantile'],
};

function isAscending(bounds: readonly number[]): boolean {
  return bounds.every(
    (bound, i) => bound < Number.POSITIVE_INFINITY && bound > (bounds[i - 1] ?? Number.NEGATIVE_INFINITY),
  );
}

function areCounts(counts: Float64Array): boolean {
  return counts.every((count) => count >= 0 && Number.isInteger(count));
}
