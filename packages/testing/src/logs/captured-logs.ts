/** One line, whatever its layout. */
export interface CapturedLine {
  /** `debug`, `info`, `warning`, `error`, `critical` or `trace`. */
  readonly level: string;
  readonly message: string;
  /** The logger's name; `''` where it has none. */
  readonly logger: string;
  /** The fields of call, logger and asynchronous context, ids among them. */
  readonly context: Readonly<Record<string, unknown>>;
  /** The error of the line, if it has one. */
  readonly error: CapturedError | undefined;
  /** The line as it was written, parsed. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface CapturedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly [property: string]: unknown;
}

/**
 * What a line must have; only what is given is compared, and `undefined` cannot be given. Texts are compared whole, expressions are searched for; of objects only the given members count. Values may be
 * those of `expect.any` and its like.
 */
export interface LineQuery {
  /** In any of the names that the library or pino has for it. */
  level?: string | undefined;
  message?: string | RegExp | undefined;
  logger?: string | RegExp | undefined;
  /** All of these, and perhaps others; `undefined` for one that must not be there. */
  context?: Readonly<Record<string, unknown>> | undefined;
  /** `type`, `message`, and whatever else the error has, such as its `code`. */
  error?: Readonly<Record<string, unknown>> | undefined;
}

/** The lines that were written since the capture began or was cleared. Also a destination: what `createLogger` writes to. */
export interface CapturedLogs {
  readonly lines: readonly CapturedLine[];
  matching(query: LineQuery): readonly CapturedLine[];
  clear(): void;
  /** Gives a captured logger its own destination back. */
  restore(): void;
  write(text: string): void;
}

export function isCapturedLogs(value: unknown): value is CapturedLogs {
  if (typeof value !== 'object' || value === null) return false;
  const { lines, matching } = value as Partial<CapturedLogs>;
  return Array.isArray(lines) && typeof matching === 'function';
}
