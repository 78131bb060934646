import type { Redaction } from '../redaction/redaction.js';
import { ownText } from './own-text.js';
import { quoted } from './quoted.js';

/**
 * Short texts as JSON. Messages and names of things come again and again: looking one up takes 5 ns, making its JSON 60
 * (bench/cases/logging.mjs). Each text has one place, so that only so many are kept, and is kept when it comes the second time in a
 * row there: as a copy of its own, since a text that comes from outside may be a part of a large one.
 */
export class RecentTexts {
  readonly #redaction: Redaction;
  readonly #texts: string[] = new Array<string>(places).fill('');
  readonly #jsons: string[] = new Array<string>(places).fill('""');
  /** What came last at each place and was not kept. */
  readonly #seen = new Uint32Array(places);

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  json(text: string): string {
    const print = text.charCodeAt(0) * 31 + text.charCodeAt(text.length >> 1) * 7 + text.length;
    const place = print & (places - 1);
    const kept = this.#jsons[place];
    if (this.#texts[place] === text && kept !== undefined) return kept;
    const json = quoted(text, this.#redaction);
    if (this.#seen[place] !== print) {
      this.#seen[place] = print;
      return json;
    }
    this.#texts[place] = ownText(text);
    this.#jsons[place] = ownText(json);
    return json;
  }
}

const places = 64;
