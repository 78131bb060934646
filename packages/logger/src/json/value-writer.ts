import { types } from 'node:util';
import { namesItsNext } from '@sightline/base/secrets';
import type { PathNode } from '../redaction/paths.js';
import { pathAfter } from '../redaction/paths.js';
import type { Redaction } from '../redaction/redaction.js';
import { isError, writeError } from './error-json.js';
import { jsonText } from './json-text.js';
import type { JsonWriter } from './json-writer.js';
import type { KeyBook } from './key-book.js';
import type { ResolvedLimits } from './limits.js';
import { longestShortText, quoted } from './quoted.js';
import { plainForm } from './special-objects.js';

/**
 * Writes any value as JSON for one line: never throws, never twice the same key, nothing secret, and bounded in depth and
 * length, whatever getters, proxies and `toJSON` do.
 */
export class ValueWriter implements JsonWriter {
  readonly redaction: Redaction;
  readonly limits: ResolvedLimits;
  readonly #keys: KeyBook;
  readonly #around: object[] = [];
  #charactersLeft: number;

  /** @param charactersLeft how much may be written, about */
  constructor(keys: KeyBook, limits: ResolvedLimits, charactersLeft: number = limits.lineBytes) {
    this.#keys = keys;
    this.redaction = keys.redaction;
    this.limits = limits;
    this.#charactersLeft = charactersLeft;
  }

