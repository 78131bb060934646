import { types } from 'node:util';
import { namesItsNext } from '@sightline/base/secrets';
import type { PathNode } from '../redaction/paths.js';
import { pathAfter } from '../redaction/paths.js';
import type { Redaction } from '../redaction/redaction.js';
import { isError, isList, writeError } from './error-json.js';
import { jsonString, wellFormed } from './json-string.js';
import type { JsonWriter } from './json-writer.js';
import type { KeyCache } from './key-cache.js';
import type { ResolvedLimits } from './limits.js';
import { MAX_SHORT_LENGTH, quotedString, shownString } from './quoted-string.js';
import { plainForm } from './special-objects.js';

/**
 * Writes any value as JSON for one line: never throws, never twice the same key, nothing secret, and bounded in depth and
 * length, whatever getters, proxies and `toJSON` do.
 */
export class ValueWriter implements JsonWriter {
  readonly redaction: Redaction;
  readonly limits: ResolvedLimits;
  readonly keepsValues: boolean;
  kept: unknown = undefined;
  readonly #keys: KeyCache;
  readonly #around: object[] = [];
  #charactersLeft: number;

  /** @param charactersLeft how much may be written, about */
  constructor(
    keys: KeyCache,
    limits: ResolvedLimits,
    keepsValues: boolean = false,
    charactersLeft: number = limits.lineBytes,
  ) {
    this.keepsValues = keepsValues;
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
        return this.string(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return this.#scalar(String(value), value);
      case 'bigint':
      case 'symbol':
        return this.string(String(value));
      case 'function':
        return this.string(functionText(value));
      default:
        return typeof value === 'object' && value !== null
          ? this.#object(value, path, name)
          : this.#scalar('null', null);
    }
  }

  /** A string of any length. */
  string(text: string): string {
    if (text.length > MAX_SHORT_LENGTH || text.length > this.limits.stringLength) return this.#cut(text);
    if (this.isFull) return this.#mark('…');
    const json = quotedString(text, this.redaction);
    return this.#scalar(json, this.keepsValues ? shownString(text, json, this.redaction) : undefined);
  }

  /**
   * The members of an object, `,"key":value` each.
   * @param taken keys that the object has already
   * @param kept gets the members as values
   */
  members(
    object: object,
    names: readonly string[],
    taken: Set<string>,
    path: PathNode | undefined,
    kept: Record<string, unknown> | undefined,
  ): string {
    let json = '';
    let count = 0;
    for (const name of names) {
      if (count++ >= this.limits.items || this.isFull) {
        json += this.#rest(names.length - count + 1, taken, kept);
        break;
      }
      const value = read(object, name);
      if (value === undefined) continue;
      const isHidden = (name === 'value' || name === 'Value') && this.isNamedSecret(object, name);
      const key = this.#uniqueKey(name, taken);
      json += `,${this.#charged(JSON.stringify(key))}:${isHidden ? this.censored(value, name) : this.member(name, value, path)}`;
      if (kept !== undefined) setMember(kept, key, this.kept);
    }
    this.kept = kept;
    return json;
  }

