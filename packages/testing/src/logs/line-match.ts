import { isDeepStrictEqual } from 'node:util';
import type { CapturedLine, LineQuery } from './captured-logs.js';
import { levelName } from './read-line.js';

export function isMatch(line: CapturedLine, query: LineQuery): boolean {
  return mismatches(line, query).length === 0;
}

/** The parts of the query that the line does not have, such as `context.symbol`. */
export function mismatches(line: CapturedLine, query: LineQuery): readonly string[] {
  const wrong: string[] = [];
  for (const part of Object.keys(query)) {
    if (!parts.includes(part)) {
      throw new TypeError(`[testing] A log line is compared by ${parts.join(', ')}, but got "${part}".`);
    }
  }
  const { level, message, logger, context = {}, error } = query;
  if (level !== undefined && levelName(level) !== line.level) wrong.push('level');
  if (message !== undefined && !isText(line.message, message)) wrong.push('message');
  if (logger !== undefined && line.logger !== logger) wrong.push('logger');
  for (const [key, wanted] of Object.entries(context)) {
    if (!has(line.context[key], wanted)) wrong.push(`context.${key}`);
  }
  if (error !== undefined && line.error === undefined) wrong.push('error');
  else if (error !== undefined) {
    if (error.type !== undefined && !isText(line.error?.type, error.type)) wrong.push('error.type');
    if (error.message !== undefined && !isText(line.error?.message, error.message)) wrong.push('error.message');
  }
  return wrong;
}

const parts = ['level', 'message', 'logger', 'context', 'error'];

/** Also asymmetric matchers, such as `expect.any(String)`. */
function has(actual: unknown, wanted: unknown): boolean {
  if (wanted instanceof RegExp) return typeof actual === 'string' && isText(actual, wanted);
  if (typeof wanted !== 'object' || wanted === null) return Object.is(actual, wanted);
  const { asymmetricMatch } = wanted as { asymmetricMatch?: (value: unknown) => boolean };
  if (typeof asymmetricMatch === 'function') return asymmetricMatch.call(wanted, actual);
  if (Array.isArray(wanted) || typeof actual !== 'object' || actual === null) return isDeepStrictEqual(actual, wanted);
  const members = actual as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([key, value]) => has(members[key], value));
}

function isText(actual: string | undefined, wanted: string | RegExp): boolean {
  if (actual === undefined) return false;
  return typeof wanted === 'string'
    ? actual === wanted
    : new RegExp(wanted.source, wanted.flags.replaceAll(/[gy]/g, '')).test(actual);
}
