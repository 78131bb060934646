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
  let declaration = declared;
  const limitLabels = new Map<string, number>();
  for (const filter of filters) {
    if (!matches(filter.match, declared.name)) continue;
    if (filter.deny === true) return undefined;
    if (filter.rename !== undefined) {
      const unit = declaration.unit ?? unitInName(filter.rename, declaration.kind);
      declaration = { ...declaration, name: filter.rename, unit };
    }
    declaration = withoutLabels(declaration, filter);
    if (filter.buckets !== undefined && declaration.kind === 'histogram')
      declaration = { ...declaration, buckets: filter.buckets };
    for (const [label, max] of Object.entries(filter.limitLabels ?? {})) limitLabels.set(label, max);
  }
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
