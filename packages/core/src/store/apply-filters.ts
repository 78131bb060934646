import { DeclarationError, valueText } from '@sightline/base';
import type { Declaration } from '../instruments/declaration.js';
import { checkBuckets, checkLabelName, checkName, checkPositive } from '../instruments/declaration.js';
import type { MetricFilter } from '../instruments/filters.js';
import { unitInName } from '../instruments/units.js';

/** A declaration as it is exported, and the maximum number of values of each limited label. */
export interface FilteredDeclaration {
  readonly declaration: Declaration;
  readonly limitLabels: ReadonlyMap<string, number>;
}

/** @returns `undefined` if a filter denies the metric */
export function applyFilters(declared: Declaration, filters: readonly MetricFilter[]): FilteredDeclaration | undefined {
  let declaration = declared;
  const limitLabels = new Map<string, number>();
  for (const filter of filters) {
    if (!matches(filter.match, declared.name)) continue;
    if (filter.deny === true) return undefined;
    if (filter.rename !== undefined) declaration = renamed(declaration, filter.rename);
    declaration = withoutLabels(declaration, filter);
    if (filter.buckets !== undefined && declaration.kind === 'histogram')
      declaration = { ...declaration, buckets: filter.buckets };
    for (const [label, max] of Object.entries(filter.limitLabels ?? {})) limitLabels.set(label, max);
  }
  return { declaration, limitLabels };
}

/** Checks filters when the collector is made. Throws a `DeclarationError`. */
export function checkFilters(filters: readonly MetricFilter[]): readonly MetricFilter[] {
  filters.forEach((filter, i) => {
    const subject = `filters[${i}]`;
    if (typeof filter?.match !== 'string' && !(filter?.match instanceof RegExp)) {
      throw new DeclarationError(
        `[core] ${subject} has match: ${valueText(filter?.match)}. Pass a metric name (* stands for any characters) or a RegExp.`,
      );
    }
    if (filter.rename !== undefined) checkName(`${subject} with rename: ${valueText(filter.rename)}`, filter.rename);
    for (const label of [
      ...(filter.dropLabels ?? []),
      ...(filter.keepLabels ?? []),
      ...Object.keys(filter.limitLabels ?? {}),
    ])
      checkLabelName(subject, label);
    for (const [label, max] of Object.entries(filter.limitLabels ?? {}))
      checkPositive(subject, `limitLabels.${label}`, max);
  });
  return filters.map((filter, i) =>
    filter.buckets === undefined ? filter : { ...filter, buckets: checkBuckets(`filters[${i}]`, filter.buckets) },
  );
}

function renamed(declaration: Declaration, name: string): Declaration {
  return { ...declaration, name, unit: declaration.unit ?? unitInName(name, declaration.kind) };
}

function withoutLabels(declaration: Declaration, { dropLabels, keepLabels }: MetricFilter): Declaration {
  const isKept = (name: string): boolean => dropLabels?.includes(name) !== true && keepLabels?.includes(name) !== false;
  const { labelNames, optionalLabels, integerLabels, droppedLabels } = declaration;
  return {
    ...declaration,
    labelNames: labelNames.filter(isKept),
    optionalLabels: optionalLabels.filter(isKept),
    integerLabels: integerLabels.filter(isKept),
    droppedLabels: [...droppedLabels, ...labelNames.filter((name) => !isKept(name))],
  };
}

/** Whether a filter applies to this declared name. */
export function matches(pattern: string | RegExp, name: string): boolean {
  if (pattern instanceof RegExp) return name.search(pattern) >= 0;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
