import type { Redaction } from '../redaction/redaction.js';
import { ownString } from './json-string.js';
import { quotedString } from './quoted-string.js';

/**
 * Short strings as JSON. Messages and names of things come again and again: looking one up takes 5 ns, making its JSON 60
 * (bench/cases/logging.mjs). Each string has one place, so that only so many are kept, and is kept when it comes the second time in a
 * row there: as a copy of its own, since a string that comes from outside may be a part of a large one.
 */
export class RecentStrings {
  readonly #redaction: Redaction;
  readonly #strings: string[] = new Array<string>(PLACES).fill('');
  readonly #jsons: string[] = new Array<string>(PLACES).fill('""');
  /** What came last at each place and was not kept. */
  readonly #seen = new Uint32Array(PLACES);

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  json(text: string): string {
    const print = text.charCodeAt(0) * 31 + text.charCodeAt(text.length >> 1) * 7 + text.length;
    const place = print & (PLACES - 1);
    const kept = this.#jsons[place];
    if (this.#strings[place] === text && kept !== undefined) return kept;
    const json = quotedString(text, this.#redaction);
    if (this.#seen[place] !== print) {
      this.#seen[place] = print;
      return json;
    }
    this.#strings[place] = ownString(text);
    this.#jsons[place] = ownString(json);
    return json;
  }
}

const PLACES = 64;
