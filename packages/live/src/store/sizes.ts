// Estimates of memory in V8 without compressed pointers, on the safe side: a word is 8 bytes, a number that is no small integer has
// 16 of its own.

export const WORD = 8;
export const NUMBER = 16;
/** An object's head. */
export const OBJECT = 24;
/** An array without its elements. */
export const ARRAY = 48;
/** An entry of a `Map` or a `Set`, whose tables are at least a quarter full. */
export const MAP_ENTRY = 64;
/** A string's head, and what is lost by rounding up. */
const STRING = 24;

/** Strings of at most so many characters come again and again (names, methods, routes) and are shared as a rule. */
export const SHARED_LENGTH = 24;

export function stringBytes(text: string): number {
  return STRING + text.length * bytesPerCharacter(text);
}

/** V8 has strings of one and of two bytes a character. */
function bytesPerCharacter(text: string): 1 | 2 {
  return text.length > 0 && Buffer.byteLength(text) === text.length ? 1 : 2;
}

/**
 * Copies a string that may be a slice or a concatenation: both keep the whole strings that they are from.
 * @param text no longer than it is to be kept
 */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
