import type { Secrecy } from '@sightline/base/secrets';
import type { Redaction } from '../redaction/redaction.js';
import { jsonString, ownString, wellFormed } from './json-string.js';
import { quotedString } from './quoted-string.js';
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
  readonly key: string;
  /** Whether a short value is written as it is: the key has no role, and neither hides the value nor says what the value names. */
  readonly isOrdinary: boolean;
  /** The info of the key that followed the last time. */
  next: KeyInfo | undefined;
}

/** The keys that lines had so far. Bounded: keys may come from outside. */
export class KeyCache {
  readonly redaction: Redaction;
  /** Of at most `MAX_SHORT_LENGTH` characters. */
  readonly recentStrings: RecentStrings;
  /** Of more, up to `MAX_RECENT_LENGTH`. */
  readonly recentLongStrings: RecentStrings;
  readonly #roleOf: (key: string) => number;
  readonly #infos = new Map<string, KeyInfo>();
  /** What stands before the first key of an object, for `infoAfter`. */
  readonly start: KeyInfo = { ...noKey };

  constructor(redaction: Redaction, roleOf: (key: string) => number) {
    this.redaction = redaction;
    this.recentStrings = new RecentStrings((text) => quotedString(text, redaction));
    this.recentLongStrings = new RecentStrings((text) => jsonString(redaction.text(text)));
    this.#roleOf = roleOf;
  }

  info(key: string): KeyInfo {
    return this.#infos.get(key) ?? this.#added(key);
  }

  /**
   * The same, for the keys of one object in a row: what one place in the code logs has the same keys every time, so that most need no
   * look-up (2 ns instead of 12).
   */
  infoAfter(before: KeyInfo, key: string): KeyInfo {
    const { next } = before;
    if (next !== undefined && next.key === key) return next;
    const info = this.info(key);
    if (key.length <= MAX_KEY_LENGTH) before.next = info;
    return info;
  }

  isSecret(key: string, value: unknown): boolean {
    return isSecret(this.info(key), key, value, this.redaction);
  }

  #added(key: string): KeyInfo {
    const isLong = key.length > MAX_KEY_LENGTH;
    const bounded = isLong ? `${key.slice(0, MAX_KEY_LENGTH)}…` : ownString(key);
    const text = wellFormed(this.redaction.text(bounded));
    const role = text === key ? this.#roleOf(key) : rewrittenKey;
    const secrecy = this.redaction.secrecyOf(isLong ? key.slice(0, 4 * MAX_KEY_LENGTH) : key);
    const info: KeyInfo = {
      text,
      json: `,${JSON.stringify(text)}:`,
      secrecy,
      role,
      key: isLong ? '' : bounded,
      isOrdinary: role === 0 && secrecy === false && key !== 'value' && key !== 'Value',
      next: undefined,
    };
    if (isLong) return info;
    if (this.#infos.size >= MAX_KEYS) this.#clear();
    this.#infos.set(info.key, info);
    return info;
  }

  #clear(): void {
    // So that no info keeps those alive that came after it.
    for (const info of this.#infos.values()) info.next = undefined;
    this.start.next = undefined;
    this.#infos.clear();
  }
}

const noKey: KeyInfo = { text: '', json: '', secrecy: false, role: 0, key: '', isOrdinary: false, next: undefined };

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
