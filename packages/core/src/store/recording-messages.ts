import { didYouMean, isObject, valueText } from '@sightline/base';
import type { Declaration } from '../instruments/declaration.js';
import type { ReadLabel } from '../instruments/label-reader.js';
import { tooLong } from '../instruments/label-text.js';
import { OVERFLOW_LABEL_VALUE } from '../instruments/labels.js';
import { namedLabels } from '../instruments/named-labels.js';
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
      return `${has}, but got ${valueText(value)} instead of an object with them. Pass ${namedLabels(givenNames(labels), given)}.`;
    case 'missing_label': {
      const keys = keysOf(given);
      const strangers = keys.filter((key) => !declaration.labelNames.includes(key));
      return strangers.length === 0
        ? `${has}, but got ${keys.length === 0 ? 'none' : `only ${quoted(keys)}`}. Pass "${label}" as well.`
        : `${has}, but got ${quoted(strangers)}.${didYouMean(strangers[0] ?? '', declaration.labelNames)}`;
    }
    case 'wrong_label_type':
      return `${has}, but "${label}" is ${valueText(value)}. Label values are strings, numbers or booleans.`;
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
  if (names.length === 0) return 'no labels';
  return names.length === 1 ? `label ${quoted(names)}` : `labels ${quoted(names)}`;
}

export function quoted(names: readonly string[]): string {
  const some = names.slice(0, 10).map((name) => JSON.stringify(name.slice(0, 60)));
  return some.join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
}

function givenNames(labels: readonly ReadLabel[]): string[] {
  return labels.flatMap(({ name, fixed }) => (fixed === undefined ? [name] : []));
}
