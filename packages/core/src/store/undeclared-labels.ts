import { valueText } from '@sightline/base';
import type { Declaration } from '../instruments/declaration.js';
import { isLabels, type ReadLabel } from '../instruments/label-reader.js';
import type { Misuse } from './diagnostics.js';
import { keysOf, labelList, quoted } from './recording-messages.js';

/** Reports labels that a recording passes beside the declared ones, if there are any. */
export function reportUndeclared(family: ReportingFamily, labels: readonly ReadLabel[], given: unknown): void {
  const { labelNames, droppedLabels } = family.declaration;
  // A label that a filter drops is still declared; one that a child collector fixes must not be passed.
  const strangers = keysOf(given).filter(
    (key) => !labels.some((label) => label.name === key && label.fixed === undefined) && !droppedLabels.includes(key),
  );
  if (strangers.length > 0) report(family, `has ${labelList(labelNames)}, but got ${quoted(strangers)} as well`);
}

/** Reports labels that were passed to one series or to a metric without labels, if there are any. */
export function reportMisplaced(family: ReportingFamily, given: unknown): void {
  if (given === undefined) return;
  const got = isLabels(given) ? quoted(keysOf(given)) : valueText(given);
  if (got !== '') report(family, `takes no labels here, but got ${got}`); // not an object without labels
}

function report(family: ReportingFamily, what: string): void {
  family.report('undeclared_label', () => `${what}. The recording counts without them.`);
}

/** A series family. */
interface ReportingFamily {
  readonly declaration: Declaration;
  report(reason: Misuse, detail: () => string): void;
}
