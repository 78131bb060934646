import { DeclarationError, didYouMean, valueText } from '@sightline/base';

/** Throws the error for a wrong declaration. The sentence says what is wrong and what to change. */
export function refuse(sentence: string): never {
  throw new DeclarationError(`[core] ${sentence}`);
}

export function refuseOption(subject: string, option: string, value: unknown, remedy: string): never {
  return refuse(`${subject} has ${option}: ${valueText(value)}. ${remedy}`);
}

/** JavaScript ignores a misspelt option silently. */
export function checkOptionNames(subject: string, options: object, names: readonly string[]): void {
  for (const option of Object.keys(options)) {
    if (names.includes(option)) continue;
    refuse(
      `${subject} has an unknown option "${option}".${didYouMean(option, names)} Its options are ${names.join(', ')}.`,
    );
  }
}

/** Checks numbers above 0. Each may be left out. */
export function checkPositive<T extends object>(
  subject: string,
  options: T,
  names: ReadonlyArray<keyof T & string>,
): void {
  for (const name of names) {
    const value: unknown = options[name];
    if (value !== undefined && !(typeof value === 'number' && value > 0))
      refuseOption(subject, name, value, 'Pass a number above 0.');
  }
}

/** @returns an empty list if there is none */
export function checkList(subject: string, option: string, list: unknown, ofWhat: string): readonly unknown[] {
  if (list === undefined) return [];
  return Array.isArray(list) ? list : refuseOption(subject, option, list, `Pass an array of ${ofWhat}.`);
}

export function checkHelp(subject: string, help: unknown): void {
  if (typeof help !== 'string' || help.trim() === '')
    refuse(`${subject} needs help: one sentence for readers of a dashboard.`);
}
