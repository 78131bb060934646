import { keepsLabel, matches } from '../store/apply-filters.js';
import type { InfoSnapshot } from '../store/family-snapshot.js';
import { checkName, subjectOf } from './declaration.js';
import type { MetricFilter } from './filters.js';
import type { InfoOptions } from './instruments.js';
import { checkLabels } from './label-checks.js';
import { checkHelp } from './option-checks.js';

export interface InfoSetting {
  /** Labels of child collectors; they precede the info's own. */
  readonly fixed: ReadonlyMap<string, string>;
  readonly filters: readonly MetricFilter[];
  readonly constantLabels: (labelNames: readonly string[]) => Readonly<Record<string, string>>;
  readonly nowMs: number;
}

/**
 * Facts as labels of one series that is always 1: renamed and without dropped labels, as filters say. Limits do not apply to one
 * series.
 * @returns `undefined` if a filter denies it
 */
export function infoFamily(
  declaredName: string,
  options: InfoOptions,
  { fixed, filters, constantLabels, nowMs }: InfoSetting,
): InfoSnapshot | undefined {
  const subject = subjectOf('info', declaredName);
  checkName(subject, declaredName);
  checkHelp(subject, options?.help);
  const labels = checkLabels(subject, options.labels ?? {}, fixed);
  const constant = constantLabels([...labels.keys()]);
  let name = declaredName;
  for (const filter of filters) {
    if (!matches(filter.match, declaredName)) continue;
    if (filter.deny === true) return undefined;
    name = filter.rename ?? name;
    for (const label of labels.keys()) if (!keepsLabel(filter, label)) labels.delete(label);
  }
  return {
    kind: 'info',
    name,
    help: options.help,
    unit: undefined,
    labelNames: [...labels.keys()],
    constantLabels: constant,
    size: 1,
    rows: Uint32Array.of(0),
    labelValues: [...labels.values()],
    startTimesMs: Float64Array.of(nowMs),
    origin: 'own',
    values: Float64Array.of(1),
  };
}
