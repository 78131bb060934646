import { isoTimestamps } from '../timestamps.js';
import {
  commonRoleOf,
  hasSameKeys,
  joined,
  type Layout,
  type LineParts,
  type Origin,
  type Prepared,
} from './layout.js';
import { flagsOf } from './span-ids.js';

/**
 * One object of fixed shape per line, version 1: timestamp, level, logger, message, context, metadata, and where there is one
 * error and performance. `structured.schema.json` describes it; what is added to it later is optional, anything else is version 2.
 */
export function structuredLayout(origin: Origin): Layout {
  const timestamp = isoTimestamps();
  const process = `},"metadata":{"hostname":${JSON.stringify(origin.hostname)},"process_id":${origin.processId},"thread_id":${origin.threadId}`;

  const prepare: Layout['prepare'] = (names, ambient, hidden, entries) => {
    const { span, correlation } = ambient;
    const { bindings, bindingsJson } = names;
    let metadata = process;
    if (correlation !== undefined) metadata = `${process},"correlation_id":${correlation}`;
    if (span !== undefined) {
      metadata = `${metadata},"trace_id":"${span.traceId}","span_id":"${span.spanId}","trace_flags":${flagsOf(span)}`;
    }
    return {
      head: names.loggerJson,
      fields:
        hidden !== undefined || hasSameKeys(ambient, bindings)
          ? joined(entries(ambient).filter(isOfContext), bindings, hidden).slice(1)
          : ambient.fields === ''
            ? bindingsJson.slice(1)
            : ambient.fields + bindingsJson,
      tail: metadata,
    };
  };

  function line({ head, fields, tail }: Prepared, level: number, timeMs: number, call: LineParts): string {
    const own = fields === '' ? call.fields.slice(1) : fields + call.fields;
    let json = `{"timestamp":"${timestamp(timeMs)}","level":"${levelText(level)}","logger":${head},"message":${call.message ?? '""'},"context":{${own}${tail}}`;
    if (call.error !== undefined) json += `,"error":${call.error}`;
    if (call.wantsUsage || call.durationMs !== undefined) json += `,"performance":${performanceOf(call, origin)}`;
    return `${json}}\n`;
  }

  return { roleOf: commonRoleOf, contextName: (key) => key, prepare, line };
}

function isOfContext([name]: readonly [name: string, json: string]): boolean {
  return name !== 'correlation_id'; // which is in the metadata
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
