import { inspect } from 'node:util';
import { isObject } from '@sightline/base';
import { isAsymmetric, isPlain, isTextLike, meets } from '../meets.js';
import type { CapturedLine, LineQuery } from './captured-logs.js';
import { levelName, levelNames } from './read-line.js';

export function isMatch(line: CapturedLine, query: LineQuery): boolean {
  return mismatches(line, query).length === 0;
}

/** The members of the query that the line does not match, such as `context.symbol`. */
export function mismatches(line: CapturedLine, query: LineQuery): readonly string[] {
  const { level, message, logger, context = {}, error } = query;
  const wrong: string[] = [];
  if (level !== undefined && levelName(level) !== line.level) wrong.push('level');
  if (message !== undefined && !meets(line.message, message)) wrong.push('message');
  if (logger !== undefined && !meets(line.logger, logger)) wrong.push('logger');
  for (const [key, wanted] of Object.entries(context)) {
    if (!has(line.context[key], wanted)) wrong.push(`context.${key}`);
  }
  if (error !== undefined && line.error === undefined) wrong.push('error');
  for (const [key, wanted] of Object.entries(line.error === undefined ? {} : (error ?? {}))) {
    if (!has(line.error?.[key], wanted)) wrong.push(`error.${key}`);
  }
  return wrong;
}

/** Throws for an impossible query: with such an error `not.toHaveLogged` would always pass. */
export function checkQuery(query: LineQuery): void {
  if (!isPlain(query)) {
    throw new TypeError(
      `[testing] A log line is compared with { ${parts.join(', ')} }, but got ${inspect(query)}. A message alone is { message: … }.`,
    );
  }
  const unknown = Object.keys(query).find((part) => !parts.includes(part));
  if (unknown !== undefined) {
    throw new TypeError(`[testing] A log line is compared by ${parts.join(', ')}, but got "${unknown}".`);
  }
  // With a misspelt or unset variable every line would match.
  const missing = Object.entries(query).find(([, value]) => value === undefined);
  if (missing !== undefined) {
    throw new TypeError(
      `[testing] A log line is compared with undefined for ${missing[0]}. Omit it if it does not matter.`,
    );
  }
  const { level, message, logger, context, error } = query;
  if (level !== undefined && !levelNames.has(levelName(level))) {
    throw new TypeError(
      `[testing] The level of a log line is one of ${[...levelNames].join(', ')}, but got ${inspect(level)}.`,
    );
  }
  check('message', message, isTextLike, 'a string, a regular expression or a matcher of the test runner');
  check('logger', logger, isTextLike, 'a string, a regular expression or a matcher of the test runner');
  check('context', context, isPlain, 'an object');
  check('error', error, isPlain, 'an object such as { type: "TypeError", message: "…" }');
}

const parts = ['level', 'message', 'logger', 'context', 'error'];

function check(part: string, value: unknown, isRight: (value: unknown) => boolean, wanted: string): void {
  if (value === undefined || isRight(value)) return;
  throw new TypeError(`[testing] The ${part} of a log line is compared with ${wanted}, but got ${inspect(value)}.`);
}

/** Of objects, also within lists, only given members are compared. */
function has(actual: unknown, wanted: unknown): boolean {
  if (!isObject(wanted) || !isObject(actual) || wanted instanceof RegExp || isAsymmetric(wanted))
    return meets(actual, wanted);
  if (Array.isArray(wanted)) {
    return Array.isArray(actual) && actual.length === wanted.length && wanted.every((each, i) => has(actual[i], each));
  }
  return Object.entries(wanted).every(([key, value]) => has(Reflect.get(actual, key), value));
}
