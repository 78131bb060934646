import type { Ambient } from '../ambient.js';
import {
  commonRoleOf,
  type Layout,
  type LineParts,
  type Names,
  type Origin,
  type Prepared,
  role,
  sharedFields,
} from './layout.js';
import { flagsOf } from './span-ids.js';

/** The lines that pino writes: `level` as a number, `time` in milliseconds, everything side by side. */
export function pinoLayout(origin: Origin): Layout {
  const process = `,"pid":${origin.processId},"hostname":${JSON.stringify(origin.hostname)}`;

  function prepare(names: Names, ambient: Ambient, hidden: ReadonlySet<string> | undefined): Prepared {
    const name = names.logger === undefined ? '' : `,"name":${names.loggerJson}`;
    return {
      head: process + name,
      fields: spanFields(ambient, names, hidden) + sharedFields(ambient, names, hidden, () => false),
      tail: '',
    };
  }

  function line({ head, fields }: Prepared, level: number, timeMs: number, call: LineParts): string {
    let json = `{"level":${level},"time":${timeMs}${head}${fields}${call.fields}`;
    if (call.error !== undefined) json += `,"${call.errorKey}":${call.error}`;
    if (call.durationMs !== undefined) json += `,"duration_ms":${call.durationMs}`;
    if (call.wantsUsage) json += `,"performance":${origin.usage()}`;
    if (call.message !== undefined) json += `,"msg":${call.message}`;
    return `${json}}\n`;
  }

  return { roleOf, contextName, prepare, line };
}

const reserved: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'name']);

function roleOf(key: string): number {
  return reserved.has(key) ? role.reserved : commonRoleOf(key);
}

function spanFields({ span }: Ambient, { bindings }: Names, hidden: ReadonlySet<string> | undefined): string {
  if (span === undefined) return '';
  if (hidden === undefined && bindings.size === 0) {
    return `,"trace_id":"${span.traceId}","span_id":"${span.spanId}","trace_flags":${flagsOf(span)}`;
  }
  const isShown = (key: string): boolean => !hidden?.has(key) && !bindings.has(key);
  let json = isShown('trace_id') ? `,"trace_id":"${span.traceId}"` : '';
  if (isShown('span_id')) json += `,"span_id":"${span.spanId}"`;
  return isShown('trace_flags') ? `${json},"trace_flags":${flagsOf(span)}` : json;
}

/** A field of the context must not stand for one of the line's own. */
function contextName(key: string): string {
  return roleOf(key) === role.none && !spanNames.has(key) ? key : `${key}_`;
}

const spanNames: ReadonlySet<string> = new Set(['trace_id', 'span_id', 'trace_flags']);
