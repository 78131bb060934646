import type { Ambient, AmbientEntries } from '../ambient.js';

/** How a line looks. */
export interface Layout {
  /** What a call's field of this name is for, beside being a field. */
  roleOf(key: string): number;
  /** What a field of the asynchronous context is called on the line. */
  contextName(key: string): string;
  /**
   * What all lines of one logger in one context have in common.
   * @param hidden keys of the call, which is nearer and therefore wins
   * @param entries the context's fields one by one, for when joining texts is not enough
   */
  prepare(
    names: Names,
    ambient: Ambient,
    hidden: ReadonlySet<string> | undefined,
    entries: (ambient: Ambient) => AmbientEntries,
  ): Prepared;
  /** One line, with its line feed. */
  line(prepared: Prepared, level: number, timeMs: number, call: LineParts): string;
}

/** What a logger and its ancestors were given. */
export interface Names {
  readonly logger: string | undefined;
  /** `""` where there is none. */
  readonly loggerJson: string;
  /** Fields, with their values as JSON. */
  readonly bindings: ReadonlyMap<string, string>;
  /** The same, `,"key":value` each. */
  readonly bindingsJson: string;
}

/** What a call adds. Pieces of JSON; those of members begin with a comma, if there are any. */
export interface LineParts {
  readonly fields: string;
  /** Fields that the layout keeps apart. */
  readonly top: string;
  readonly error: string | undefined;
  /** What the error was called: `err` or `error`. */
  readonly errorKey: string;
  readonly message: string | undefined;
  readonly durationMs: number | undefined;
  readonly wantsUsage: boolean;
}

/** Pieces of JSON. */
export interface Prepared {
  readonly head: string;
  readonly fields: string;
  readonly tail: string;
}

/** What is the same for all lines of a process. */
export interface Origin {
  readonly processId: number;
  readonly threadId: number;
  readonly hostname: string;
  readonly service: Service;
  /** How busy the process is, as JSON: `{"cpu_percent":1.2,"memory_mb":64}`. */
  usage(): string;
}

/** As OpenTelemetry and the Elastic Common Schema name a service. */
export interface Service {
  name?: string | undefined;
  version?: string | undefined;
  environment?: string | undefined;
}

export const role = {
  none: 0,
  /** See key-book.ts. */
  rewrittenKey: 1,
  err: 2,
  error: 3,
  duration: 4,
  performance: 5,
  message: 6,
  /** The layout has this key for itself. */
  reserved: 7,
  /** Stands beside the call's other fields instead of among them. */
  top: 8,
} as const;

/** The roles that every layout has. */
export function commonRoleOf(key: string): number {
  switch (key) {
    case 'err':
      return role.err;
    case 'error':
      return role.error;
    case 'duration_ms':
      return role.duration;
    case 'performance':
      return role.performance;
    case 'msg':
      return role.message;
    default:
      return role.none;
  }
}

/** The members of `entries` that neither `bindings` nor `hidden` replaces, and then the bindings, `,"key":value` each. */
export function joined(
  entries: AmbientEntries,
  bindings: ReadonlyMap<string, string>,
  hidden: ReadonlySet<string> | undefined,
): string {
  let json = '';
  for (const [key, value] of entries) {
    if (!hidden?.has(key) && !bindings.has(key)) json += `,${JSON.stringify(key)}:${value}`;
  }
  for (const [key, value] of bindings) if (!hidden?.has(key)) json += `,${JSON.stringify(key)}:${value}`;
  return json;
}

/** Whether a logger has a field that the context has, too. */
export function hasSameKeys({ keys }: Ambient, bindings: ReadonlyMap<string, string>): boolean {
  return bindings.size > 0 && keys.some((key) => bindings.has(key));
}
