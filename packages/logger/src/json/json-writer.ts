import type { PathNode } from '../redaction/paths.js';

/** What the forms of values need of the writer that they belong to. */
export interface JsonWriter {
  /** Whether `kept` is needed; without, it means nothing. */
  readonly keepsValues: boolean;
  /** What was written last, as a value: what a reader of the JSON would get. */
  kept: unknown;
  /** Whether the line has no room for more. */
  readonly isFull: boolean;
  value(value: unknown, path?: PathNode | undefined, name?: string | undefined): string;
  string(text: string): string;
  members(
    object: object,
    names: readonly string[],
    taken: Set<string>,
    path: PathNode | undefined,
    kept: Record<string, unknown> | undefined,
  ): string;
  within(object: object, write: () => string): string;
}
