import type { Ambient } from '../ambient.js';
import type { Call } from '../call.js';
import { commonRoleOf, joinedFields, type Layout, type Names, type Origin, type Prepared, role } from './layout.js';
import { flagsOf, validSpan } from './span-ids.js';

/** The lines that pino writes: `level` as a number, `time` in milliseconds, everything side by side. */
export function pinoLayout(origin: Origin): Layout {
  const process = `,"pid":${origin.processId},"hostname":${JSON.stringify(origin.hostname)}`;

  function prepare({ logger, bindings }: Names, ambient: Ambient, hidden: ReadonlySet<string> | undefined): Prepared {
    const name = logger === undefined ? '' : `,"name":${JSON.stringify(logger)}`;
    return {
      head: process + name,
      fields: joinedFields([spanFields(ambient), contextFields(ambient), bindings], hidden),
      tail: '',
    };
  }

  function line({ head, fields }: Prepared, level: number, timeMs: number, call: Call): string {
    let json = `{"level":${level},"time":${timeMs}${head}${fields}${call.fields}`;
    if (call.error !== undefined) json += `,"${call.errorKey}":${call.error}`;
    if (call.durationMs !== undefined) json += `,"duration_ms":${call.durationMs}`;
    if (call.wantsUsage) json += `,"performance":${origin.usage()}`;
    if (call.message !== undefined) json += `,"msg":${call.message}`;
    return `${json}}\n`;
  }

  return { roleOf, prepare, line };
}

const reserved: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'name']);

function roleOf(key: string): number {
  return reserved.has(key) ? role.reserved : commonRoleOf(key);
}

function spanFields({ span }: Ambient): ReadonlyArray<readonly [string, string]> {
  const valid = validSpan(span);
  if (valid === undefined) return [];
  return [
    ['trace_id', `"${valid.traceId}"`],
    ['span_id', `"${valid.spanId}"`],
    ['trace_flags', String(flagsOf(valid))],
  ];
}

// A field of the context must not stand for one of the line's own.
function contextFields({ fields }: Ambient): Ambient['fields'] {
  return fields.some(([key]) => isTaken(key))
    ? fields.map(([key, json]) => [isTaken(key) ? `${key}_` : key, json] as const)
    : fields;
}

function isTaken(key: string): boolean {
  return roleOf(key) !== role.none;
}
