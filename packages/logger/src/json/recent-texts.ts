import type { Redaction } from '../redaction/redaction.js';
import { quoted } from './quoted.js';

/**
 * Short texts as JSON. Messages and names of things come again and again: looking one up takes 5 ns, making its JSON 60
 * (bench/cases/logging.mjs). Each text has one place, so that only so many are kept.
 */
export class RecentTexts {
  readonly #redaction: Redaction;
  readonly #texts: string[] = new Array<string>(places).fill('');
  readonly #jsons: string[] = new Array<string>(places).fill('""');

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  json(text: string): string {
    const place = (text.charCodeAt(0) * 31 + text.charCodeAt(text.length >> 1) * 7 + text.length) & (places - 1);
    const kept = this.#jsons[place];
    if (this.#texts[place] === text && kept !== undefined) return kept;
    const json = quoted(text, this.#redaction);
    this.#texts[place] = text;
    this.#jsons[place] = json;
    return json;
  }
}

const places = 64;
