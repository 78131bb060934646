import { isCardNumber, type Secrecy, secrecyOf, withoutTextSecrets } from '@sightline/base/secrets';
import { type ChildRedaction, defaultCensor, type RedactOptions } from './options.js';
import { bothPaths, type PathNode, pathsOf } from './paths.js';

/** Decides what no line may show. Never throws, whatever its hooks do: what cannot be decided is a secret. */
export interface Redaction {
  /** By the key alone, to be kept by the caller. */
  secrecyOf(key: string): Secrecy;
  /** Asks the service's `allow` about a key that names a secret. */
  allows(key: string, value: unknown): boolean;
  /** What to write for a secret. */
  censored(value: unknown, key: string): unknown;
  /** Without what `withoutTextSecrets` finds, and what the service named. */
  text(text: string): string;
  /** Whether an integer is a card number. */
  isSecretNumber(value: number): boolean;
  readonly paths: PathNode | undefined;
  /** Whether every string must go through `text`, and not only those that look like it. */
  readonly looksAtEveryString: boolean;
}

export function redactionBy(options: RedactOptions): Redaction {
  const { keys = [], allow = [], censor = defaultCensor, values = [] } = options;
  const named = new Set(keys.filter((key) => typeof key === 'string').map(squashed));
  const expressions = keys.filter((key) => key instanceof RegExp).map(withoutState);
  const allowed = typeof allow === 'function' ? new Set<string>() : new Set(allow.map(squashed));
  const patterns = values.map((pattern) => withoutState(pattern, 'g'));
  const shown = typeof censor === 'string' ? censor : defaultCensor;

  function secrecy(key: string): Secrecy {
    if (allowed.has(squashed(key))) return false;
    return named.has(squashed(key)) || expressions.some((each) => each.test(key)) || secrecyOf(key);
  }

  function isSecretInText(name: string, valueIn: () => string): boolean {
    const found = secrecy(name);
    if (found === false) return false;
    const value = valueIn();
    return !(found !== true && numberOrBoolean.test(value)) && !allows(name, value);
  }

  function allows(key: string, value: unknown): boolean {
    try {
      return typeof allow === 'function' && allow(key, value) === true;
    } catch {
      return false;
    }
  }

  function text(given: string): string {
    let result = withoutTextSecrets(given, shown, isSecretInText);
    for (const pattern of patterns) result = result.replaceAll(pattern, shown);
    return result;
  }

  return {
    secrecyOf: secrecy,
    allows,
    censored(value, key) {
      try {
        return typeof censor === 'function' ? censor(value, key) : censor;
      } catch {
        return defaultCensor;
      }
    },
    text,
    isSecretNumber: (value) => value >= 1e12 && value < 1e19 && isCardNumber(String(value)),
    paths: pathsOf(options.paths ?? []),
    looksAtEveryString: patterns.length + keys.length > 0,
  };
}

/** The same with more places. What the child's censor makes stands for everything that the child hides. */
export function redactionOfChild(parent: Redaction, given: ChildRedaction): Redaction {
  const { paths, censor = parent === noRedaction ? defaultCensor : undefined } = isList(given)
    ? { paths: given }
    : given;
  if (!Array.isArray(paths)) {
    throw new Error(
      `[logger] redact of child() is ${JSON.stringify(given)}. Give a list of places, or { paths: […] }.`,
    );
  }
  return {
    ...parent,
    paths: bothPaths(parent.paths, pathsOf(paths)),
    censored(value, key) {
      try {
        if (censor === undefined) return parent.censored(value, key);
        return typeof censor === 'function' ? censor(value, [key]) : censor;
      } catch {
        return defaultCensor;
      }
    },
  };
}

function isList(given: ChildRedaction): given is readonly string[] {
  return Array.isArray(given);
}

/** For `redact: false`. */
export const noRedaction: Redaction = {
  secrecyOf: () => false,
  allows: () => true,
  censored: (value) => value,
  text: (text) => text,
  isSecretNumber: () => false,
  paths: undefined,
  looksAtEveryString: false,
};

const numberOrBoolean = /^(?:-?\d[\d.]*|true|false)$/;

function squashed(key: string): string {
  return key.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}

/** A global or sticky expression remembers where it stopped, so that every other test would fail. */
function withoutState(expression: RegExp, add: '' | 'g' | unknown = ''): RegExp {
  return new RegExp(expression.source, expression.flags.replaceAll(/[gy]/g, '') + (add === 'g' ? 'g' : ''));
}
