import type { PathNode } from '../redaction/paths.js';

/** What the forms of values need of the writer that they are part of. */
export interface JsonWriter {
  /** Whether the line has no room for more. */
  readonly isFull: boolean;
  value(value: unknown, path?: PathNode | undefined, name?: string | undefined): string;
  text(text: string): string;
  members(object: object, names: readonly string[], taken: Set<string>, path: PathNode | undefined): string;
  within(object: object, write: () => string): string;
}
