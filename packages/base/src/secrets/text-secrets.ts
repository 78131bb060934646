import { withoutCardNumbers } from './card-numbers.js';
import { mayHoldMadeSecrets, withoutMadeSecrets } from './made-secrets.js';
import { withoutNamedSecrets } from './named-values.js';
import type { IsSecret } from './replaced-values.js';
import { withoutUrlCredentials } from './url-credentials.js';

/**
 * A text without its secrets: payment card numbers, what stands before the `@` of URLs, private keys, tokens of known makers, JSON Web
 * Tokens, what follows `Bearer` or `Basic`, and the values of secret names in parameters, JSON, headers, flags, XML and forms. Takes time
 * in proportion to the text's length, whatever is in it.
 * @param censor what is written instead
 * @param isSecret decides on a name that stands before a value
 */
export function withoutTextSecrets(text: string, censor: string, isSecret: IsSecret): string {
  let result = withoutCardNumbers(text, censor);
  if (result.includes('://') || escapedSlashes.test(result)) result = withoutUrlCredentials(result, censor);
  result = withoutNamedSecrets(result, censor, isSecret);
  return mayHoldMadeSecrets(result) ? withoutMadeSecrets(result, censor) : result;
}

/** Whether a text of fewer than a hundred characters, without `/`, `=`, `"` and card numbers, may hold a secret; cheaper than to try it. */
export function mayHoldPlainSecrets(text: string): boolean {
  return mayHoldMadeSecrets(text) || (isMarked(text) && (nameOfSecret.test(text) || text.includes('%40')));
}

/** Whether any text may be changed above, card numbers apart. */
export function mayHoldTextSecrets(text: string): boolean {
  return (
    text.includes('//') || text.includes('=') || text.includes('"') || text.includes('</') || mayHoldPlainSecrets(text)
  );
}

// As a parameter, or in JSON.
const escapedSlashes = /%2F%2F|:\\\/\\\//i;
// Some word within every name that `secrecyOf` knows.
const nameOfSecret =
  /pass|saml|kennwort|mot.?de.?passe|contrase|wachtwoord|subscription|assertion|curl|identified|pwd|secret|credential|auth|cookie|token|session|api.?key|private|access|signing|encryption|master|licen[cs]e|ssh|account.?key|shared|storage|csrf|xsrf|connection|card|cvv|cvc|jwt|ssn|iban|bearer|sid\b|sess\b|pin\b|otp|ccnum|csc\b|pan\b|pw\b|sig\b|signature/i;

/** Whether something stands in it as between a name and its value. A search for each is faster than one expression. */
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
