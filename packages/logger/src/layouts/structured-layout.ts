import type { ContextField } from '../log-context.js';
import { isoTimestamps } from '../timestamps.js';
import {
  type CallFields,
  commonRoleOf,
  hasSameKeys,
  joined,
  type Layout,
  type LineTemplate,
  type Origin,
} from './layout.js';
import { spanJson } from './span-ids.js';

/**
 * One object of fixed shape per line, version 1: timestamp, level, logger, message, context, metadata, and if there are any
 * error and performance. `structured.schema.json` describes it; what is added to it later is optional, anything else is version 2.
 */
export function structuredLayout(origin: Origin): Layout {
  const start = lineStarts();
  const metadata = `},"metadata":{"hostname":${JSON.stringify(origin.hostname)},"process_id":${origin.processId},"thread_id":${origin.threadId}`;
  const metadataWithCorrelation = `${metadata},"correlation_id":`;

  const template: Layout['template'] = (logger, logContext, hidden) => {
    const { correlation } = logContext;
    const { bindings, bindingsJson } = logger;
    const fields =
      hidden !== undefined || hasSameKeys(logContext, bindings)
        ? joined(logContext.all.filter(isOfContext), bindings, hidden).slice(1)
        : logContext.fields === ''
          ? bindingsJson.slice(1)
          : logContext.fields + bindingsJson;
    return {
      head: logger.loggerJson,
      fields: fields === '' ? '' : contextStart + fields,
      tail: (correlation === undefined ? metadata : metadataWithCorrelation + correlation) + spanJson(logContext.span),
      logContext,
    };
  };

  function line({ head, fields, tail }: LineTemplate, level: number, timeMs: number, call: CallFields): string {
    const context = fields === '' ? contextStart + call.fields.slice(1) : fields + call.fields;
    let json = start(timeMs, level, head) + (call.message ?? '""') + context + tail;
    if (call.error === undefined && !call.wantsUsage && call.durationMs === undefined) return `${json}}}\n`;
    json += '}';
    if (call.error !== undefined) json += `,"error":${call.error}`;
    if (call.wantsUsage || call.durationMs !== undefined) json += `,"performance":${performanceOf(call, origin)}`;
    return `${json}}\n`;
  }

  return { roleOf: commonRoleOf, contextName: (key) => key, readsErrors: false, template, line };
}

const contextStart = ',"context":{';

/** What stands before the message: one string for each level, kept for the millisecond and for the logger that wrote last at it. */
function lineStarts(): (timeMs: number, level: number, loggerJson: string) => string {
  const timestamp = isoTimestamps('{"timestamp":"');
  const times: number[] = [];
  const loggers: string[] = [];
  const starts: string[] = [];
  return (timeMs, level, loggerJson) => {
    const slot = levelSlot(level);
    const kept = starts[slot];
    if (kept !== undefined && times[slot] === timeMs && loggers[slot] === loggerJson) return kept;
    const start = `${timestamp(timeMs)}","level":"${levelNames[slot]}","logger":${loggerJson},"message":`;
    times[slot] = timeMs;
    loggers[slot] = loggerJson;
    starts[slot] = start;
    return start;
  };
}

function isOfContext([name]: ContextField): boolean {
  return name !== 'correlation_id'; // which is in the metadata
}

function performanceOf({ durationMs }: CallFields, origin: Origin): string {
  const usage = origin.usage();
  return durationMs === undefined ? usage : `${usage.slice(0, -1)},"duration_ms":${durationMs}}`;
}

const levelNames = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

/** A level of a service's own is shown as the next lower one of these. */
function levelSlot(level: number): number {
  return level >= 60 ? 5 : level < 20 ? 0 : Math.floor(level / 10) - 1;
}
