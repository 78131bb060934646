import type { ValueType } from './value-types.js';

/** One environment variable, as a line of a table. Of several rows that set the same option the first one wins. */
export interface EnvironmentRow<T extends ValueType = ValueType> {
  readonly name: string;
  /** The option it sets. */
  readonly sets: string;
  readonly type: T;
  /** The default as the documentation shows it. */
  readonly defaultText: string;
  readonly description: string;
}