  /**
   * @param name the key that the value has, if any
   * @returns JSON, for any value; `undefined` becomes `null`
   */
  value(value: unknown, path: PathNode | undefined = undefined, name: string | undefined = undefined): string {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return this.#charged(this.#number(value));
      case 'boolean':
        return this.#charged(String(value));
      case 'undefined':
        return this.#charged('null');
      case 'bigint':
        return this.text(String(value));
      case 'symbol':
        return this.text(String(value));
      case 'function':
        return this.text(functionText(value));
      default:
        return typeof value === 'object' && value !== null ? this.#object(value, path, name) : this.#charged('null');
    }
  }

  /** A text of any length. */
  text(text: string): string {
    if (text.length <= longestShortText && text.length <= this.limits.textLength) {
      if (this.isFull) return '"…"';
      return this.#charged(quoted(text, this.redaction));
    }
    return this.#cut(text);
  }

  /** The members of an object, `,"key":value` each, after those of `first`. */
  members(object: object, names: readonly string[], taken: Set<string>, path: PathNode | undefined): string {
    let json = '';
    let count = 0;
    for (const name of names) {
      if (count++ >= this.limits.items || this.isFull) {
        json += `,${this.uniqueKey('…', taken)}:${names.length - count + 1}`;
        break;
      }
      const value = read(object, name);
      if (value === undefined) continue;
      const isHidden = (name === 'value' || name === 'Value') && this.isNamedSecret(object, name);
      json += `,${this.uniqueKey(name, taken)}:${isHidden ? this.censored(value, name) : this.member(name, value, path)}`;
    }
    return json;
  }

  /** A member's value, or what stands for it if its key or place is secret. */
  member(key: string, value: unknown, path: PathNode | undefined): string {
    const at = path === undefined ? undefined : pathAfter(path, key);
    if (at?.isEnd === true || this.#keys.isSecret(key, value)) return this.censored(value, key);
    return this.value(value, at, key);
  }

  /** Whether another member says that `value` is a secret: `{ name: 'password', value: '…' }`. */
  isNamedSecret(object: object, valueKey: string): boolean {
    return nameKeys.some((key) => {
      const name = read(object, key);
      return typeof name === 'string' && this.#keys.isSecret(name, read(object, valueKey));
    });
  }

  /** Whether a list is a pair of a secret name and its value, in a list of such: `[['Authorization', '…']]`. */
  #isSecretPair(list: object, size: number): boolean {
    if (size !== 2 || !Array.isArray(list) || !isList(this.#around.at(-2) ?? list)) return false;
    const name = read(list, 0);
    return this.#around.length > 1 && typeof name === 'string' && this.#keys.isSecret(name, read(list, 1));
  }

  censored(value: unknown, key: string): string {
    const censored = this.redaction.censored(value, key);
    return typeof censored === 'string' ? this.#charged(jsonText(censored)) : this.value(censored);
  }

  /** The key as JSON, changed where the object already has one that is written the same. */
  uniqueKey(key: string, taken: Set<string>): string {
    let name = this.#keys.note(key).text;
    while (taken.has(name)) name += '_';
    taken.add(name);
    return this.#charged(JSON.stringify(name));
  }

  get isFull(): boolean {
    return this.#charactersLeft <= 0;
  }

  /** Calls `write` for what is inside of `object`, or says why not. */
  within(object: object, write: () => string): string {
    if (this.#around.includes(object)) return this.#charged('"[Circular]"');
    if (this.isFull) return '"…"';
    if (this.#around.length >= this.limits.depth) return this.#charged(isList(object) ? '"[Array]"' : '"[Object]"');
    this.#around.push(object);
    // Lists of lists of nothing take time as well.
    this.#charactersLeft -= CONTAINER_COST;
    try {
      return write();
    } catch {
      return '"[Unreadable]"';
    } finally {
      this.#around.pop();
    }
  }

  #object(object: object, path: PathNode | undefined, name: string | undefined): string {
    return this.within(object, () => {
      if (isError(object)) return writeError(object, this, path);
      if (types.isProxy(object)) return this.#plain(object, path, name);
      const form = plainForm(object);
      if (form === undefined) return this.#plain(object, path, name);
      switch (form.kind) {
        case 'text':
          return this.text(form.text);
        case 'items':
          return this.#items(form.items, form.size, path, name);
        case 'entries':
          return this.#entries(form.entries, form.size, path);
        default:
          // What toJSON returned is final, as in JSON.stringify: its own toJSON is not called, so it may be the object itself.
          return typeof form.value === 'object' && form.value !== null
            ? this.#converted(form.value, object, path)
            : this.value(form.value);
      }
    });
  }

  #converted(value: object, from: object, path: PathNode | undefined): string {
    if (value === from) return this.#plain(value, path);
    return this.within(value, () => {
      if (isError(value)) return writeError(value, this, path);
      const form = types.isProxy(value) ? undefined : plainForm(value, { callsToJson: false });
      if (form?.kind === 'text') return this.text(form.text);
      if (form?.kind === 'items') return this.#items(form.items, form.size, path);
      if (form?.kind === 'entries') return this.#entries(form.entries, form.size, path);
      return this.#plain(value, path);
    });
  }

  #plain(object: object, path: PathNode | undefined, name?: string): string {
    if (Array.isArray(object)) return this.#items(object, object.length, path, name);
    const members = this.members(object, Object.keys(object), new Set(), path);
    return `{${members.slice(1)}}`;
  }

  #items(
    items: Iterable<unknown> | ArrayLike<unknown>,
    size: number,
    path: PathNode | undefined,
    name?: string,
  ): string {
    let json = '';
    let count = 0;
    let secretName: string | undefined;
    const isPair = this.#isSecretPair(items, size);
    const add = (item: unknown): void => {
      const at = path === undefined ? undefined : pathAfter(path, String(count));
      const isHidden = at?.isEnd === true || secretName !== undefined;
      json += `,${isHidden ? this.censored(item, secretName ?? String(count)) : this.value(item, at)}`;
      const namesNext = (isPair && count === 0) || namesItsNext(name, item, count);
      secretName = !isHidden && namesNext ? String(item) : undefined;
      count++;
    };
    const isDone = (): boolean => count >= this.limits.items || this.isFull;
    if (Array.isArray(items)) {
      while (count < size && !isDone()) add(read(items, count));
    } else {
      for (const item of items as Iterable<unknown>) {
        if (isDone()) break;
        add(item);
      }
    }
    if (count < size) json += `,"… ${size - count} more"`;
    return `[${json.slice(1)}]`;
  }

  #entries(entries: Iterable<readonly [unknown, unknown]>, size: number, path: PathNode | undefined): string {
    const taken = new Set<string>();
    let json = '';
    let count = 0;
    for (const [key, value] of entries) {
      if (count++ >= this.limits.items || this.isFull) {
        json += `,${this.uniqueKey('…', taken)}:${size - count + 1}`;
        break;
      }
      const name = typeof key === 'string' ? key : this.#keyText(key);
      json += `,${this.uniqueKey(name, taken)}:${this.member(name, value, path)}`;
    }
    return `{${json.slice(1)}}`;
  }

  #keyText(key: unknown): string {
    const json = this.value(key);
    return json.startsWith('"') ? String(JSON.parse(json)) : json;
  }

  #number(value: number): string {
    if (!Number.isFinite(value)) return `"${value}"`; // null would hide which of the three it was
    if (this.redaction.isSecretNumber(value)) return this.censored(value, '');
    return Object.is(value, -0) ? '0' : String(value);
  }

  #cut(text: string): string {
    const most = Math.min(this.limits.textLength, this.#charactersLeft);
    if (most <= 0) return '"…"';
    // Cut only after redaction, so that no half of a secret stays because the other half was cut away.
    const redacted = this.redaction.text(text.length > most ? text.slice(0, most + reserve) : text);
    const isCut = text.length > most || redacted.length > most;
    return this.#charged(jsonText(isCut ? `${redacted.slice(0, most)}… (${text.length} characters)` : redacted));
  }

  #charged(json: string): string {
    this.#charactersLeft -= json.length + 1;
    return json;
  }
}

const reserve = 1024;
const CONTAINER_COST = 16;

// What objects call the name of a `value`.
const nameKeys = ['name', 'key', 'field', 'header', 'param', 'Name', 'Key'];

function read(object: object, key: string | number): unknown {
  try {
    return (object as Record<string | number, unknown>)[key];
  } catch {
    return '[Throws]';
  }
}

function isList(object: object): boolean {
  try {
    return Array.isArray(object);
  } catch {
    return false; // a revoked proxy
  }
}

function functionText(value: unknown): string {
  try {
    const { name } = value as { name: unknown };
    return typeof name === 'string' && name !== '' ? `[Function ${name}]` : '[Function]';
  } catch {
    return '[Function]';
  }
}
