import { levelNameOf } from '../levels/level-names.js';
import type { ContextField } from '../log-context.js';
import { isoTimestamps } from '../timestamps.js';
import { type CallFields, commonRoleOf, joined, type Layout, type LineTemplate, type Origin, role } from './layout.js';
import { flagsOf } from './span-ids.js';

/** The version of the Elastic Common Schema that lines name. */
export const ecsVersion = '8.11.0';

/**
 * The Elastic Common Schema. Fields that it knows (`http.request.method`, or `http: { request: { method } }`) stay at
 * the top, where it wants them; all others are members of `context`, so that they cannot clash with its types.
 */
export function ecsLayout(origin: Origin): Layout {
  const start = isoTimestamps('{"@timestamp":"');
  const process = `,"process.pid":${origin.processId},"process.thread.id":${origin.threadId},"host.hostname":${JSON.stringify(origin.hostname)}`;
  const service = serviceFields(origin);

  const template: Layout['template'] = ({ logger, loggerJson, bindings }, logContext, hidden) => {
    const { span } = logContext;
    let head = `,"ecs.version":"${ecsVersion}"`;
    if (logger !== undefined) head += `,"log.logger":${loggerJson}`;
    head += service + process;
    if (span !== undefined) {
      head += `,"trace.id":"${span.traceId}","span.id":"${span.spanId}","trace.flags":"${flagsOf(span).toString(16).padStart(2, '0')}"`;
    }
    const own: ContextField[] = [];
    for (const field of logContext.all) {
      const name = ownNames.get(field[0]);
      if (name === undefined) own.push(field);
      else head += `,"${name}":${field[1]}`;
    }
    const top = [...bindings].filter(isTop);
    const rest = new Map([...bindings].filter((binding) => !isTop(binding)));
    return { head, fields: joined(own, rest, hidden), tail: joined([], new Map(top), hidden), logContext };
  };

  function line({ head, fields, tail }: LineTemplate, level: number, timeMs: number, call: CallFields): string {
    let json = `${start(timeMs)}","log.level":"${levelNameOf(level)}","message":${call.message ?? '""'}${head}`;
    if (call.durationMs !== undefined) json += `,"event.duration":${Math.round(call.durationMs * 1e6)}`;
    if (call.error !== undefined) json += errorFields(call.errorValue as WrittenError);
    json += tail + call.top;
    let context = fields + call.fields;
    if (call.wantsUsage) context += `,"performance":${origin.usage()}`;
    return `${json}${context === '' ? '' : `,"context":{${context.slice(1)}}`}}\n`;
  }

  return {
    roleOf,
    contextName: (key) => (key === 'performance' ? 'performance_' : key),
    readsErrors: true,
    template,
    line,
  };
}

// Field sets whose fields a service may give itself.
const fieldSets: ReadonlySet<string> = new Set(
  'as client cloud code_signature container data_stream destination device dns email event faas file geo group http labels network observer orchestrator organization package registry related rule server source threat tls transaction url user user_agent vulnerability'.split(
    ' ',
  ),
);

/** What the context's ids are called there. */
const ownNames: ReadonlyMap<string, string> = new Map([
  ['request_id', 'http.request.id'],
  ['user_id', 'user.id'],
]);

// What lines have at the top already.
const taken: ReadonlySet<string> = new Set([...ownNames.values(), 'event.duration']);

function roleOf(key: string): number {
  const common = commonRoleOf(key);
  if (common !== role.none) return common;
  return fieldSets.has(key.split('.', 1)[0] ?? '') && !taken.has(key) ? role.top : role.none;
}

function isTop([key, json]: readonly [key: string, json: string]): boolean {
  return roleOf(key) === role.top && (key.includes('.') || json.startsWith('{'));
}

function serviceFields({ service }: Origin): string {
  let json = '';
  for (const part of ['name', 'version', 'environment'] as const) {
    if (service[part] !== undefined) json += `,"service.${part}":${JSON.stringify(service[part])}`;
  }
  return json;
}

interface WrittenError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: unknown;
  readonly cause?: WrittenError;
  readonly [key: string]: unknown;
}

/** Causes are part of the stack trace there, as Java prints them. */
function errorFields(error: WrittenError): string {
  const { type, message, stack, code, ...rest } = error;
  const trace = stackTrace(error);
  let fields = `,"error.type":${JSON.stringify(type)},"error.message":${JSON.stringify(message)}`;
  if (stack !== undefined) fields += `,"error.stack_trace":${JSON.stringify(trace)}`;
  if (code !== undefined && typeof code !== 'object') fields += `,"error.code":${JSON.stringify(String(code))}`;
  return Object.keys(rest).length === 0 ? fields : `${fields},"error.details":${JSON.stringify(rest)}`;
}

function stackTrace(error: WrittenError): string {
  const own = error.stack ?? `${error.type}: ${error.message}`;
  const { cause } = error;
  return typeof cause === 'object' && cause !== null ? `${own}\nCaused by: ${stackTrace(cause)}` : own;
}
