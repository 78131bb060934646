import { types } from 'node:util';
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import {
  mayHoldCardNumber,
  mayHoldTextSecrets,
  namesItsNext,
  type Secrecy,
  withoutPatternSecrets,
  withoutTextSecrets,
} from '@sightline/base/secrets';
import { listOf } from '../untrusted-values.js';
import { putAttribute } from './put-attribute.js';
import { redactUrl } from './redact-url.js';
import { RememberedStrings } from './remembered-strings.js';
import { type SecretKeys, secretKeyTest } from './secret-keys.js';
import { truncate } from './truncate.js';

/** A value for an attribute. `undefined` and `null` leave it out. */
export type AttributeInput = AttributeValue | bigint | Date | URL | undefined | null;

/** Attributes: names of the semantic conventions, or your own with dots. */
export type AttributeInputs = Readonly<Record<string, AttributeInput>>;

export interface AttributePolicyOptions {
  /** Additional keys to hide; keys that name a secret are always hidden. `false` hides nothing. */
  redact?: SecretKeys | false | undefined;
  /** Longer strings are cut, in UTF-16 code units. Default 4096; stack traces always 16 384. */
  maxValueLength?: number | undefined;
}

/** Cleans attributes of spans, events and links before they are recorded. Its methods never throw. */
export interface AttributePolicy {
  /** The value to record, or `undefined` for none. */
  clean(key: string, value: unknown): AttributeValue | undefined;
  /** A string without a key, such as the message of a status: without secrets by form or name, and cut. */
  string(value: string): string;
  /** A copy of `attributes` with the values to record; leaves out values that cannot be read. */
  cleanAll(attributes: unknown): Attributes;
  /**
   * As `clean`, for the setters of OpenTelemetry's API, which takes values as they are: numbers that are not finite and gaps in
   * arrays stay, arrays of several types are left out.
   */
  recorded(key: string, value: unknown): AttributeValue | undefined;
  /** `recorded` for up to `limit` attributes; counts the others. */
  recordedAll(attributes: unknown, limit: number): { readonly attributes: Attributes; readonly dropped: number };
  /** The names of attributes, in bounds. */
  keysOf(attributes: unknown): readonly string[];
  /** The same policy with more keys to hide; with `false` it hides nothing. */
  withRedaction(redact: SecretKeys | false): AttributePolicy;
}

export const REDACTED = '[redacted]';

/**
 * Cuts strings to a length; leaves out objects, functions and numbers that are not finite; writes dates as ISO strings, bigints
 * as numbers if they fit, URLs as strings without secrets. Arrays of one type stay; others become arrays of strings.
 */
