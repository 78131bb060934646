import { isDeepStrictEqual, types } from 'node:util';

/**
 * Whether a value is as a test wants it: a pattern is searched for in text, `expect.any` and its like decide themselves, of lists each
 * element is compared, and anything else is equal.
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

/** What decides by itself whether a value is right: `expect.any(Number)` of a test runner. */
export interface Asymmetric {
  asymmetricMatch(value: unknown): unknown;
  /** How it is shown: `Any<Number>`. */
  toAsymmetricMatcher?(): string;
}

export function isAsymmetric(value: unknown): value is Asymmetric {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'asymmetricMatch') === 'function';
}

/** Whether all that an expectation says are its members: a Map, a list, an error or a matcher of the test runner say nothing by theirs. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isAsymmetric(value)) return false;
  return ![types.isMap, types.isSet, types.isDate, types.isRegExp, types.isNativeError].some((is) => is(value));
}

/** What stands for a text in an expectation. */
export function isTextLike(value: unknown): boolean {
  return typeof value === 'string' || value instanceof RegExp || isAsymmetric(value);
}

/** Each time anew, while a pattern with the flags `g` or `y` goes on where it last was. */
function matchesPattern(pattern: RegExp, text: string): boolean {
  return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')).test(text);
}
