import { types } from 'node:util';
import { isCardNumber, namesItsNext } from '@sightline/base/secrets';
import { REDACTED, RESERVE, type TextCleaner } from './clean-text.js';
import { hides, type PayloadKeys } from './payload-keys.js';
import { plainForm } from './plain-form.js';

/**
 * Writes one value as JSON without secrets, until more than `maxLength` characters are written: what follows then is of no use. Never
 * throws, whatever getters, proxies and `toJSON` do.
 */
export class PayloadText {
  /** Whether something was left out. */
  isCut = false;
  /** Characters that may still be written, counted generously. */
  #left: number;
  readonly #keys: PayloadKeys;
  readonly #cleaner: TextCleaner;
  readonly #around: object[] = [];

  constructor(maxLength: number, keys: PayloadKeys, cleaner: TextCleaner) {
    this.#left = 2 * maxLength; // what is charged is at most half as much again as what is written
    this.#keys = keys;
    this.#cleaner = cleaner;
  }

  /** @param name the key that the value has, if any */
  value(value: unknown, name?: string): string {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return this.#charged(value ? 'true' : 'false');
      case 'bigint':
        // To write digits without end would take quadratic time.
        return value > MAX_BIGINT || value < -MAX_BIGINT ? this.#mark('[BigInt]') : this.#string(String(value));
      case 'object':
        return value === null ? this.#charged('null') : this.#object(value, name);
      case 'undefined':
        return this.#charged('null');
      default:
        return this.#mark(typeof value === 'function' ? '[Function]' : '[Symbol]');
    }
  }

  #charged(json: string): string {
    this.#left -= json.length + 1;
    return json;
  }

  #string(text: string): string {
    const room = Math.max(this.#left, 0) + 1;
    const isLong = text.length > room + RESERVE;
    const json = this.#cleaner.json(isLong ? text.slice(0, room + RESERVE) : text, room);
    if (isLong) this.isCut = true;
    return this.#charged(json);
  }

  #number(value: number): string {
    if (!Number.isFinite(value)) return this.#charged(`"${value}"`);
    const isSecret = value >= 1e12 && value < 1e19 && isCardNumber(String(value));
    return this.#charged(isSecret ? hidden : String(value));
  }

  /** What stands for a value that is not shown. */
  #mark(text: string): string {
    this.isCut = true;
    return this.#charged(`"${text}"`);
  }

  #object(object: object, name: string | undefined): string {
    const around = this.#around;
    const depth = around.length;
    if (depth > 0 && around.includes(object)) return this.#charged('"[Circular]"');
    if (depth >= MAX_DEPTH) return this.#mark('[nested too deeply]');
    this.#charged('{}');
    around.push(object);
    try {
      return this.#content(object, name);
    } catch {
      return this.#mark('[unreadable]');
    } finally {
      around.pop();
    }
  }

  #content(object: object, name: string | undefined): string {
    const form = types.isProxy(object) ? undefined : plainForm(object);
    if (form === undefined) return this.#plain(object, name);
    switch (form.kind) {
      case 'text':
        return this.#string(form.text);
      case 'mark':
        return this.#mark(form.text);
      case 'items':
        return this.#items(form.items, form.size, name);
      case 'entries':
        return this.#entries(form.entries);
      case 'error':
        return this.#error(object as Error);
      case 'value':
        // What toJSON returned is final: its own toJSON is not called, so it may be the object itself.
        return typeof form.value === 'object' && form.value !== null
          ? this.#converted(form.value, name)
          : this.value(form.value);
    }
  }

  #plain(object: object, name: string | undefined): string {
    return Array.isArray(object)
      ? this.#items(object, object.length, name)
      : `${this.#members(object, Object.keys(object), '{') || '{'}}`;
  }

  #converted(value: object, name: string | undefined): string {
    const form = types.isProxy(value) ? undefined : plainForm(value, { callsToJson: false });
    return form === undefined ? this.#plain(value, name) : this.#object(value, name);
  }

  /**
   * `{"key":value,"key":value`, or an empty string.
   * @param first what stands before the first one
   */
  #members(object: object, names: readonly string[], first: '{' | ','): string {
    let json = '';
    let separator: string = first;
    for (const name of names) {
      if (this.#left < 0) break;
      let value: unknown;
      try {
        value = (object as Readonly<Record<string, unknown>>)[name];
      } catch {
        value = '[throws]';
        this.isCut = true;
      }
      if (value === undefined) continue;
      const key = this.#keys.of(name);
      this.#left -= key.json.length + 1;
      const isHidden = hides(key, value) || (key.isOfPair && this.#isNamedSecret(object, value));
      json += separator + key.json + (isHidden ? this.#charged(hidden) : this.value(value, name));
      separator = ',';
    }
    return json;
  }

  /** Whether another member says that `value` is a secret: `{ name: 'password', value: '…' }`. */
  #isNamedSecret(object: object, value: unknown): boolean {
    return nameKeys.some((key) => {
      const name = read(object, key);
      return typeof name === 'string' && this.#keys.isSecret(name, value);
    });
  }

  #items(items: Iterable<unknown> | ArrayLike<unknown>, size: number, name: string | undefined): string {
    const isPair = size === 2 && this.#isInList;
    let hidesNext = false;
    let count = 0;
    let json = '[';
    const add = (item: unknown): void => {
      if (count > 0) json += ',';
      json += hidesNext ? this.#charged(hidden) : this.value(item);
      hidesNext =
        !hidesNext &&
        typeof item === 'string' &&
        ((isPair && count === 0 && this.#keys.isSecret(item, '')) || namesItsNext(name, item, count));
      count++;
    };
    if (Array.isArray(items)) {
      while (count < size && this.#left >= 0) add(read(items, count));
    } else {
      for (const item of items as Iterable<unknown>) {
        if (this.#left < 0) break;
        add(item);
      }
    }
    return `${json}]`;
  }

  /** Whether the list that is being written is within a list: `[['Authorization', '…']]`. */
  get #isInList(): boolean {
    const outer = this.#around.at(-2);
    return outer !== undefined && !types.isProxy(outer) && Array.isArray(outer);
  }

  #entries(entries: Iterable<readonly [unknown, unknown]>): string {
    const taken = new Set<string>();
    let json = '{';
    for (const [key, value] of entries) {
      if (this.#left < 0) break;
      const info = this.#keys.of(typeof key === 'string' ? key : keyText(key));
      let { text } = info;
      while (taken.has(text)) text += '_';
      if (taken.size > 0) json += ',';
      taken.add(text);
      json += text === info.text ? info.json : `${JSON.stringify(text)}:`;
      this.#left -= info.json.length;
      json += hides(info, value) ? this.#charged(hidden) : this.value(value, text);
    }
    return `${json}}`;
  }

  /** The stack comes last, since it is long. */
  #error(error: Error): string {
    const type = this.value(textOf(error, 'name') ?? 'Error');
    const message = this.value(textOf(error, 'message') ?? '');
    const others = Object.keys(error).filter((key) => !ofErrors.has(key));
    const last = ['cause', 'errors', 'stack'].filter((key) => read(error, key) !== undefined);
    return `{"type":${type},"message":${message}${this.#members(error, [...others, ...last], ',')}}`;
  }
}

const hidden = `"${REDACTED}"`;
const MAX_DEPTH = 16;
const MAX_BIGINT = 10n ** 100n;
// What objects call the name of a `value`.
const nameKeys = ['name', 'key', 'field', 'header', 'param', 'Name', 'Key'];
const ofErrors: ReadonlySet<string> = new Set(['name', 'type', 'message', 'cause', 'errors', 'stack']);

function read(object: object, key: string | number): unknown {
  try {
    return (object as Readonly<Record<string | number, unknown>>)[key];
  } catch {
    return '[throws]';
  }
}

function textOf(error: Error, key: 'name' | 'message'): string | undefined {
  const text = read(error, key);
  return typeof text === 'string' ? text : undefined;
}

function keyText(key: unknown): string {
  switch (typeof key) {
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return String(key);
    case 'symbol':
      return '[Symbol]';
    default:
      return key === null ? 'null' : '[Object]';
  }
}
