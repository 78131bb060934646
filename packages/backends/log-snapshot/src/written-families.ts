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
 * Of Sightline's own metrics only the counters of what went wrong, and only once they counted something: a healthy service's
 * line is about the service.
 */
function isQuietSelfMetric({ name, ...family }: FamilySnapshot): boolean {
  if (!name.startsWith('sightline_')) return false;
  return !tellsOfTrouble.test(name) || family.kind !== 'counter' || family.values.every((value) => value === 0);
}

/** Those of core and of this backend; how other backends are doing is told in their own place. */
const tellsOfTrouble = /^sightline_(dropped|mislabelled|overflowed|collect_failures|log_\w+)_total$/;
