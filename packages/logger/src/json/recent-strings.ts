import { ownString } from './json-string.js';

/**
 * Strings as JSON. Messages and names of things come again and again: looking one up takes 5 ns, making its JSON 60, and 1250 that of a user
 * agent (bench/cases/logging.mjs). Each string has one place, so that only so many are kept, and is kept when it comes the second time in a
 * row there: as a copy of its own, since a string that comes from outside may be a part of a large one.
 */
export class RecentStrings {
  readonly #jsonOf: (text: string) => string;
  readonly #strings: string[] = new Array<string>(PLACES).fill('');
  readonly #jsons: string[] = new Array<string>(PLACES).fill('""');
  /** What came last at each place and was not kept. */
  readonly #seen = new Uint32Array(PLACES);

  constructor(jsonOf: (text: string) => string) {
    this.#jsonOf = jsonOf;
  }

  json(text: string): string {
    const print = printOf(text);
    const place = print & (PLACES - 1);
    const kept = this.#jsons[place];
    if (this.#strings[place] === text && kept !== undefined) return kept;
    const json = this.#jsonOf(text);
    // Strings that are all different, such as paths with ids, would be copied for nothing.
    if (this.#seen[place] !== print) {
      this.#seen[place] = print;
      return json;
    }
    this.#strings[place] = ownString(text);
    this.#jsons[place] = ownString(json);
    return json;
  }
}

/** A number from 0 to 2^32 - 1 that most strings have for themselves; those that differ in their last characters, too. */
function printOf(text: string): number {
  const { length } = text;
  if (length < 2) return text.charCodeAt(0) | 0;
  const ends = text.charCodeAt(0) * 31 + text.charCodeAt(length >> 1) * 7 + length;
  const last = text.charCodeAt(length - 1) * 131 + text.charCodeAt(length - 2);
  return (ends + (last << 16) + last) >>> 0;
}

const PLACES = 64;
