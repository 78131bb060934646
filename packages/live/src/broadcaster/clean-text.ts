import { mayHoldCardNumber, mayHoldTextSecrets, secrecyOf, withoutTextSecrets } from '@sightline/base/secrets';

/** What stands for a secret. */
export const REDACTED = '[redacted]';

/** Hides what texts hold of secrets: tokens, passwords, credentials in URLs, card numbers. Linear time: bound the length before. */
export interface TextCleaner {
  /** The text without secrets as a JSON string of at most `maxLength` characters before escaping. */
  json(text: string, maxLength: number): string;
  /** A copy of at most `maxLength` characters without secrets, which keeps no longer string alive. */
  short(text: string, maxLength: number): string;
}

/** @param isSecretName names that are secret beside those that `secrecyOf` knows */
export function textCleaner(isSecretName: (name: string) => boolean): TextCleaner {
  const isSecret = (name: string, value: () => string): boolean => {
    if (isSecretName(name)) return true;
    const secrecy = secrecyOf(name);
    return secrecy === true || (secrecy !== false && !numberOrBoolean.test(value()));
  };
  const clean = (text: string): string =>
    mayHoldTextSecrets(text) || mayHoldCardNumber(text) ? withoutTextSecrets(text, REDACTED, isSecret) : text;
  return {
    json(text, maxLength) {
      if (text.length <= MAX_HARMLESS && text.length <= maxLength && isHarmless(text)) return `"${text}"`;
      const cleaned = clean(text);
      return jsonString(cleaned.length > maxLength ? cleaned.slice(0, maxLength) : cleaned);
    },
    short(text, maxLength) {
      if (text.length <= MAX_UNSHARED && isHarmless(text)) return text;
      // Cut after the search, so that no half of a secret stays.
      const bounded = text.length > maxLength + RESERVE ? text.slice(0, maxLength + RESERVE) : text;
      const cleaned = text.length <= MAX_HARMLESS && isHarmless(text) ? text : clean(bounded);
      return ownString(cleaned.length > maxLength ? `${cleaned.slice(0, maxLength - 1)}…` : cleaned);
    },
  };
}

/** A string as JSON. Halves of surrogate pairs become U+FFFD: strict readers refuse all of a text for one (RFC 8259, section 8.2). */
export function jsonString(text: string): string {
  const json = JSON.stringify(text);
  return json.includes('\\ud') ? JSON.stringify(text.replaceAll(/\p{Surrogate}/gu, '\ufffd')) : json;
}

/** How much of a text is searched for secrets beyond what is kept of it. */
export const RESERVE = 1024;

const numberOrBoolean = /^(?:-?\d[\d.]*|true|false)$/;

/**
 * Whether a text is a name, an id, or a few words: it has nothing to escape, and cannot hold a secret. Most values of messages are such,
 * and the search for secrets takes several times as long.
 */
function isHarmless(text: string): boolean {
  const { length } = text;
  // Shorter than every known token, and than a card number.
  if (length <= 12) return shortWord.test(text) || (words.test(text) && (length < 12 || !credentials.test(text)));
  if (length === 36 && text.charCodeAt(8) === HYPHEN) return uuid.test(text);
  return words.test(text) && !credentials.test(text);
}

const MAX_HARMLESS = 40;
const HYPHEN = 45;
const shortWord = /^[\w.-]*$/;
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
/** No known token has so few letters alone. */
const words = /^[a-zA-Z]{1,15}(?: [a-zA-Z]{1,15})*$/;
/** What says that the next word is a credential. */
const credentials = /[Bb]earer|BEARER|[Bb]asic|BASIC|[Dd]igest|DIGEST|[Tt]oken|TOKEN|[Nn]egotiate|NEGOTIATE|NTLM/;

/** The engine makes a longer part of a string as a reference into the whole. */
const MAX_UNSHARED = 12;

function ownString(text: string): string {
  if (text.length <= MAX_UNSHARED) return text;
  const copy = ` ${text}`;
  Buffer.byteLength(copy); // makes one flat string of the two: 90 ns, where a detour by a buffer takes 200
  return copy.slice(1);
}
