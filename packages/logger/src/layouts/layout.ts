import type { OptionsOf } from '@sightline/settings/fields';
import type { ContextField, LogContext } from '../log-context.js';

/** How a line looks. */
export interface Layout {
  /** What a call's field of this name is for, beside being a field. */
  roleOf(key: string): number;
  /** What a field of the asynchronous context is called on the line. */
  contextName(key: string): string;
  /** Whether lines need an error as an object beside its JSON. */
  readonly readsErrors: boolean;
  /**
   * What all lines of one logger in one context have in common.
   * @param hidden keys of the call, which is nearer and therefore wins
   */
  template(logger: LoggerFields, logContext: LogContext, hidden: ReadonlySet<string> | undefined): LineTemplate;
  /** One line, with its line feed. */
  line(template: LineTemplate, level: number, timeMs: number, call: CallFields): string;
}

/** What a logger and its ancestors were given. */
export interface LoggerFields {
  readonly logger: string | undefined;
  /** `""` if there is none. */
  readonly loggerJson: string;
  /** Fields, with their values as JSON. */
  readonly bindings: ReadonlyMap<string, string>;
  /** The same with their values, if they are kept. */
  readonly bindingValues: ReadonlyMap<string, unknown> | undefined;
  /** The same, `,"key":value` each. */
  readonly bindingsJson: string;
}

/** What a call adds. Chunks of JSON; those of members begin with a comma, if there are any. */
export interface CallFields {
  readonly fields: string;
  /** Fields that the layout keeps apart. */
  readonly top: string;
  readonly error: string | undefined;
  /** The same as an object, if errors are kept. */
  readonly errorValue: unknown;
  /** What the error was called: `err` or `error`. */
  readonly errorKey: string;
  readonly message: string | undefined;
  /** What a record for a sink is made from, if there is one. */
  readonly values: CallValues | undefined;
  readonly durationMs: number | undefined;
  readonly wantsUsage: boolean;
  /** Keys that the logger or the context has, too. */
  readonly hidden: ReadonlySet<string> | undefined;
}

/** The fields of a call as values, redacted and bounded as their JSON is: each name, and its value behind it. */
export interface CallValues {
  message: string;
  fields: unknown[];
  top: unknown[];
}

/** Chunks of JSON. */
export interface LineTemplate {
  readonly head: string;
  readonly fields: string;
  readonly tail: string;
  /** What it was made of. */
  readonly logContext: LogContext;
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

export const serviceFields = {
  name: { type: 'string' },
  version: { type: 'string' },
  environment: { type: 'string' },
} as const;

/** As OpenTelemetry and the Elastic Common Schema name a service. */
export interface Service extends OptionsOf<typeof serviceFields> {}

export const role = {
  none: 0,
  /** See key-cache.ts. */
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

/** The members of `fields` that neither `bindings` nor `hidden` replaces, and then the bindings, `,"key":value` each. */
export function joined(
  fields: readonly ContextField[],
  bindings: ReadonlyMap<string, string>,
  hidden: ReadonlySet<string> | undefined,
): string {
  let json = '';
  for (const [key, value] of fields) {
    if (!hidden?.has(key) && !bindings.has(key)) json += `,${JSON.stringify(key)}:${value}`;
  }
  for (const [key, value] of bindings) if (!hidden?.has(key)) json += `,${JSON.stringify(key)}:${value}`;
  return json;
}

/** Whether a logger has a field that the context has, too. */
export function hasSameKeys({ keys }: LogContext, bindings: ReadonlyMap<string, string>): boolean {
  return bindings.size > 0 && keys.some((key) => bindings.has(key));
}
