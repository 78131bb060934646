import type { Ambient } from '../ambient.js';
import type { Call } from '../call.js';

/** How a line looks. */
export interface Layout {
  /** What a call's field of this name is for, beside being a field. */
  roleOf(key: string): number;
  /**
   * What all lines of one logger in one context have in common.
   * @param hidden keys of the call, which is nearer and therefore wins
   */
  prepare(names: Names, ambient: Ambient, hidden: ReadonlySet<string> | undefined): Prepared;
  /** One line, with its line feed. */
  line(prepared: Prepared, level: number, timeMs: number, call: Call): string;
}

/** What a logger and its ancestors were given. */
export interface Names {
  readonly logger: string | undefined;
  /** Fields, with their values as JSON. */
  readonly bindings: ReadonlyMap<string, string>;
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
  longKey: 1,
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

/** The members of several sources; a later one replaces an earlier one of the same name. */
export function joinedFields(
  sources: ReadonlyArray<Iterable<readonly [key: string, json: string]>>,
  hidden: ReadonlySet<string> | undefined,
): string {
  let json = '';
  for (const [index, source] of sources.entries()) {
    for (const [key, value] of source) {
      if (hidden?.has(key) || sources.slice(index + 1).some((later) => hasKey(later, key))) continue;
      json += `,${JSON.stringify(key)}:${value}`;
    }
  }
  return json;
}

function hasKey(source: Iterable<readonly [key: string, json: string]>, key: string): boolean {
  if (source instanceof Map) return source.has(key);
  for (const [each] of source) if (each === key) return true;
  return false;
}
