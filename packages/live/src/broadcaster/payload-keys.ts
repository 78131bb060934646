import { type Secrecy, secrecyOf } from '@sightline/base/secrets';
import { jsonString, type TextCleaner } from './clean-text.js';

/** How a key is written and hidden. */
export interface PayloadKey {
  /** `"key":` */
  readonly json: string;
  readonly text: string;
  readonly secrecy: Secrecy;
  /** Whether another member may say what the value is: `{ name: 'password', value: '…' }`. */
  readonly isOfPair: boolean;
}

/** The keys that payloads had so far: deciding about one takes a microsecond. Bounded, since keys may come from outside. */
export class PayloadKeys {
  readonly #cleaner: TextCleaner;
  readonly #isSecretName: (name: string) => boolean;
  readonly #known = new Map<string, PayloadKey>();

  constructor(cleaner: TextCleaner, isSecretName: (name: string) => boolean) {
    this.#cleaner = cleaner;
    this.#isSecretName = isSecretName;
  }

  of(key: string): PayloadKey {
    return this.#known.get(key) ?? this.#added(key);
  }

  isSecret(key: string, value: unknown): boolean {
    return hides(this.of(key), value);
  }

  #added(key: string): PayloadKey {
    const text = this.#cleaner.short(key, MAX_LENGTH);
    const isSecret = this.#isSecretName(key);
    const added = {
      text,
      json: `${jsonString(text)}:`,
      secrecy: isSecret || secrecyOf(key),
      isOfPair: key === 'value' || key === 'Value',
    };
    if (key.length > MAX_LENGTH) return added;
    if (this.#known.size >= MAX_KEYS) this.#known.clear();
    this.#known.set(text === key ? text : key, added);
    return added;
  }
}

/** Whether the value of a key is not to be shown. */
export function hides({ secrecy }: PayloadKey, value: unknown): boolean {
  if (secrecy === false || value === undefined || value === null) return false;
  return secrecy === true || (typeof value !== 'number' && typeof value !== 'boolean');
}

const MAX_LENGTH = 200;
const MAX_KEYS = 2000;
