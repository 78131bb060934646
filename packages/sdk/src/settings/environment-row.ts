import { type ValueType, valueTypes } from './value-types.js';

/** One environment variable, as a line of a table. Of several rows that set the same option the first one wins. */
export interface EnvironmentRow<T extends ValueType = ValueType> {
  readonly name: string;
  /** The option it sets. */
  readonly sets: string;
  readonly type: T;
  /** Of the type `choice`: the option's value for each text, in lower case. */
  readonly choices?: Readonly<Record<string, string>> | undefined;
  /** The default as the documentation shows it. */
  readonly defaultText: string;
  readonly description: string;
}

/** What a variable may be, in words, after "is not". */
export function allowedFor({ type, choices = {} }: EnvironmentRow): string {
  return type === 'choice' ? `one of ${Object.keys(choices).join(', ')}` : valueTypes[type].allowed;
}
