import { type Secrecy, secrecyOf } from '@sightline/base/secrets';

/** Which attributes to hide: names of keys, or patterns that are tried on the whole key. */
export type SecretKeys = readonly (string | RegExp)[];

/**
 * A test for keys whose values must not be recorded: those that name a secret themselves (`authorization`, `user.password`,
 * `x-api-key`, `accessToken`), and those that `more` says. A name in `more` is met by the whole key or by one of its parts
 * between dots, whatever its case and separators: `card-number` hides `payment.cardNumber`.
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
    // Keys are few and short, unless they are made of data.
    if (known.size < MAX_KEYS && key.length <= MAX_KEY_LENGTH) known.set(key, secrecy);
    return secrecy;
  };
}

const MAX_KEYS = 2000;
const MAX_KEY_LENGTH = 256;

// Attributes of the semantic conventions that only sound like a secret.
const ofConventions: ReadonlySet<string> = new Set(['session.id', 'session.previous_id']);

function squeezed(text: string): string {
  return text.replace(/[^A-Za-z\d.]+/g, '').toLowerCase();
}

function matches(pattern: RegExp, key: string): boolean {
  pattern.lastIndex = 0; // of a pattern with the flag g, which otherwise goes on where it stopped
  return pattern.test(key);
}
