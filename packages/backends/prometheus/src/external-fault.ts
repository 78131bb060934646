import { type FamilySnapshot, prometheusFamilyName } from '@sightline/core/backend';

/** Why readers would reject an exposition with this family of an included source. Used as a label value. */
export type ExternalFault = 'bad_name' | 'bad_label' | 'bad_buckets' | 'bad_quantiles';

/**
 * Checks for what makes some reader reject the whole exposition. Core checks our own families at declaration and recording; those of
 * included sources are checked here, once per exposition.
 */
export function externalFault(family: FamilySnapshot): ExternalFault | undefined {
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