  /** How many members are not shown. */
  #rest(count: number, taken: Set<string>, kept: Record<string, unknown> | undefined): string {
    const key = this.#uniqueKey('…', taken);
    if (kept !== undefined) kept[key] = count;
    return `,${this.#charged(JSON.stringify(key))}:${count}`;
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
    if (typeof censored !== 'string') return this.value(censored);
    return this.#scalar(jsonString(censored), this.keepsValues ? wellFormed(censored) : undefined);
  }

  /** The key, changed if the object already has one that is written the same. */
  #uniqueKey(key: string, taken: Set<string>): string {
    let name = this.#keys.info(key).text;
    while (taken.has(name)) name += '_';
    taken.add(name);
    return name;
  }

  get isFull(): boolean {
    return this.#charactersLeft <= 0;
  }

  /** Calls `write` for what is inside of `object`, or says why not. */
  within(object: object, write: () => string): string {
    if (this.#around.includes(object)) return this.#charged(this.#mark('[Circular]'));
    if (this.isFull) return this.#mark('…');
    if (this.#around.length >= this.limits.depth)
      return this.#charged(this.#mark(isList(object) ? '[Array]' : '[Object]'));
    this.#around.push(object);
    // Lists of lists of nothing take time as well.
    this.#charactersLeft -= CONTAINER_COST;
    try {
      return write();
    } catch {
      return this.#mark('[Unreadable]');
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
        case 'string':
          return this.string(form.text);
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
      if (form?.kind === 'string') return this.string(form.text);
      if (form?.kind === 'items') return this.#items(form.items, form.size, path);
      if (form?.kind === 'entries') return this.#entries(form.entries, form.size, path);
      return this.#plain(value, path);
    });
  }

  #plain(object: object, path: PathNode | undefined, name?: string): string {
    if (Array.isArray(object)) return this.#items(object, object.length, path, name);
    const members = this.members(object, Object.keys(object), new Set(), path, this.keepsValues ? {} : undefined);
    return `{${members.slice(1)}}`;
  }

  #items(
    items: Iterable<unknown> | ArrayLike<unknown>,
    size: number,
    path: PathNode | undefined,
    name?: string,
  ): string {
    const kept: unknown[] | undefined = this.keepsValues ? [] : undefined;
    let json = '';
    let count = 0;
    let secretName: string | undefined;
    const isPair = this.#isSecretPair(items, size);
    const add = (item: unknown): void => {
      const at = path === undefined ? undefined : pathAfter(path, String(count));
      const isHidden = at?.isEnd === true || secretName !== undefined;
      json += `,${isHidden ? this.censored(item, secretName ?? String(count)) : this.value(item, at)}`;
      kept?.push(this.kept);
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
    if (count < size) {
      json += `,"… ${size - count} more"`;
      kept?.push(`… ${size - count} more`);
    }
    this.kept = kept;
    return `[${json.slice(1)}]`;
  }

  #entries(entries: Iterable<readonly [unknown, unknown]>, size: number, path: PathNode | undefined): string {
    const taken = new Set<string>();
    const kept: Record<string, unknown> | undefined = this.keepsValues ? {} : undefined;
    let json = '';
    let count = 0;
    for (const [key, value] of entries) {
      if (count++ >= this.limits.items || this.isFull) {
        json += this.#rest(size - count + 1, taken, kept);
        break;
      }
      const name = typeof key === 'string' ? key : this.#keyText(key);
      const unique = this.#uniqueKey(name, taken);
      json += `,${this.#charged(JSON.stringify(unique))}:${this.member(name, value, path)}`;
      if (kept !== undefined) setMember(kept, unique, this.kept);
    }
    this.kept = kept;
    return `{${json.slice(1)}}`;
  }

  #keyText(key: unknown): string {
    const json = this.value(key);
    return json.startsWith('"') ? String(JSON.parse(json)) : json;
  }

  #number(value: number): string {
    // null would hide which of the three it was
    if (!Number.isFinite(value)) return this.#scalar(`"${value}"`, String(value));
    if (this.redaction.isSecretNumber(value)) return this.censored(value, '');
    return Object.is(value, -0) ? this.#scalar('0', 0) : this.#scalar(String(value), value);
  }

  #cut(text: string): string {
    const max = Math.min(this.limits.stringLength, this.#charactersLeft);
    if (max <= 0) return this.#mark('…');
    if (text.length <= max && text.length <= MAX_RECENT_LENGTH) {
      const json = this.#keys.recentLongStrings.json(text);
      // Nothing was hidden, which may be shorter than what stands for it, and nothing escaped.
      if (json.length === text.length + 2 && json.startsWith(text, 1)) return this.#scalar(json, text);
    }
    // Cut only after redaction, so that no half of a secret stays because the other half was cut away.
    const redacted = this.redaction.text(text.length > max ? text.slice(0, max + RESERVE) : text);
    const isCut = text.length > max || redacted.length > max;
    const shown = isCut ? `${redacted.slice(0, max)}… (${text.length} characters)` : redacted;
    return this.#scalar(jsonString(shown), this.keepsValues ? wellFormed(shown) : undefined);
  }

  #scalar(json: string, value: unknown): string {
    this.kept = value;
    return this.#charged(json);
  }

  /** What stands for a value that is not shown. */
  #mark(text: string): string {
    this.kept = text;
    return `"${text}"`;
  }

  #charged(json: string): string {
    this.#charactersLeft -= json.length + 1;
    return json;
  }
}

/** As JSON.parse sets it, whatever it is called. */
export function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else object[key] = value;
}

const RESERVE = 1024;
/** Such strings come again: user agents, statements, messages of errors. */
const MAX_RECENT_LENGTH = 512;
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

function functionText(value: unknown): string {
  try {
    const { name } = value as { name: unknown };
    return typeof name === 'string' && name !== '' ? `[Function ${name}]` : '[Function]';
  } catch {
    return '[Function]';
  }
}
