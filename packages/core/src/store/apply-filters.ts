import { valueText } from '@sightline/base';
import type { Declaration } from '../instruments/declaration.js';
import { checkBuckets, checkName } from '../instruments/declaration.js';
import type { MetricFilter } from '../instruments/filters.js';
import { checkLabelName } from '../instruments/label-checks.js';
import { checkPositive, refuseOption } from '../instruments/option-checks.js';
import { unitInName } from '../instruments/units.js';

/** A declaration as it is exported, and the maximum number of values of each limited label. */
export interface FilteredDeclaration {
  readonly declaration: Declaration;
  readonly limitLabels: ReadonlyMap<string, number>;
}

/** @returns `undefined` if a filter denies the metric */
export function applyFilters(declared: Declaration, filters: readonly MetricFilter[]): FilteredDeclaration | undefined {
  let { name, unit, buckets, labelNames } = declared;
  const limitLabels = new Map<string, number>();
  for (const filter of filters) {
    if (!matches(filter.match, declared.name)) continue;
    if (filter.deny === true) return undefined;
    if (filter.rename !== undefined) {
      name = filter.rename;
      unit ??= unitInName(name, declared.kind);
    }
    if (declared.kind === 'histogram') buckets = filter.buckets ?? buckets;
    labelNames = labelNames.filter((label) => keepsLabel(filter, label));
    for (const [label, max] of Object.entries(filter.limitLabels ?? {})) limitLabels.set(label, max);
  }
  const isKept = (label: string): boolean => labelNames.includes(label);
  const declaration = {
    ...declared,
    name,
    unit,
    buckets,
    labelNames,
    optionalLabels: declared.optionalLabels.filter(isKept),
    integerLabels: declared.integerLabels.filter(isKept),
    droppedLabels: declared.labelNames.filter((label) => !isKept(label)),
  };
  return { declaration, limitLabels };
}

/** Checks filters when the collector is made. Throws a `DeclarationError`. */
export function checkFilters(filters: readonly MetricFilter[]): readonly MetricFilter[] {
  return filters.map((filter, i) => {
    const subject = `filters[${i}]`;
    const { match, rename, dropLabels = [], keepLabels = [], limitLabels = {}, buckets } = filter ?? {};
    if (typeof match !== 'string' && !(match instanceof RegExp))
      refuseOption(subject, 'match', match, 'Pass a metric name (* stands for any characters) or a RegExp.');
    if (rename !== undefined) checkName(`${subject} with rename: ${valueText(rename)}`, rename);
    const limited = Object.keys(limitLabels);
    for (const label of [...dropLabels, ...keepLabels, ...limited]) checkLabelName(subject, label);
    checkPositive(`${subject}.limitLabels`, limitLabels, limited);
    return buckets === undefined ? filter : { ...filter, buckets: checkBuckets(subject, buckets) };
  });
}

export function keepsLabel({ dropLabels, keepLabels }: MetricFilter, label: string): boolean {
  return dropLabels?.includes(label) !== true && keepLabels?.includes(label) !== false;
}

/** Whether a filter applies to this declared name. */
export function matches(pattern: string | RegExp, name: string): boolean {
  if (pattern instanceof RegExp) return name.search(pattern) >= 0;
  const escaped = pattern.replaceAll(/[^\w*]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*')}$`).test(name);
}
