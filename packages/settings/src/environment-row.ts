import { quotedSetting } from '@sightline/base/secrets';
import { namesOf, type ValueOf, type ValueType, valueTypes } from './value-types.js';

/** One environment variable, as a row of a table. If several rows set the same option, the first wins. */
export interface EnvironmentRow<T extends ValueType = ValueType> {
  readonly name: string;
  /** The option it sets. */
  readonly sets: string;
  readonly type: T;
  /** For the types `choice` and `names`: the option's value for each word, in lower case. */
  readonly choices?: Readonly<Record<string, string>> | undefined;
  /** For the type `OTLP base address`: the path to append, such as `v1/metrics`. */
  readonly path?: string | undefined;
  /** Restricts the type; `allowed` describes how. */
  readonly isAllowed?: ((text: string) => boolean) | undefined;
  /** What `isAllowed` accepts, in words, after "is not". */
  readonly allowed?: string | undefined;
  /** The option, made from the parsed value. Default: the value itself. */
  readonly toOption?: ((value: never) => unknown) | undefined;
  /** The default as the documentation shows it. */
  readonly defaultText: string;
  readonly description: string;
}

/** What a variable may be, in words, after "is not". */
export function allowedFor({ type, choices = {}, allowed }: EnvironmentRow): string {
  if (allowed !== undefined) return allowed;
  const words = Object.keys(choices).join(', ');
  if (type === 'names' && words !== '') return `a list of ${words}, separated by commas`;
  return type === 'choice' ? `one of ${words}` : valueTypes[type].allowed;
}

/** The unknown names of a list whose other names are used, as the end of a sentence. */
export function leftOutOf(row: EnvironmentRow, text: string): string | undefined {
  const { type, choices } = row;
  if (type !== 'names' || choices === undefined) return undefined;
  const unknown = namesOf(text).filter((name) => !Object.hasOwn(choices, name));
  if (unknown.length === 0) return undefined;
  return `is not ${allowedFor(row)}: ${unknown.map((name) => quotedSetting('', name)).join(', ')} is left out.`;
}

/** @returns `undefined` for a value that is not allowed */
export function parsedValue<T extends ValueType>(row: EnvironmentRow<T>, text: string): ValueOf<T> | undefined {
  if (row.isAllowed?.(text) === false) return undefined;
  return valueTypes[row.type].parse(text, row);
}
