import { isDeepStrictEqual, types } from 'node:util';

/**
 * Whether a value meets an expectation: a regular expression must match, a matcher such as `expect.any` decides itself, lists are compared
 * by element, and other values must be equal.
 */
export function meets(actual: unknown, wanted: unknown): boolean {
  if (wanted instanceof RegExp) return typeof actual === 'string' && matchesPattern(wanted, actual);
  if (isAsymmetric(wanted)) return Boolean(wanted.asymmetricMatch(actual));
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) && actual.length === wanted.length && wanted.every((each, i) => meets(actual[i], each))
    );
  }
  return isDeepStrictEqual(actual, wanted);
}

/** An asymmetric matcher of a test runner, such as `expect.any(Number)`. */
export interface Asymmetric {
  asymmetricMatch(value: unknown): unknown;
  /** How it is shown: `Any<Number>`. */
  toAsymmetricMatcher?(): string;
}

export function isAsymmetric(value: unknown): value is Asymmetric {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'asymmetricMatch') === 'function';
}

/** Whether an expectation is a plain object, not a Map, list, error or matcher of the test runner. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isAsymmetric(value)) return false;
  return ![types.isMap, types.isSet, types.isDate, types.isRegExp, types.isNativeError].some((is) => is(value));
}

/** Whether a value can be the expectation for a string. */
export function isTextLike(value: unknown): boolean {
  return typeof value === 'string' || value instanceof RegExp || isAsymmetric(value);
}

/** Starts at 0 each time: a regular expression with the flag `g` or `y` keeps its position. */
function matchesPattern(pattern: RegExp, text: string): boolean {
  return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')).test(text);
}
