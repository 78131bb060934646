import type { Secrecy } from '@sightline/base/secrets';
import type { Redaction } from '../redaction/redaction.js';
import { ownString, wellFormed } from './json-string.js';
import { RecentStrings } from './recent-strings.js';

/** How a key is written and hidden. Deciding it costs a microsecond, so it is kept. */
export interface KeyInfo {
  /** The key as lines show it: bounded, and without what would be secret in a value. */
  readonly text: string;
  /** `,"key":` */
  readonly json: string;
  readonly secrecy: Secrecy;
  /** One of `role` in layout.ts: 0 if the layout has no other use for a call's field of this name. */
  readonly role: number;
}

/** The keys that lines had so far. Bounded: keys may come from outside. */
export class KeyCache {
  readonly redaction: Redaction;
  readonly recentStrings: RecentStrings;
  readonly #roleOf: (key: string) => number;
  readonly #infos = new Map<string, KeyInfo>();

  constructor(redaction: Redaction, roleOf: (key: string) => number) {
    this.redaction = redaction;
    this.recentStrings = new RecentStrings(redaction);
    this.#roleOf = roleOf;
  }

  info(key: string): KeyInfo {
    return this.#infos.get(key) ?? this.#added(key);
  }

  isSecret(key: string, value: unknown): boolean {
    return isSecret(this.info(key), key, value, this.redaction);
  }

  #added(key: string): KeyInfo {
    const isLong = key.length > MAX_KEY_LENGTH;
    const bounded = isLong ? `${key.slice(0, MAX_KEY_LENGTH)}…` : key;
    const text = wellFormed(this.redaction.text(bounded));
    const info = {
      text,
      json: `,${JSON.stringify(text)}:`,
      secrecy: this.redaction.secrecyOf(isLong ? key.slice(0, 4 * MAX_KEY_LENGTH) : key),
      role: text === key ? this.#roleOf(key) : rewrittenKey,
    };
    if (isLong) return info;
    if (this.#infos.size >= MAX_KEYS) this.#infos.clear();
    this.#infos.set(ownString(key), info);
    return info;
  }
}

/** Whether the value of a key is not to be shown. */
export function isSecret({ secrecy }: KeyInfo, key: string, value: unknown, redaction: Redaction): boolean {
  if (secrecy === false || value === undefined || value === null) return false;
  if (secrecy === 'unless-number-or-boolean' && (typeof value === 'number' || typeof value === 'boolean')) return false;
  return !redaction.allows(key, value);
}

/** The role of a key that is not written as it is, so that another could be written the same. */
export const rewrittenKey = 1;

const MAX_KEY_LENGTH = 256;
const MAX_KEYS = 2000;
