import { endOf } from './replaced-values.js';
import { wordsOf } from './secret-names.js';

/**
 * The end of the value that begins at `start`, after a secret name and a separator such as `:`. `start` if a sentence ("Invalid
 * token: expired and gone") or code ("token = readToken()") follows.
 */
export function endOfWrittenValue(text: string, start: number, name: string): number {
  const beginning = text.slice(start, start + MAX_LOOK);
  if (/^(?:[bu]?['`]|b")/.test(beginning)) return endOf(quoted, text, start);
  if (beginning.startsWith('"')) {
    const content = /^"([^"\\]*)/.exec(beginning)?.[1] ?? '';
    return isOfPassword.test(name) || isValue(name, content, '') ? endOf(quoted, text, start) : start;
  }
  const seen = /^[^\s,;"'<>})\]\\]*/.exec(beginning)?.[0] ?? '';
  if (seen === '' || isValue(name, seen, text.slice(start + seen.length, start + seen.length + 2)) === false)
    return start;
  return endOf(word, text, start);
}

/** The end of a quoted string, also of Python bytes: `b'…'`. */
export function endOfQuoted(text: string, start: number): number {
  return endOf(quoted, text, start);
}

const quoted = /[bu]?(?:'(?:[^'\\]|\\[\s\S]?)*'?|"(?:[^"\\]|\\[\s\S]?)*"?|`(?:[^`\\]|\\[\s\S]?)*`?)/y;
const word = /[^\s,;"'<>})\]\\]+/y;
const isOfPassword = /pass|pwd|secret|kennwort|contrase|wachtwoord/i;

// Limits what is read to decide on a value: a word may contain many names, and each is checked.
const MAX_LOOK = 128;

function isValue(name: string, value: string, after: string): boolean {
  if (value === '') return false;
  if (name.includes('-') || value.length >= MAX_LOOK) return true;
  const isMade = /\d|[a-z][A-Z]|[!@#$%^&*_+=~]/.test(value);
  if (wordsOf(name).length > 1) return isMade || after.trim() === '' || /^[,;})\]]/.test(after);
  return isMade && value.length >= (/pass|pwd|pin|otp/i.test(name) ? 4 : 6);
}
