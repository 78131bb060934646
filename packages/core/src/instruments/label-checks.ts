import { valueText } from '@sightline/base';
import { labelText, MAX_LABEL_LENGTH, tooLong, wellFormed } from './label-text.js';
import { refuse } from './option-checks.js';
import { prometheusLabelName } from './written-names.js';

/**
 * Checks labels that are given with their values.
 * @param inherited labels that precede them
 * @returns all of them, with values as strings
 */
export function checkLabels(
  subject: string,
  labels: object,
  inherited: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const checked = new Map(inherited);
  for (const [name, value] of Object.entries(labels)) {
    checkLabelName(subject, name);
    checked.set(name, checkLabelValue(subject, name, value));
  }
  checkWrittenApart(subject, checked.keys());
  return checked;
}

export function checkLabelName(subject: string, name: unknown): asserts name is string {
  if (typeof name !== 'string' || !/^(?!__)[a-zA-Z_]\w*(\.[a-zA-Z_]\w*)*$/.test(name)) {
    refuse(
      `${subject} has a label named ${valueText(name)}. Names are words of letters, digits and "_", joined by single ".", and start with a letter or one "_".`,
    );
  }
  if (name === 'le' || name === 'quantile')
    refuse(`${subject} has a label named "${name}", which Prometheus reserves. Rename it.`);
}

/** Checks a declared label value. Returns it as a string. */
export function checkLabelValue(subject: string, label: string, value: unknown): string {
  const text = labelText(value);
  if (text === undefined) {
    refuse(`${subject} has label "${label}" with ${valueText(value)}. Pass a string, a number or a boolean.`);
  }
  if (text.length > MAX_LABEL_LENGTH) refuse(`${subject} has ${tooLong(label, text)}`);
  return wellFormed(text);
}

/** Throws if Prometheus writes two labels of one series alike: it would refuse the whole exposition. */
export function checkWrittenApart(subject: string, names: Iterable<string>): void {
  const written = new Map<string, string>();
  for (const name of names) {
    const clash = written.get(prometheusLabelName(name));
    if (clash === name)
      refuse(`${subject} has label "${name}" twice. Name each label once, and none that a child collector adds.`);
    if (clash !== undefined)
      refuse(`${subject} has labels "${clash}" and "${name}", which Prometheus writes alike. Rename one.`);
    written.set(prometheusLabelName(name), name);
  }
}
