import type { FlatAttributes } from '@sightline/otlp/encode';
import type { Attributes } from '../../model/answers.js';
import { ARRAY, MAP_ENTRY, NUMBER, OBJECT, SHARED_LENGTH, stringBytes, WORD } from '../sizes.js';
import { type KeptKey, MAX_STACK_TRACE, MAX_TEXT, REDACTED, type SafeTexts } from './safe-texts.js';
import type { SpanFacts } from './span-facts.js';

/**
 * Takes over the values of one record after the other: without secrets, cut, as JSON can write them, in arrays of their exact length.
 * Adds up what they take. A record that would be too large loses its last attributes, which is counted.
 */
export class RecordValues {
  /** Of the current record. */
  bytes = 0;
  /** Attributes, elements and members of the current record that were left out. */
  leftOut = 0;
  /** Of the attributes that were taken over with `takesFacts`. */
  facts: SpanFacts = noFacts;
  readonly #texts: SafeTexts;

  constructor(texts: SafeTexts) {
    this.#texts = texts;
  }

  /** Before each record. */
  begin(bytes: number): void {
    this.bytes = bytes;
    this.leftOut = 0;
    this.facts = noFacts;
  }

  text(value: string, maxLength?: number): string {
    const text = this.#texts.text(value, maxLength);
    if (text.length > SHARED_LENGTH) this.bytes += stringBytes(text);
    return text;
  }

  attributes(flat: FlatAttributes, takesFacts = false): FlatAttributes {
    const { length } = flat;
    if (length < 2) return none;
    const count = Math.min(length >> 1, MAX_ATTRIBUTES);
    this.leftOut += (length >> 1) - count;
    const kept = new Array<unknown>(2 * count);
    let at = 0;
    if (takesFacts) this.facts = {};
    for (let i = 0; i < 2 * count; i += 2) {
      if (this.bytes > MAX_RECORD_BYTES) {
        this.leftOut++;
        continue;
      }
      const key = this.#texts.key(String(flat[i]));
      const value = this.#value(key, flat[i + 1], 0);
      kept[at++] = key.name;
      kept[at++] = value;
      if (key.name.length > USUAL_KEY) this.bytes += stringBytes(key.name);
      if (takesFacts && key.fact !== undefined) this.facts[key.fact] ??= value;
    }
    this.bytes += ARRAY + at * PER_SLOT;
    if (at < kept.length) kept.length = at;
    return kept;
  }

  /** A value of any kind, as the body of a log record. */
  value(value: unknown): unknown {
    return this.#value(noKey, value, 0);
  }

  #value(key: KeptKey, value: unknown, depth: number): unknown {
    if (value === null || value === undefined) return null;
    if (key.secrecy !== false && this.#texts.isSecret(key, value)) return REDACTED;
    switch (typeof value) {
      case 'string':
        return this.text(value, key.name === 'exception.stacktrace' ? MAX_STACK_TRACE : MAX_TEXT);
      case 'number':
        if (!Number.isFinite(value)) return String(value); // as OTLP's JSON writes it
        if (!Number.isInteger(value)) this.bytes += NUMBER;
        return value;
      case 'boolean':
        return value;
      case 'bigint':
        return this.text(String(value));
      case 'object':
        if (value instanceof Uint8Array) return this.#bytes(value);
        if (depth >= MAX_DEPTH) {
          this.leftOut++;
          return null;
        }
        return Array.isArray(value) ? this.#list(key, value, depth) : this.#members(value, depth);
      default:
        return null;
    }
  }

  #bytes(value: Uint8Array): string {
    const shown = Math.min(value.length, MAX_BINARY);
    if (shown < value.length) this.leftOut++;
    return this.text(Buffer.from(value.buffer, value.byteOffset, shown).toString('base64'));
  }

  #list(key: KeptKey, list: readonly unknown[], depth: number): readonly unknown[] {
    const count = Math.min(list.length, MAX_ELEMENTS);
    this.leftOut += list.length - count;
    const kept: unknown[] = [];
    for (let i = 0; i < count && this.#hasRoom(); i++) {
      const isSecret = this.#texts.isSecretItem(key.name, list[i - 1], i);
      kept.push(isSecret ? REDACTED : this.#value(key, list[i], depth + 1));
    }
    this.bytes += ARRAY + (kept.length + 16) * PER_SLOT;
    return kept;
  }

  #members(object: object, depth: number): Attributes {
    const kept: Record<string, unknown> = Object.create(null);
    const names = Object.keys(object);
    const count = Math.min(names.length, MAX_ELEMENTS);
    this.leftOut += names.length - count;
    for (let i = 0; i < count && this.#hasRoom(); i++) {
      const name = names[i] as string;
      const key = this.#texts.key(name);
      kept[key.name] = this.#value(key, (object as Record<string, unknown>)[name], depth + 1);
      this.bytes += MAP_ENTRY + stringBytes(key.name);
    }
    this.bytes += OBJECT + 8 * WORD;
    return kept;
  }

  #hasRoom(): boolean {
    if (this.bytes <= MAX_RECORD_BYTES) return true;
    this.leftOut++;
    return false;
  }
}

/** Attributes by name, as answers have them. An object without prototype, so that any name is a member. */
export function attributesOf(flat: FlatAttributes): Attributes {
  const attributes: Record<string, unknown> = Object.create(null);
  for (let i = 0; i + 1 < flat.length; i += 2) attributes[flat[i] as string] = flat[i + 1];
  return attributes;
}

/** The value of an attribute; `undefined` if there is none of this name. */
export function attributeOf(flat: FlatAttributes, name: string): unknown {
  for (let i = 0; i + 1 < flat.length; i += 2) if (flat[i] === name) return flat[i + 1];
  return undefined;
}

/** What OpenTelemetry's SDKs limit a record to by default. */
export const MAX_ATTRIBUTES = 128;
const MAX_ELEMENTS = 128;
const MAX_DEPTH = 8;
/** Bytes of a binary value. */
const MAX_BINARY = 1024;
/** Of one record: its last attributes are left out beyond it. */
const MAX_RECORD_BYTES = 131_072;
/** A slot, and its part of the strings that are shared as a rule. */
const PER_SLOT = WORD + 16;
/** Longer names are rather data than names, and not shared. */
const USUAL_KEY = 48;

const none: FlatAttributes = [];
const noFacts: SpanFacts = {};
const noKey: KeptKey = { name: '', secrecy: false, fact: undefined };
