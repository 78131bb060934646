import {
  mayHoldCardNumber,
  mayHoldTextSecrets,
  namesItsNext,
  type Secrecy,
  secrecyOf,
  withoutTextSecrets,
} from '@sightline/base/secrets';
import { detached, MAP_ENTRY, stringBytes } from '../sizes.js';
import { type SpanFact, spanFactOf } from './span-facts.js';

export const REDACTED = '[redacted]';

/** The name of an attribute, a label or a member, as it is kept. */
export interface KeptKey {
  readonly name: string;
  readonly secrecy: Secrecy;
  readonly fact: SpanFact | undefined;
}

/**
 * Strings without secrets, cut, and shared: whatever any sender sends goes through here before it is kept. Senders of ours have redacted
 * before; others have not. A search takes 200 to 800 ns; most strings come again and are found in 20 (values.test).
 */
export class SafeTexts {
  /** Strings that were cut. */
  cut = 0;
  readonly #texts = new Recent<string>(1024);
  readonly #keys = new Recent<KeptKey>(1024);

  get bytes(): number {
    return this.#texts.bytes + this.#keys.bytes;
  }

  /** @param maxLength longer ones are cut, in UTF-16 code units */
  text(value: string, maxLength: number = MAX_TEXT): string {
    const { length } = value;
    if (length > MAX_SHARED) return this.#searched(value, maxLength);
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    const safe = this.#searched(value, maxLength);
    this.#texts.set(value, safe);
    return safe;
  }

  key(name: string): KeptKey {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const kept = this.text(name, MAX_KEY);
    const key = { name: kept, secrecy: secrecyOfKey(name), fact: spanFactOf(name) };
    if (name.length <= MAX_SHARED) this.#keys.set(name, key);
    return key;
  }

  /** Whether the value of a key must not be kept. */
  isSecret({ secrecy }: KeptKey, value: unknown): boolean {
    return secrecy === true || (secrecy !== false && typeof value !== 'number' && typeof value !== 'boolean');
  }

  /** Whether the item of a list must not be kept, because the one before it says that it is a secret. */
  isSecretItem(listName: string, before: unknown, index: number): boolean {
    return index > 0 && namesItsNext(listName, before, index - 1);
  }

  #searched(value: string, maxLength: number): string {
    // Cut before, so that the cost of a huge string is bounded, and after, so that no half of a secret stays.
    const isLong = value.length > maxLength + CUT_RESERVE;
    const bounded = isLong ? value.slice(0, maxLength + CUT_RESERVE) : value;
    const mayHold = mayHoldTextSecrets(bounded) || mayHoldCardNumber(bounded);
    const safe = mayHold ? withoutTextSecrets(bounded, REDACTED, isSecretName) : bounded;
    if (safe.length <= maxLength) return safe === value ? value : detached(safe);
    this.cut++;
    return detached(safe.slice(0, isHighSurrogate(safe, maxLength - 1) ? maxLength - 1 : maxLength));
  }
}

/** As the attributes of spans of ours. */
export const MAX_TEXT = 4096;
export const MAX_STACK_TRACE = 16_384;
const MAX_KEY = 256;
const MAX_SHARED = 128;
const CUT_RESERVE = 1024;

/** Keeps what was looked up lately. When it is full, it forgets the older half: what never comes again does not push out what does. */
class Recent<T> {
  readonly #max: number;
  #young = new Map<string, T>();
  #old: ReadonlyMap<string, T> = new Map<string, T>();
  #youngBytes = 0;
  #oldBytes = 0;

  /** @param max of each half */
  constructor(max: number) {
    this.#max = max;
  }

  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  get(text: string): T | undefined {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const old = this.#old.get(text);
    if (old !== undefined) this.set(text, old);
    return old;
  }

  set(text: string, value: T): void {
    if (this.#young.size >= this.#max) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#oldBytes = this.#youngBytes;
      this.#youngBytes = 0;
    }
    this.#youngBytes += MAP_ENTRY + 64 + stringBytes(text);
    this.#young.set(text, value);
  }
}

// Of the semantic conventions: not secret, though named like it.
const notSecret: ReadonlySet<string> = new Set(['session.id', 'session.previous_id']);

function secrecyOfKey(name: string): Secrecy {
  return notSecret.has(name) ? false : secrecyOf(name);
}

function isSecretName(name: string, value: () => string): boolean {
  const secrecy = secrecyOf(name);
  return secrecy === true || (secrecy !== false && !/^(?:-?\d[\d.]*|true|false)$/.test(value()));
}

function isHighSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}
