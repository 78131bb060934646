/** Which attributes to hide: names of keys, or patterns that are tried on the whole key. */
export type SecretKeys = readonly (string | RegExp)[];

/**
 * A test for keys whose values must not be recorded: those that name a secret themselves (`authorization`, `user.password`,
 * `x-api-key`, `accessToken`), and those that `more` says. A name in `more` is met by the whole key or by one of its parts
 * between dots, whatever its case and separators: `card-number` hides `payment.cardNumber`.
 */
export function secretKeyTest(more: SecretKeys = []): (key: string) => boolean {
  const names = new Set(more.filter((name) => typeof name === 'string').map(squeezed));
  const patterns = more.filter((pattern) => typeof pattern !== 'string');
  const known = new Map<string, boolean>();
  return (key) => {
    let isSecret = known.get(key);
    if (isSecret === undefined) {
      isSecret =
        namesSecret(key) ||
        names.has(squeezed(key)) ||
        key.split('.').some((part) => names.has(squeezed(part))) ||
        patterns.some((pattern) => matches(pattern, key));
      // Keys are few, unless somebody builds them from data.
      if (known.size < 2000) known.set(key, isSecret);
    }
    return isSecret;
  };
}

// Anywhere in a part of the key: `password_hash` is as bad as `password`.
const always =
  /(^|_)(passwords?|passwd|pwd|passphrase|passcode|secrets?|authorization|credentials?|cookies?|api_?keys?|access_?keys?|private_?keys?|signing_?keys?|encryption_?keys?|jwt|bearer|cvv|cvc|ssn|card_?number|credit_?card|iban)(_|$)/;
// Only as the last word of a part: `session.token` is a secret, `token_count` and `input_tokens` are not.
const asLastWord = /(^|_)(token|auth|otp|pin|signature)$/;

function namesSecret(key: string): boolean {
  return key.split('.').some((part) => {
    const words = snakeCase(part);
    return always.test(words) || asLastWord.test(words);
  });
}

function snakeCase(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toLowerCase();
}

function squeezed(text: string): string {
  return text.replace(/[^A-Za-z\d.]+/g, '').toLowerCase();
}

function matches(pattern: RegExp, key: string): boolean {
  pattern.lastIndex = 0; // of a pattern with the flag g, which otherwise goes on where it stopped
  return pattern.test(key);
}
