/** One line of any layout. */
export interface CapturedLine {
  /** `debug`, `info`, `warning`, `error`, `critical` or `trace`. */
  readonly level: string;
  readonly message: string;
  /** The logger's name; `''` if it has none. */
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
 * The expected line. Only given members are compared; `undefined` is not allowed. Strings must be equal, regular expressions must match,
 * and of objects only given members are compared. Values may be matchers such as `expect.any`.
 */
export interface LineQuery {
  /** Any name of the level in this library or pino. */
  level?: string | undefined;
  message?: string | RegExp | undefined;
  logger?: string | RegExp | undefined;
  /** At least these. `undefined`: must be absent. */
  context?: Readonly<Record<string, unknown>> | undefined;
  /** `type`, `message`, and whatever else the error has, such as its `code`. */
  error?: Readonly<Record<string, unknown>> | undefined;
}

/** The lines that were written since the capture began or was cleared. Also a destination: what `createLogger` writes to. */
export interface CapturedLogs {
  readonly lines: readonly CapturedLine[];
  matching(query: LineQuery): readonly CapturedLine[];
  clear(): void;
  /** Restores the destination of a captured logger. */
  restore(): void;
  write(text: string): void;
}

export function isCapturedLogs(value: unknown): value is CapturedLogs {
  if (typeof value !== 'object' || value === null) return false;
  const { lines, matching } = value as Partial<CapturedLogs>;
  return Array.isArray(lines) && typeof matching === 'function';
}
