import { type Secrecy, secrecyOf } from '@sightline/base/secrets';

/** The attributes to hide: names of keys, or patterns for the whole key. */
export type SecretKeys = readonly (string | RegExp)[];

/**
 * A test for keys whose values must not be recorded: those that name a secret (`authorization`, `user.password`, `x-api-key`,
 * `accessToken`), and those in `more`. A name in `more` matches the whole key or one of its parts between dots, in any case and
 * with any separators: `card-number` hides `payment.cardNumber`.
 */
export function secretKeyTest(more: SecretKeys = []): (key: string) => Secrecy {
  const names = new Set(more.filter((name) => typeof name === 'string').map(squeezed));
  const patterns = more.filter((pattern) => typeof pattern !== 'string');
  const known = new Map<string, Secrecy>();

  function decided(key: string): Secrecy {
    const isNamed =
      names.has(squeezed(key)) ||
      key.split('.').some((part) => names.has(squeezed(part))) ||
      patterns.some((pattern) => matches(pattern, key));
    if (isNamed) return true;
    return ofConventions.has(key) ? false : secrecyOf(key);
  }

  return (key) => {
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const secrecy = decided(key);
    // Keys are few and short, unless they contain data.
    if (known.size < MAX_KEYS && key.length <= MAX_KEY_LENGTH) known.set(key, secrecy);
    return secrecy;
  };
}

const MAX_KEYS = 2000;
const MAX_KEY_LENGTH = 256;

// Attributes of the semantic conventions that are no secrets, but have names like one.
const ofConventions: ReadonlySet<string> = new Set(['session.id', 'session.previous_id']);

function squeezed(text: string): string {
  return text.replace(/[^A-Za-z\d.]+/g, '').toLowerCase();
}

function matches(pattern: RegExp, key: string): boolean {
  pattern.lastIndex = 0; // a pattern with the flag g continues after its last match
  return pattern.test(key);
}
