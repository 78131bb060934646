import { shown } from './mistakes.js';
import type { SeriesFamily } from './series-family.js';

/** Labels for an instrument without labels, or for one series, whose labels are fixed: it is recorded without them. */
export function reportMisplaced(family: SeriesFamily, given: unknown): void {
  const { name, labelNames } = family.declaration;
  const isSeries = labelNames.length > 0;
  const what = typeof given === 'object' && given !== null ? keysOf(given) : shown(given);
  if (what === '') return; // no labels at all
  family.setting.mistakes.undeclaredLabel(
    name,
    () =>
      `${family.subject} ${isSeries ? 'has a series whose labels are fixed' : 'has no labels'}, but got ${what}. It is recorded without. ` +
      (isSeries ? 'Give all labels to labels(), or call the metric itself.' : 'Declare labelNames.'),
  );
}

function keysOf(given: object): string {
  try {
    return Object.keys(given)
      .slice(0, 10)
      .map((key) => shown(key))
      .join(', ');
  } catch {
    return 'an object';
  }
}
