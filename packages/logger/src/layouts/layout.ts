import type { Ambient } from '../ambient.js';

/** How a line looks. */
export interface Layout {
  /** What a call's field of this name is for, beside being a field. */
  roleOf(key: string): number;
  /** What a field of the asynchronous context is called on the line. */
  contextName(key: string): string;
  /**
   * What all lines of one logger in one context have in common.
   * @param hidden keys of the call, which is nearer and therefore wins
   */
  prepare(names: Names, ambient: Ambient, hidden: ReadonlySet<string> | undefined): Prepared;
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

/** Pieces of JSON. Those of members begin with a comma, if there are any. */
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

/**
 * The fields of the context and then those of the logger, `,"key":value` each. A logger's field replaces the context's of the
 * same name.
 * @param isElsewhere whether the line shows a field of the context at another place
 */
export function sharedFields(
  ambient: Ambient,
  { bindings }: Pick<Names, 'bindings'>,
  hidden: ReadonlySet<string> | undefined,
  isElsewhere: (key: string) => boolean,
): string {
  let json = '';
  for (let i = 0; i < ambient.keys.length; i++) {
    const key = ambient.keys[i] ?? '';
    if (isElsewhere(key) || hidden?.has(key) || (bindings.size > 0 && bindings.has(key))) continue;
    json += `,${keyText(key)}:${ambient.values[i]}`;
  }
  for (const [key, value] of bindings) if (!hidden?.has(key)) json += `,${keyText(key)}:${value}`;
  return json;
}

/** The value of one of the context's fields as JSON. */
export function ambientField(ambient: Ambient, key: string): string | undefined {
  const at = ambient.keys.indexOf(key);
  return at < 0 ? undefined : ambient.values[at];
}

/** Keys repeat; `JSON.stringify` for each took a third of the time of a new context. */
function keyText(key: string): string {
  let text = keyTexts.get(key);
  if (text === undefined) {
    if (keyTexts.size >= 1000) keyTexts.clear();
    text = JSON.stringify(key);
    keyTexts.set(key, text);
  }
  return text;
}

const keyTexts = new Map<string, string>();
