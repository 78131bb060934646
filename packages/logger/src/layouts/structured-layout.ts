import type { Ambient } from '../ambient.js';
import { isoTimestamps } from '../timestamps.js';
import {
  ambientField,
  commonRoleOf,
  type Layout,
  type LineParts,
  type Names,
  type Origin,
  type Prepared,
  sharedFields,
} from './layout.js';
import { flagsOf } from './span-ids.js';

/**
 * One object of fixed shape per line, version 1: timestamp, level, logger, message, context, metadata, and where there is one
 * error and performance. `structured.schema.json` describes it; what is added to it later is optional, anything else is version 2.
 */
export function structuredLayout(origin: Origin): Layout {
  const timestamp = isoTimestamps();
  const process = `"hostname":${JSON.stringify(origin.hostname)},"process_id":${origin.processId},"thread_id":${origin.threadId}`;

  function prepare(names: Names, ambient: Ambient, hidden: ReadonlySet<string> | undefined): Prepared {
    const { span } = ambient;
    const correlation = ambientField(ambient, 'correlation_id');
    let metadata = process;
    if (correlation !== undefined) metadata += `,"correlation_id":${correlation}`;
    if (span !== undefined) {
      metadata += `,"trace_id":"${span.traceId}","span_id":"${span.spanId}","trace_flags":${flagsOf(span)}`;
    }
    return {
      head: `,"logger":${names.loggerJson},"message":`,
      fields: sharedFields(ambient, names, hidden, isMetadata),
      tail: `},"metadata":{${metadata}}`,
    };
  }

  function line({ head, fields, tail }: Prepared, level: number, timeMs: number, call: LineParts): string {
    const own = fields === '' ? call.fields.slice(1) : fields.slice(1) + call.fields;
    let json = `{"timestamp":"${timestamp(timeMs)}","level":"${levelText(level)}"${head}${call.message ?? '""'},"context":{${own}${tail}`;
    if (call.error !== undefined) json += `,"error":${call.error}`;
    if (call.wantsUsage || call.durationMs !== undefined) json += `,"performance":${performanceOf(call, origin)}`;
    return `${json}}\n`;
  }

  return { roleOf: commonRoleOf, contextName: (key) => key, prepare, line };
}

function isMetadata(key: string): boolean {
  return key === 'correlation_id';
}

function performanceOf({ durationMs }: LineParts, origin: Origin): string {
  const usage = origin.usage();
  return durationMs === undefined ? usage : `${usage.slice(0, -1)},"duration_ms":${durationMs}}`;
}

/** A level of a service's own is shown as the next lower one that everybody knows. */
function levelText(level: number): string {
  if (level >= 60) return 'CRITICAL';
  if (level >= 50) return 'ERROR';
  if (level >= 40) return 'WARNING';
  if (level >= 30) return 'INFO';
  return level >= 20 ? 'DEBUG' : 'TRACE';
}
