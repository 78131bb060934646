import { checkBuckets, type Declaration } from './instruments/declaration.js';
import { checkWrittenApart } from './instruments/label-checks.js';
import { OVERFLOW_LABEL_VALUE } from './instruments/labels.js';
import type { MetricsCollector } from './instruments/metrics-collector.js';
import { refuse } from './instruments/option-checks.js';
import { unitInName } from './instruments/units.js';
import { applyFilters } from './store/apply-filters.js';
import { checkNotReserved } from './store/diagnostics.js';
import { DiscoveredFamily, type DiscoveredMetric, type DiscoveredOptions } from './store/discovered-metric.js';
import type { SeriesFamily } from './store/series-family.js';
import type { Store } from './store/store.js';

/**
 * Declares a metric of another metrics API, such as OpenTelemetry's, whose labels become known with its recordings. One that is known
 * under this name with the same kind is shared. Throws a `DeclarationError` if the name is taken or not allowed. What a service
 * declares later under this name replaces the metric.
 *
 * @param options checked by the caller
 * @returns `undefined` if a filter denies the metric, or if the collector records nothing
 */
export function discoverMetric(metrics: MetricsCollector, options: DiscoveredOptions): DiscoveredMetric | undefined {
  const { store } = metrics as WithStore;
  const filtered = store && applyFilters(declarationOf(options, [], []), store.options.filters);
  if (store === undefined || filtered === undefined) return undefined;
  const { declaration, limitLabels } = filtered;
  const { name } = declaration;
  checkNotReserved(name);
  const known = store.families.get(name);
  if (known !== undefined && !isSame(known, declaration)) {
    refuse(`"${name}" is declared already as another metric.`);
  }
  const family = (known ?? store.family(declaration, store.setting(declaration, limitLabels))) as SeriesFamily;
  family.giveWay ??= () => {
    family.clear();
    family.giveWay = undefined;
    store.families.delete(name);
    for (const [written, owner] of store.writtenNames) if (owner === name) store.writtenNames.delete(written);
  };
  return new DiscoveredFamily(family, (names, integerNames) => addLabels(store, family, options, names, integerNames));
}

/**
 * Counts a metric of another API that is left out in `sightline_collect_failures_total`, and warns once about it.
 * @param reason one of a few words, because it becomes a label value
 * @param why the whole sentence of the warning
 */
export function reportLeftOut(
  metrics: MetricsCollector,
  { source, metric, reason, why }: { source: string; metric: string; reason: string; why: string },
): void {
  (metrics as WithStore).store?.diagnostics.notCollected(source, reason, () => why, `${source}/${metric}`);
}

/** Collectors of any copy of this package; one that records nothing has no store. */
type WithStore = MetricsCollector & { readonly store?: Store };

function isSame(known: object, { kind, isAdditive }: Declaration): boolean {
  const { declaration, giveWay } = known as Partial<SeriesFamily>;
  return giveWay !== undefined && declaration?.kind === kind && declaration.isAdditive === isAdditive;
}

function addLabels(
  store: Store,
  family: SeriesFamily,
  options: DiscoveredOptions,
  names: readonly string[],
  integerNames: readonly string[],
): void {
  const { name, labelNames, droppedLabels, integerLabels, buckets } = family.declaration;
  const known = [...labelNames, ...droppedLabels];
  const added = names.filter((label) => !known.includes(label));
  checkWrittenApart(`"${name}"`, [...known, ...added]);
  const integers = [...integerLabels, ...integerNames.filter((label) => added.includes(label))];
  // The labels that there are come first, whatever a filter drops.
  const filtered = applyFilters(declarationOf(options, [...known, ...added], integers), store.options.filters);
  if (filtered === undefined) return;
  const declaration = { ...filtered.declaration, buckets }; // of the one that was first
  widen(family, declaration);
  family.setting = store.setting(declaration, filtered.limitLabels);
}

/** Gives a family a declaration with further labels at the end. The series that exist lack them. */
function widen(family: SeriesFamily, declaration: Declaration): void {
  const { rows, trie, overflowRow } = family;
  const { labelNames } = declaration;
  const widened = Array.from({ length: rows.length }, (_, row) => {
    const added = row === overflowRow ? OVERFLOW_LABEL_VALUE : '';
    const values = rows.valuesOf(row);
    return labelNames.map((_, k) => values[k] ?? added);
  });
  rows.labelValues = widened.flat(); // snapshots keep the former ones
  rows.labelCount = labelNames.length;
  family.declaration = declaration;
  trie.root.clear();
  for (const row of rows.liveRows()) trie.set(rows.valuesOf(row), row);
}

function declarationOf(
  { kind, name, help, unit, isAdditive = false, buckets = [], instrumentation }: DiscoveredOptions,
  labelNames: readonly string[],
  integerLabels: readonly string[],
): Declaration {
  return {
    kind,
    name,
    help,
    unit: unit ?? unitInName(name, kind),
    labelNames,
    optionalLabels: labelNames,
    integerLabels,
    labelValues: new Map(),
    droppedLabels: [],
    maxSeries: undefined,
    isAdditive,
    startTimeMs: undefined,
    buckets: kind === 'histogram' ? checkBuckets(`Histogram "${name}"`, buckets) : [],
    exponential: undefined,
    instrumentation,
  };
}
