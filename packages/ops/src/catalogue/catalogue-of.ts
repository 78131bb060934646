import {
  type FamilySnapshot,
  type LabelValueSet,
  type LabelValueSets,
  type MetricsSnapshot,
  prometheusLabelName,
  prometheusSampleName,
} from '@sightline/core/backend';
import type { CatalogueLabel, CatalogueMetric } from '../model/catalogue.js';

/**
 * The metrics of a snapshot, as a Prometheus page names them.
 * @param source what declared them: `service`, or the name of a pack
 * @param sets which values labels have and which of them mean failures, by declared name
 */
export function catalogueOf(
  { families }: Pick<MetricsSnapshot, 'families'>,
  source: string,
  sets: LabelValueSets = {},
): CatalogueMetric[] {
  return [...families].map((family) => metricOf(family, source, sets[family.name] ?? {}));
}

function metricOf(
  family: FamilySnapshot,
  source: string,
  sets: Readonly<Record<string, LabelValueSet>>,
): CatalogueMetric {
  const labels = family.labelNames.map((name) => labelOf(name, family.knownValues?.get(name), sets[name]));
  const constant = Object.entries(family.constantLabels).map(([name, value]) => labelOf(name, new Set([value])));
  return {
    name: prometheusSampleName(family),
    declaredName: family.name,
    type: family.kind,
    help: family.help,
    ...(family.unit === undefined ? {} : { unit: family.unit }),
    labels: [...labels, ...constant],
    ...(family.kind === 'histogram' ? { bounds: family.bounds } : {}),
    source,
  };
}

function labelOf(name: string, known: ReadonlySet<string> | undefined, set: LabelValueSet = {}): CatalogueLabel {
  const values = set.values ?? (known === undefined ? undefined : [...known]);
  return {
    name: prometheusLabelName(name),
    ...(values === undefined ? {} : { values }),
    ...(set.failing === undefined ? {} : { failing: set.failing }),
    ...(set.outOf === undefined ? {} : { outOf: set.outOf }),
  };
}
