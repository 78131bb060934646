import { isRecord } from '@sightline/base';
import type { CapturedError, CapturedLine } from './captured-logs.js';

/** Reads a line of any layout of `@sightline/logger`, or of plain pino. Throws for what is no JSON object. */
export function readLine(text: string): CapturedLine {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Error(`[testing] captureLogs got a line that is no JSON: ${text.slice(0, 200)}`);
  }
  if (!isRecord(raw)) throw new Error(`[testing] captureLogs got a line that is no JSON object: ${text.slice(0, 200)}`);
  if (isRecord(raw['metadata']) && isRecord(raw['context']))
    return structuredLine(raw, raw['context'], raw['metadata']);
  return '@timestamp' in raw ? ecsLine(raw) : pinoLine(raw);
}

/** One name for each level, whatever it was called. */
export function levelName(level: unknown): string {
  if (typeof level === 'number') return byNumber(level);
  const name = String(level).toLowerCase();
  return name === 'warn' ? 'warning' : name === 'fatal' ? 'critical' : name;
}

export const levelNames: ReadonlySet<string> = new Set(['trace', 'debug', 'info', 'warning', 'error', 'critical']);

type Raw = Readonly<Record<string, unknown>>;

function structuredLine(raw: Raw, context: Raw, metadata: Raw): CapturedLine {
  const { hostname: _h, process_id: _p, thread_id: _t, ...ids } = metadata;
  const { performance } = raw;
  return {
    level: levelName(raw['level']),
    message: String(raw['message']),
    logger: String(raw['logger']),
    context: { ...ids, ...(isRecord(performance) ? { duration_ms: performance['duration_ms'] } : {}), ...context },
    error: errorOf(raw['error']),
    raw,
  };
}

function pinoLine(raw: Raw): CapturedLine {
  const { level, time: _t, pid: _p, hostname: _h, name = '', msg = '', err, error, ...fields } = raw;
  const main = err ?? error;
  return {
    level: levelName(level),
    message: String(msg),
    logger: String(name),
    context: err === undefined || error === undefined ? fields : { ...fields, error },
    error: errorOf(main),
    raw,
  };
}

function ecsLine(raw: Raw): CapturedLine {
  const { context = {}, ...top } = raw;
  const fields = Object.entries(top).filter(
    ([key]) => !/^(@timestamp|log\.|message|ecs\.|process\.|host\.|error\.)/.test(key),
  );
  const ids: Raw = {
    request_id: top['http.request.id'],
    user_id: top['user.id'],
    trace_id: top['trace.id'],
    span_id: top['span.id'],
  };
  const type = top['error.type'];
  const details = top['error.details'];
  return {
    level: levelName(top['log.level']),
    message: String(top['message']),
    logger: String(top['log.logger'] ?? ''),
    context: {
      ...Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== undefined)),
      ...Object.fromEntries(fields),
      ...(isRecord(context) ? context : {}),
    },
    error:
      type === undefined
        ? undefined
        : errorOf({
            type,
            message: top['error.message'],
            stack: top['error.stack_trace'],
            ...(isRecord(details) ? details : {}),
          }),
    raw,
  };
}

function errorOf(value: unknown): CapturedError | undefined {
  return isRecord(value) ? (value as unknown as CapturedError) : undefined;
}

function byNumber(level: number): string {
  if (level >= 60) return 'critical';
  if (level >= 50) return 'error';
  if (level >= 40) return 'warning';
  if (level >= 30) return 'info';
  return level >= 20 ? 'debug' : 'trace';
}
