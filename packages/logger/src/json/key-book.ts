import type { Secrecy } from '@sightline/base/secrets';
import type { Redaction } from '../redaction/redaction.js';
import { wellFormed } from './json-text.js';
import { ownText } from './own-text.js';
import { RecentTexts } from './recent-texts.js';

/** What is known of a key. Deciding it costs a microsecond, so it is kept. */
export interface KeyNote {
  /** The key as lines show it: bounded, and without what would be secret in a value. */
  readonly text: string;
  /** `,"key":` */
  readonly json: string;
  readonly secrecy: Secrecy;
  /** Not 0 where the layout has something else in mind for a call's field of this name. */
  readonly role: number;
}

/** The keys that lines had so far. Bounded: keys may come from outside. */
export class KeyBook {
  readonly redaction: Redaction;
  readonly recentTexts: RecentTexts;
  readonly #roleOf: (key: string) => number;
  readonly #notes = new Map<string, KeyNote>();

  constructor(redaction: Redaction, roleOf: (key: string) => number) {
    this.redaction = redaction;
    this.recentTexts = new RecentTexts(redaction);
    this.#roleOf = roleOf;
  }

  note(key: string): KeyNote {
    return this.#notes.get(key) ?? this.#added(key);
  }

  isSecret(key: string, value: unknown): boolean {
    return isSecret(this.note(key), key, value, this.redaction);
  }

  #added(key: string): KeyNote {
    const isLong = key.length > mostOfKey;
    const bounded = isLong ? `${key.slice(0, mostOfKey)}…` : key;
    const text = wellFormed(this.redaction.text(bounded));
    const note = {
      text,
      json: `,${JSON.stringify(text)}:`,
      secrecy: this.redaction.secrecyOf(isLong ? key.slice(0, 4 * mostOfKey) : key),
      role: text === key ? this.#roleOf(key) : rewrittenKey,
    };
    if (isLong) return note;
    if (this.#notes.size >= mostKeys) this.#notes.clear();
    this.#notes.set(ownText(key), note);
    return note;
  }
}

/** Whether the value of a key is not to be shown. */
export function isSecret({ secrecy }: KeyNote, key: string, value: unknown, redaction: Redaction): boolean {
  if (secrecy === false || value === undefined || value === null) return false;
  if (secrecy === 'unless-number-or-boolean' && (typeof value === 'number' || typeof value === 'boolean')) return false;
  return !redaction.allows(key, value);
}

/** The role of a key that is not written as it is, so that another could be written the same. */
export const rewrittenKey = 1;

const mostOfKey = 256;
const mostKeys = 2000;