export function attributePolicy({ redact = [], maxValueLength = 4096 }: AttributePolicyOptions = {}): AttributePolicy {
  if (!(Number.isInteger(maxValueLength) && maxValueLength > 0)) {
    throw new RangeError(
      `[tracing] maxValueLength must be a whole number of characters above 0, but got ${maxValueLength}.`,
    );
  }
  const secrecyOf: (key: string) => Secrecy = redact === false ? () => false : secretKeyTest(redact);
  const isSecretName = (name: string, value: () => string): boolean => {
    const secrecy = secrecyOf(name);
    return secrecy === true || (secrecy !== false && !/^(?:-?\d[\d.]*|true|false)$/.test(value()));
  };

  // A search for secrets costs 200 to 800 ns. It depends on the key only if that names a URL.
  const unchanged = new RememberedStrings();
  const unchangedUrls = new RememberedStrings();

  const text = (key: string, value: string): string => {
    const remembered = urlKeys.has(key) ? unchangedUrls : unchanged;
    if (remembered.has(value)) return value;
    const safe = safeText(key, value);
    if (safe === value) remembered.add(value);
    return safe;
  };

  const safeText = (key: string, value: string): string => {
    const limit = key === 'exception.stacktrace' ? Math.max(maxValueLength, 16_384) : maxValueLength;
    if (redact === false) return truncate(value, limit);
    // Cut before, so that the cost of a huge string is bounded, and after, so that no half of a secret stays.
    const bounded = value.length > limit + CUT_RESERVE ? value.slice(0, limit + CUT_RESERVE) : value;
    let safe = bounded;
    if (urlKeys.has(key)) safe = urlText(bounded);
    else if (mayHoldTextSecrets(bounded) || mayHoldCardNumber(bounded))
      safe = withoutTextSecrets(bounded, REDACTED, isSecretName);
    return truncate(safe, limit);
  };

  const urlText = (value: string): string => {
    const url = redactUrl(value, (name) => secrecyOf(name) === true);
    return holdsMore.test(url)
      ? withoutTextSecrets(url, URL_REDACTED, isSecretName)
      : withoutPatternSecrets(url, REDACTED);
  };

  const cleanValue = (key: string, value: unknown): AttributeValue | undefined => {
    switch (typeof value) {
      case 'string':
        return text(key, value);
      case 'number':
        return Number.isFinite(value) ? value : undefined;
      case 'boolean':
        return value;
      case 'bigint':
        return Number.isSafeInteger(Number(value)) ? Number(value) : text(key, String(value));
      case 'object':
        if (value === null) return undefined;
        if (Array.isArray(value)) return cleanArray(key, value);
        // A proxy may answer without end, such as with ever more prototypes.
        if (types.isProxy(value)) return undefined;
        if (types.isDate(value)) return Number.isNaN(value.getTime()) ? undefined : text(key, value.toISOString());
        if (value instanceof URL) return text('url.full', value.href);
        if (types.isBoxedPrimitive(value)) {
          const plain: unknown = value.valueOf();
          return typeof plain === 'object' ? undefined : cleanValue(key, plain);
        }
        return undefined;
      default:
        return undefined;
    }
  };

  const cleanArray = (key: string, values: readonly unknown[]): AttributeValue => {
    const cleaned: Array<string | number | boolean> = [];
    let isMixed = false;
    let hidesNext = false;
    // Holes count, too: an empty array may have a length of billions.
    for (let i = 0; i < values.length && i < MAX_SCANNED && cleaned.length < MAX_ELEMENTS; i++) {
      const item = values[i];
      const value = Array.isArray(item) ? undefined : hidesNext ? REDACTED : cleanValue(key, item);
      hidesNext = redact !== false && !hidesNext && namesItsNext(key, item, i);
      if (value === undefined || typeof value === 'object') continue;
      isMixed ||= cleaned.length > 0 && typeof value !== typeof cleaned[0];
      cleaned.push(value);
    }
    return (isMixed ? cleaned.map(String) : cleaned) as AttributeValue;
  };

  /** An array of the API: of one type, in which `null` and `undefined` are gaps. */
  const recordedArray = (key: string, values: readonly unknown[]): AttributeValue | undefined => {
    const recorded: Array<string | number | boolean | null> = [];
    let type: string | undefined;
    let hidesNext = false;
    for (let i = 0; i < values.length && i < MAX_ELEMENTS; i++) {
      const item = values[i];
      if (item === undefined || item === null) {
        recorded.push(null);
        continue;
      }
      type ??= typeof item;
      if (typeof item !== type || !isPlain(item)) return undefined;
      const value = typeof item !== 'string' ? item : hidesNext ? REDACTED : text(key, item);
      hidesNext = redact !== false && !hidesNext && namesItsNext(key, item, i);
      recorded.push(value);
    }
    return recorded as AttributeValue;
  };

  const unlessSecret = (
    key: string,
    value: unknown,
    take: (key: string, value: unknown) => AttributeValue | undefined,
  ): AttributeValue | undefined => {
    if (typeof key !== 'string' || key === '' || value === undefined || value === null) return undefined;
    if (key === '__proto__') return undefined; // assigning it would change the prototype, here and in an SDK
    try {
      const secrecy = secrecyOf(key);
      const isHidden =
        secrecy === true || (secrecy !== false && typeof value !== 'number' && typeof value !== 'boolean');
      if (isHidden) return headerKey.test(key) ? [REDACTED] : REDACTED;
      return take(key, value);
    } catch {
      return undefined; // a proxy, or a subclass that throws
    }
  };

  const recordedValue = (key: string, value: unknown): AttributeValue | undefined => {
    if (typeof value === 'string') return text(key, value);
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    return Array.isArray(value) ? recordedArray(key, value) : cleanValue(key, value);
  };

  const clean = (key: string, value: unknown): AttributeValue | undefined => unlessSecret(key, value, cleanValue);
  const recorded = (key: string, value: unknown): AttributeValue | undefined => unlessSecret(key, value, recordedValue);

  return {
    clean,
    recorded,
    recordedAll(attributes, limit) {
      const kept: Attributes = {};
      let count = 0;
      let dropped = 0;
      for (const key of boundedKeys(attributes)) {
        const value = recorded(key, property(attributes, key));
        if (value === undefined) continue;
        if (count >= limit) dropped++;
        else {
          putAttribute(kept, key, value);
          count++;
        }
      }
      return { attributes: kept, dropped };
    },
    keysOf: boundedKeys,
    string: (value) => text('', value),
    cleanAll(attributes) {
      const cleaned: Attributes = {};
      for (const key of boundedKeys(attributes)) {
        const value = clean(key, property(attributes, key));
        if (value !== undefined) putAttribute(cleaned, key, value);
      }
      return cleaned;
    },
    withRedaction(more) {
      if (more === false) return attributePolicy({ redact: false, maxValueLength });
      const keys = (listOf(more) ?? []).filter((key) => typeof key === 'string' || types.isRegExp(key));
      return attributePolicy({ redact: redact === false ? keys : [...redact, ...keys], maxValueLength });
    },
  };
}

/** More than a span keeps by default; the span counts dropped attributes. */
const MAX_KEYS = 1024;
const MAX_ELEMENTS = 128;
const MAX_SCANNED = 1024;
const CUT_RESERVE = 1024;

/** The conventions ask for a list of a header's values, also if there is only one. */
const headerKey = /^http\.(?:request|response)\.header\./;

// Fragments with parameters, URLs and JSON in parameters, card numbers.
const holdsMore = /#.*=|%(?:2f%2f|3d|22)|"|\d(?:[ +-]?\d){12}/i;
/** The semantic conventions' replacement for secrets in URLs. */
const URL_REDACTED = 'REDACTED';
const urlKeys: ReadonlySet<string> = new Set(['url.full', 'url.query', 'url.original', 'http.url', 'http.target']);

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function boundedKeys(attributes: unknown): readonly string[] {
  const keys = keysOf(attributes);
  return keys.length > MAX_KEYS ? keys.slice(0, MAX_KEYS) : keys;
}

function keysOf(attributes: unknown): readonly string[] {
  if (typeof attributes !== 'object' || attributes === null) return [];
  try {
    return Array.isArray(attributes) ? [] : Object.keys(attributes);
  } catch {
    return []; // a revoked proxy, or one that throws
  }
}

function property(object: unknown, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
