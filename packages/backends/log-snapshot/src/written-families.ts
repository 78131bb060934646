import type { FamilySnapshot } from '@sightline/core/backend';
import type { CheckedOptions } from './options.js';
import { selectNames } from './selected-names.js';

/** Whether a family is in the line. */
export function writtenFamilies({
  include,
  exclude,
}: Pick<CheckedOptions, 'include' | 'exclude'>): (family: FamilySnapshot) => boolean {
  const isSelected = selectNames(include, exclude);
  return (family) => isSelected(family.name) && !isQuietSelfMetric(family);
}

/**
 * Of Sightline's own metrics a line shows only the counters of failures, and only after they have counted something.
 */
function isQuietSelfMetric({ name, ...family }: FamilySnapshot): boolean {
  if (!name.startsWith('sightline_')) return false;
  return !tellsOfTrouble.test(name) || family.kind !== 'counter' || family.values.every((value) => value === 0);
}

/** Counters of core and of this backend. Other backends export their own. */
const tellsOfTrouble = /^sightline_(dropped|mislabelled|overflowed|collect_failures|log_\w+)_total$/;
