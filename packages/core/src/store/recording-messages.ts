import { didYouMean, isObject, valueText } from '@sightline/base';
import type { Declaration } from '../instruments/declaration.js';
import type { ReadLabel } from '../instruments/label-reader.js';
import { labelText, tooLong } from '../instruments/label-text.js';
import { OVERFLOW_LABEL_VALUE } from '../instruments/labels.js';
import type { MislabelReason } from './diagnostics.js';

/** What is wrong with the labels of a recording. */
export interface WrongLabels {
  readonly reason: MislabelReason;
  /** The first wrong label. */
  readonly label: string;
  /** The labels as passed. */
  readonly given: unknown;
  /** The wrong value. */
  readonly value: unknown;
}

/** What is wrong with the labels of a recording, and what to pass instead. */
export function mislabelMessage(
  declaration: Declaration,
  labels: readonly ReadLabel[],
  { reason, label, given, value }: WrongLabels,
): string {
  const has = `has ${labelList(declaration.labelNames)}`;
  switch (reason) {
    case 'no_labels':
      return `${has}, but got ${valueText(value)}. Pass ${namedLabels(labels, given)}.`;
    case 'missing_label': {
      const keys = keysOf(given);
      const strangers = keys.filter((key) => !declaration.labelNames.includes(key));
      return strangers.length === 0
        ? `${has}, but got ${keys.length === 0 ? 'none' : `only ${quoted(keys)}`}. Pass "${label}" as well.`
        : `${has}, but got ${quoted(strangers)}.${didYouMean(strangers[0] ?? '', declaration.labelNames)}`;
    }
    case 'wrong_label_type':
      return `${has}, but "${label}" is ${valueText(value)}. Pass a string, a number or a boolean.`;
    case 'too_long':
      return `got ${tooLong(label, String(value))}`;
    case 'undeclared_value': {
      const allowed = [...(declaration.labelValues.get(label) ?? [])];
      return `lists the values of label "${label}" as ${quoted(allowed)}, but got ${valueText(value)}.${didYouMean(String(value), allowed)}`;
    }
  }
}

/** @param option the cap that is reached */
export function overflowMessage(option: 'maxSeries' | 'maxTotalSeries', max: number): string {
  return `cannot add a series: ${option} is ${max}. Further ones share the series labelled "${OVERFLOW_LABEL_VALUE}". Look for a label with unbounded values, or raise ${option}.`;
}

export function keysOf(given: unknown): string[] {
  try {
    return isObject(given) ? Object.keys(given) : [];
  } catch {
    return [];
  }
}

export function labelList(names: readonly string[]): string {
  return names.length === 0 ? 'no labels' : `label${names.length === 1 ? '' : 's'} ${quoted(names)}`;
}

export function quoted(names: readonly string[]): string {
  const some = names.slice(0, 10).map(valueText);
  return some.join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
}

/** The object that values passed by position were meant as: `{ "queue": "mail", "outcome": … }`. */
function namedLabels(labels: readonly ReadLabel[], given: unknown): string {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  const passed = labels.filter(({ fixed }) => fixed === undefined);
  const members = passed.map(
    ({ name }, i) => `"${name}": ${labelText(values[i]) === undefined ? '…' : valueText(values[i])}`,
  );
  return `{ ${members.join(', ')} }`;
}
