import { type ValueOf, type ValueType, valueTypes } from './value-types.js';

/** One environment variable, as a line of a table. Of several rows that set the same option the first one wins. */
export interface EnvironmentRow<T extends ValueType = ValueType> {
  readonly name: string;
  /** The option it sets. */
  readonly sets: string;
  readonly type: T;
  /** Of the type `choice`: the option's value for each text, in lower case. */
  readonly choices?: Readonly<Record<string, string>> | undefined;
  /** Of the type `OTLP base address`: what is appended for the signal, such as `v1/metrics`. */
  readonly path?: string | undefined;
  /** Narrows the type further; `allowed` says to what. */
  readonly isAllowed?: ((text: string) => boolean) | undefined;
  /** What `isAllowed` lets pass, in words, after "is not". */
  readonly allowed?: string | undefined;
  /** The default as the documentation shows it. */
  readonly defaultText: string;
  readonly description: string;
}

/** What a variable may be, in words, after "is not". */
export function allowedFor({ type, choices = {}, allowed }: EnvironmentRow): string {
  if (allowed !== undefined) return allowed;
  return type === 'choice' ? `one of ${Object.keys(choices).join(', ')}` : valueTypes[type].allowed;
}

/** @returns `undefined` for a text that is not allowed */
export function parsedValue<T extends ValueType>(row: EnvironmentRow<T>, text: string): ValueOf<T> | undefined {
  if (row.isAllowed?.(text) === false) return undefined;
  return valueTypes[row.type].parse(text, row);
}
