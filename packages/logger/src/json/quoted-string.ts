import { mayHoldPatternSecrets, mayHoldPlainSecrets, mayHoldTextSecrets } from '@sightline/base/secrets';
import type { Redaction } from '../redaction/redaction.js';
import { jsonString, wellFormed } from './json-string.js';

/** A short string as JSON, without what is secret in it. Longer ones go through `ValueWriter.string`, which bounds them. */
export function quotedString(text: string, redaction: Redaction): string {
  return !redaction.looksAtEveryString && isHarmless(text) ? `"${text}"` : jsonString(redacted(text, redaction));
}

/** The string that `quotedString` made this JSON of. */
export function shownString(text: string, json: string, redaction: Redaction): string {
  // The same between quotation marks: nothing was hidden, and nothing escaped, which would have made it longer.
  const isUnchanged = json.length === text.length + 2 && json.startsWith(text, 1);
  return isUnchanged ? text : wellFormed(redacted(text, redaction));
}

function redacted(text: string, redaction: Redaction): string {
  return redaction.looksAtEveryString || isSuspect(text) ? redaction.text(text) : text;
}

/** Whether there is nothing to escape, and nothing that could be a secret. */
function isHarmless(text: string): boolean {
  if (oneWord.test(text) && (isUuid(text) || !(hasDigitRun(text) || mayHoldSecretsOfWord(text)))) return true;
  return ordinary.test(text) && !isOfUrlOrElement(text) && !hasDigitRun(text) && !mayHoldPlainSecrets(text);
}

/** Up to here this is faster than the built-in escaping. */
export const MAX_SHORT_LENGTH = 100;

// ASCII without what JSON escapes and what parameters and JSON are known by. This form of expression takes 35 ns
// for a UUID, one that looks for the others 120, a loop over the characters 200.
const oneWord = /^[\w:-]*$/; // ids and the like, and `name:value`
const ordinary = /^[ !#-%'-<>@-[\]-~]*$/;

/** A path has slashes, too. */
function isOfUrlOrElement(text: string): boolean {
  return text.includes('/') && (text.includes('//') || text.includes('</'));
}

function mayHoldSecretsOfWord(word: string): boolean {
  return word.includes(':') ? mayHoldPlainSecrets(word) : mayHoldPatternSecrets(word);
}

/** Digits of a UUID may look like those of a card, and are none. @param word of `oneWord` */
function isUuid(word: string): boolean {
  return (
    word.length === 36 &&
    word.charCodeAt(8) === hyphen &&
    word.charCodeAt(13) === hyphen &&
    word.charCodeAt(18) === hyphen &&
    word.charCodeAt(23) === hyphen
  );
}

const hyphen = 45;
const digitsOfCard = 13;

/**
 * Whether so many digits follow each other, with blanks or hyphens of any kind between them, as a card number has. Of 13 characters in a row one
 * stands at every 13th place, so only these are looked at, and their neighbours.
 */
function hasDigitRun(text: string): boolean {
  for (let i = digitsOfCard - 1; i < text.length; i += digitsOfCard) {
    if (!isOfNumber(text, i)) continue;
    let from = i;
    while (from > 0 && isOfNumber(text, from - 1)) from--;
    let digits = 0;
    for (let at = from; at < text.length && isOfNumber(text, at); at++) if (isDigit(text.charCodeAt(at))) digits++;
    if (digits >= digitsOfCard) return true;
  }
  return false;
}

function isOfNumber(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code < 128) return isDigit(code) || code === 32 || code === 45;
  return code === 0xa0 || code === 0x2009 || code === 0x202f || (code >= 0x2010 && code <= 0x2013);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isSuspect(text: string): boolean {
  return mayHoldTextSecrets(text) || hasDigitRun(text);
}
