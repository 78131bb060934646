import type { Context } from '@sightline/context';
import type { KeyCache } from './json/key-cache.js';
import type { ResolvedLimits } from './json/limits.js';
import { MAX_SHORT_LENGTH, quotedString } from './json/quoted-string.js';
import { RecentStrings } from './json/recent-strings.js';
import { ValueWriter } from './json/value-writer.js';

/** How the context's fields are written. */
export interface ContextFormat {
  readonly keys: KeyCache;
  readonly limits: ResolvedLimits;
  /** What the layout calls a field. */
  nameOf(key: string): string;
  readonly keepsValues: boolean;
}

/** Names of a context's fields: all, and those that have no place of their own on a line. */
export interface ContextKeys {
  readonly all: readonly string[];
  readonly others: readonly string[];
}

/** Writes the ids that every request has. */
export class IdWriter {
  readonly #format: ContextFormat;
  /** Whether redaction treats them as any other string. */
  readonly #isOrdinary: boolean;
  readonly #recent: RecentStrings;
  #last: ContextKeys = { all: [], others: [] };

  constructor(format: ContextFormat) {
    const { keys } = format;
    this.#format = format;
    this.#recent = new RecentStrings((text) => quotedString(text, keys.redaction));
    this.#isOrdinary =
      keys.redaction.paths === undefined &&
      [...first, 'correlation_id'].every((key) => keys.info(key).secrecy === false);
  }

  json(key: string, value: unknown): string {
    if (!this.#isOrdinary || typeof value !== 'string' || value.length > MAX_SHORT_LENGTH) {
      return jsonOf(key, value, this.#format);
    }
    // Names of users and runs come again, ids of requests do not.
    return value.length < MIN_RANDOM_LENGTH
      ? this.#recent.json(value)
      : quotedString(value, this.#format.keys.redaction);
  }

  /** The same object for contexts with the same fields, which most are. */
  keysOf(context: Context): ContextKeys {
    const { all } = this.#last;
    let count = 0;
    for (const key in context) if (all[count++] !== key) return this.#read(context);
    return count === all.length ? this.#last : this.#read(context);
  }

  #read(context: Context): ContextKeys {
    const all = Object.keys(context);
    this.#last = { all, others: all.filter((key) => !isFirst(key) && key !== 'correlation_id') };
    return this.#last;
  }
}

const MIN_RANDOM_LENGTH = 16;

// What lines show first, in this order.
export const first: readonly string[] = ['request_id', 'user_id', 'run_id'];

export function isFirst(key: string): boolean {
  return key === 'request_id' || key === 'user_id' || key === 'run_id';
}

export function jsonOf(key: string, value: unknown, format: ContextFormat): string {
  const { keys, limits } = format;
  if (isPlain(key, value, format)) return quotedString(value, keys.redaction);
  return new ValueWriter(keys, limits).member(key, value, keys.redaction.paths);
}

/** Whether a value is a short string that neither its key nor its place hides. */
export function isPlain(key: string, value: unknown, { keys }: ContextFormat): value is string {
  const isShort = keys.redaction.paths === undefined && typeof value === 'string' && value.length <= MAX_SHORT_LENGTH;
  return isShort && keys.info(key).secrecy === false;
}
