import { withoutCardNumbers } from './card-numbers.js';
import { withoutNamedSecrets } from './named-values.js';
import { mayHoldPatternSecrets, withoutPatternSecrets } from './pattern-secrets.js';
import type { IsSecret } from './replaced-values.js';
import { withoutUrlCredentials } from './url-credentials.js';

/**
 * A text without its secrets: payment card numbers, credentials in URLs, private keys, tokens of known vendors, JSON Web Tokens, what
 * follows `Bearer` or `Basic`, and the values of secret names in parameters, JSON, headers, flags, XML and forms. Takes linear time.
 * @param censor replaces each secret
 * @param isSecret decides whether the value of a name is secret
 */
export function withoutTextSecrets(text: string, censor: string, isSecret: IsSecret): string {
  let result = withoutCardNumbers(text, censor);
  if (result.includes('://') || escapedSlashes.test(result)) result = withoutUrlCredentials(result, censor);
  result = withoutNamedSecrets(result, censor, isSecret);
  return mayHoldPatternSecrets(result) ? withoutPatternSecrets(result, censor) : result;
}

/** Whether a text of fewer than a hundred characters, without `/`, `=`, `"` and card numbers, may hold a secret: a cheap test. */
export function mayHoldPlainSecrets(text: string): boolean {
  return mayHoldPatternSecrets(text) || (isMarked(text) && (nameOfSecret.test(text) || text.includes('%40')));
}

/** A cheap test whether `withoutTextSecrets` may change a text, except for card numbers. */
export function mayHoldTextSecrets(text: string): boolean {
  return (
    text.includes('//') || text.includes('=') || text.includes('"') || text.includes('</') || mayHoldPlainSecrets(text)
  );
}

// Within a parameter or in JSON.
const escapedSlashes = /%2F%2F|:\\\/\\\//i;
// Every name that `secrecyOf` knows contains one of these.
const nameOfSecret =
  /pass|saml|kennwort|mot.?de.?passe|contrase|wachtwoord|subscription|assertion|curl|identified|pwd|secret|credential|auth|cookie|token|session|api.?key|private|access|signing|encryption|master|licen[cs]e|ssh|account.?key|shared|storage|csrf|xsrf|connection|card|cvv|cvc|jwt|ssn|iban|bearer|sid\b|sess\b|pin\b|otp|ccnum|csc\b|pan\b|pw\b|sig\b|signature/i;

/** Whether the text holds a separator of a name and a value. A search for each is faster than one expression. */
function isMarked(text: string): boolean {
  return (
    text.includes(':') ||
    text.includes("'") ||
    text.includes('--') ||
    text.includes('->') ||
    text.includes('%') ||
    text.includes('`')
  );
}
