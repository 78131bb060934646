import type { ContextField, LogContext } from '../log-context.js';
import {
  type CallFields,
  commonRoleOf,
  hasSameKeys,
  joined,
  type Layout,
  type LineTemplate,
  type Origin,
  role,
} from './layout.js';
import { flagsOf, spanJson } from './span-ids.js';

/** The lines that pino writes: `level` as a number, `time` in milliseconds, everything side by side. */
export function pinoLayout(origin: Origin): Layout {
  const process = `,"pid":${origin.processId},"hostname":${JSON.stringify(origin.hostname)}`;

  const template: Layout['template'] = (logger, logContext, hidden) => {
    const { bindings, bindingsJson } = logger;
    const head = logger.logger === undefined ? process : `${process},"name":${logger.loggerJson}`;
    if (hidden === undefined && !hasSameKeys(logContext, bindings) && !spanNames.some((name) => bindings.has(name))) {
      const { fields, correlation } = logContext;
      let json = spanJson(logContext.span); // the order is that of `all` below
      if (fields !== '') json += `,${fields}`;
      if (correlation !== undefined) json += `,"correlation_id":${correlation}`;
      return { head: '', fields: head + json + bindingsJson, tail: '', logContext };
    }
    const all = joined([...spanFields(logContext), ...logContext.all], bindings, hidden);
    return { head: '', fields: head + all, tail: '', logContext };
  };

  // A burst has many lines in one millisecond.
  let start = '';
  let lastMs = Number.NaN;
  let lastLevel = 0;

  function line({ fields }: LineTemplate, level: number, timeMs: number, call: CallFields): string {
    if (timeMs !== lastMs || level !== lastLevel) {
      start = `{"level":${level},"time":${timeMs}`;
      lastMs = timeMs;
      lastLevel = level;
    }
    let json = start + fields + call.fields;
    if (call.error !== undefined) json += `,"${call.errorKey}":${call.error}`;
    if (call.durationMs !== undefined) json += `,"duration_ms":${call.durationMs}`;
    if (call.wantsUsage) json += `,"performance":${origin.usage()}`;
    return call.message === undefined ? `${json}}\n` : `${json},"msg":${call.message}}\n`;
  }

  return { roleOf, contextName, readsErrors: false, template, line };
}

const reserved: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'name']);

function roleOf(key: string): number {
  return reserved.has(key) ? role.reserved : commonRoleOf(key);
}

function spanFields({ span }: LogContext): readonly ContextField[] {
  if (span === undefined) return [];
  return [
    ['trace_id', `"${span.traceId}"`],
    ['span_id', `"${span.spanId}"`],
    ['trace_flags', String(flagsOf(span))],
  ];
}

/** A field of the context must not stand for one of the line's own. */
function contextName(key: string): string {
  return roleOf(key) === role.none && !spanNames.includes(key) ? key : `${key}_`;
}

const spanNames: readonly string[] = ['trace_id', 'span_id', 'trace_flags'];
