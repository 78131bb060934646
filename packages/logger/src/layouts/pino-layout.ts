import type { SpanContext } from '@opentelemetry/api';
import type { Ambient, AmbientEntries } from '../ambient.js';
import {
  commonRoleOf,
  hasSameKeys,
  joined,
  type Layout,
  type LineParts,
  type Origin,
  type Prepared,
  role,
} from './layout.js';
import { flagsOf } from './span-ids.js';

/** The lines that pino writes: `level` as a number, `time` in milliseconds, everything side by side. */
export function pinoLayout(origin: Origin): Layout {
  const process = `,"pid":${origin.processId},"hostname":${JSON.stringify(origin.hostname)}`;

  const prepare: Layout['prepare'] = (names, ambient, hidden, entries) => {
    const { bindings, bindingsJson } = names;
    const head = names.logger === undefined ? process : `${process},"name":${names.loggerJson}`;
    if (hidden === undefined && !hasSameKeys(ambient, bindings) && !spanNames.some((name) => bindings.has(name))) {
      const { span, fields, correlation } = ambient;
      let json = span === undefined ? '' : spanJson(span);
      if (fields !== '') json += `,${fields}`;
      if (correlation !== undefined) json += `,"correlation_id":${correlation}`;
      return { head: '', fields: head + json + bindingsJson, tail: '' };
    }
    const all = joined([...spanEntries(ambient), ...entries(ambient)], bindings, hidden);
    return { head: '', fields: head + all, tail: '' };
  };

  // A burst has many lines in one millisecond.
  let start = '';
  let lastMs = Number.NaN;
  let lastLevel = 0;

  function line({ fields }: Prepared, level: number, timeMs: number, call: LineParts): string {
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

  return { roleOf, contextName, prepare, line };
}

const reserved: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'name']);

function roleOf(key: string): number {
  return reserved.has(key) ? role.reserved : commonRoleOf(key);
}

function spanJson(span: SpanContext): string {
  return `,"trace_id":"${span.traceId}","span_id":"${span.spanId}","trace_flags":${flagsOf(span)}`;
}

function spanEntries({ span }: Ambient): AmbientEntries {
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
