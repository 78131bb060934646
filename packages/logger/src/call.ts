import type { Ambient } from './ambient.js';
import { errorJson, isError, messageOf } from './json/error-json.js';
import { isSecret } from './json/key-book.js';
import { longestShortText } from './json/quoted.js';
import type { ValueWriter } from './json/value-writer.js';
import { type LineParts, role } from './layouts/layout.js';
import type { PathNode } from './redaction/paths.js';
import { pathAfter } from './redaction/paths.js';
import type { Scope } from './scope.js';
import { serialized } from './serialized.js';

/** One call of a log method, taken apart for a layout. */
export class Call implements LineParts {
  /** Members for the call's own fields, `,"key":value` each. */
  fields = '';
  /** Those that the layout keeps apart. */
  top = '';
  /** The error of the line as JSON, and the key it came under. */
  error: string | undefined = undefined;
  errorKey = 'err';
  durationMs: number | undefined = undefined;
  wantsUsage = false;
  /** As JSON. */
  message: string | undefined = undefined;
  /** Keys that the logger or the context has, too. */
  hidden: Set<string> | undefined = undefined;

  readonly #scope: Scope;
  #writer: ValueWriter | undefined = undefined;
  #errorValue: unknown = undefined;
  #rewritten: Set<string> | undefined = undefined;

  constructor(scope: Scope) {
    this.#scope = scope;
    this.wantsUsage = scope.family.alwaysShowsUsage;
  }

  /**
   * @param error the first argument or one that no placeholder took, if it is an error
   * @param message already formatted
   */
  read(fields: object | undefined, error: unknown, message: string | undefined, ambient: Ambient): void {
    if (error !== undefined) this.#takeError('err', error);
    let text = message;
    if (fields !== undefined) text = this.#readFields(fields, message, ambient);
    if (this.#errorValue !== undefined) {
      this.error = this.#writeError(this.errorKey, this.#errorValue);
      text ??= messageOf(this.#errorValue);
    }
    if (text !== undefined) this.message = this.#messageJson(text);
  }

  get writer(): ValueWriter {
    this.#writer ??= this.#scope.family.newWriter();
    return this.#writer;
  }

  #readFields(fields: object, message: string | undefined, ambient: Ambient): string | undefined {
    const { fields: before, top, wantsUsage } = this;
    const error = this.#errorValue;
    const { limits } = this.#scope.family;
    try {
      let text = message;
      const all = fields as Readonly<Record<string, unknown>>;
      let count = 0;
      for (const key in all) {
        if (!hasOwn.call(all, key)) continue;
        if (count++ >= limits.items) {
          this.#addRest(Object.keys(all).length - count + 1, fields);
          break;
        }
        const found = this.#add(key, all[key], fields, ambient, text);
        if (found !== undefined) text = found;
      }
      return text;
    } catch {
      // Something threw while it was read: once more, member by member, without what came from the first attempt.
      Object.assign(this, { fields: before, top, wantsUsage, durationMs: undefined, hidden: undefined });
      this.#rewritten = undefined;
      this.#errorValue = undefined;
      if (error !== undefined) this.#takeError('err', error);
      return this.#readCarefully(fields, message, ambient);
    }
  }

  #readCarefully(fields: object, message: string | undefined, ambient: Ambient): string | undefined {
    let names: string[];
    try {
      names = Object.keys(fields);
    } catch {
      this.fields += ',"value":"[Unreadable]"';
      return message;
    }
    let text = message;
    const { limits } = this.#scope.family;
    for (const [index, key] of names.entries()) {
      if (index >= limits.items) {
        this.#addRest(names.length - index, fields);
        break;
      }
      let value: unknown;
      try {
        value = (fields as Readonly<Record<string, unknown>>)[key];
      } catch {
        value = '[Throws]';
      }
      const found = this.#add(key, value, fields, ambient, text);
      if (found !== undefined) text = found;
    }
    return text;
  }

  /** How many fields are not shown. */
  #addRest(count: number, fields: object): void {
    const isTaken = owns(fields, '…') || this.#scope.bindings.has('…');
    this.fields += `,${isTaken ? this.#freeName('…', fields) : '"…"'}:${count}`;
  }

  /** @returns the message, where the field is it */
  #add(key: string, given: unknown, fields: object, ambient: Ambient, message: string | undefined): string | undefined {
    if (given === undefined) return undefined;
    const { family, serializers, bindings } = this.#scope;
    const value = serializers === undefined ? given : serialized(serializers, key, given);
    const { keys } = family;
    const note = keys.note(key);
    let { json } = note;
    let isTop = false;
    if (note.role !== role.none) {
      switch (note.role) {
        case role.err:
        case role.error:
          if (this.#takeError(key, value)) return undefined;
          if (this.#errorValue !== undefined && this.errorKey === key) json = `,${this.#freeName(key, fields)}:`;
          break;
        case role.duration:
          if (typeof value === 'number' && Number.isFinite(value)) {
            this.durationMs = value;
            if (bindings.has(key)) this.#hide(key);
            return undefined;
          }
          break;
        case role.performance:
          if (typeof value === 'boolean') {
            this.wantsUsage = value;
            if (bindings.has(key)) this.#hide(key);
            return undefined;
          }
          if (family.alwaysShowsUsage) json = `,${this.#freeName(key, fields)}:`;
          break;
        case role.message:
          if (message === undefined && typeof value === 'string') return value;
          json = `,${this.#freeName(key, fields)}:`;
          break;
        case role.top:
          isTop = key.includes('.') || (typeof value === 'object' && value !== null && !Array.isArray(value));
          break;
        default:
          json = `,${this.#freeName(key, fields)}:`;
      }
    }
    if (bindings.size > 0 && bindings.has(key)) this.#hide(key);
    else if (isAmbient(ambient, key)) this.#hide(key);
    const { paths } = keys.redaction;
    const path = paths === undefined ? undefined : pathAfter(paths, key);
    const isHidden =
      path?.isEnd === true ||
      (note.secrecy !== false && isSecret(note, key, value, keys.redaction)) ||
      ((key === 'value' || key === 'Value') && this.writer.isNamedSecret(fields, key));
    const member = json + (isHidden ? this.writer.censored(value, key) : this.#value(value, path, key));
    if (isTop) this.top += member;
    else this.fields += member;
    return undefined;
  }

  #value(value: unknown, path: PathNode | undefined, key: string): string {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        // Integers that are too large to be counted may be card numbers, see ValueWriter.
        return value < 1e12 && value > -1e12 ? String(value) : this.writer.value(value);
      case 'boolean':
        return value ? 'true' : 'false';
      default:
        return this.writer.value(value, path, key);
    }
  }

  #messageJson(text: string): string {
    const { keys, newWriter } = this.#scope.family;
    // A long one with room of its own, so that fields cannot take it away.
    return text.length <= longestShortText ? keys.recentTexts.json(text) : newWriter().text(text);
  }

  #text(text: string): string {
    return text.length <= longestShortText ? this.#scope.family.keys.recentTexts.json(text) : this.writer.text(text);
  }

  /** @returns whether the value is the line's error now */
  #takeError(key: string, value: unknown): boolean {
    const isOne = key === 'err' ? value !== null && value !== undefined : typeof value === 'string' || isObject(value);
    if (!isOne) return false;
    // Of several, what is called err wins, and the others stay fields.
    if (this.#errorValue !== undefined) {
      if (key !== 'err' || this.errorKey === 'err') return false;
      this.fields += `,"${this.errorKey}":${this.#writeError(this.errorKey, this.#errorValue)}`;
    }
    this.#errorValue = value;
    this.errorKey = key;
    if (this.#scope.bindings.has(key)) this.#hide(key);
    return true;
  }

  #writeError(key: string, value: unknown): string {
    const { family } = this.#scope;
    // With room of its own, so that fields cannot take it away.
    const { paths } = family.keys.redaction;
    return errorJson(value, family.newWriter(), paths === undefined ? undefined : pathAfter(paths, key));
  }

  #hide(key: string): void {
    this.hidden ??= new Set();
    this.hidden.add(key);
  }

  /** The key, or what is written for it, with as many `_` behind it as make it one of its own. */
  #freeName(key: string, fields: object): string {
    const { text, role: given } = this.#scope.family.keys.note(key);
    this.#rewritten ??= new Set();
    let name = given === role.rewrittenKey ? text : `${text}_`;
    // A proxy may have whatever it is asked for.
    for (let i = 0; (i < MOST_TRIES && owns(fields, name)) || this.#rewritten.has(name); i++) name += '_';
    this.#rewritten.add(name);
    this.#hide(name);
    return JSON.stringify(name);
  }
}

const MOST_TRIES = 100;

// In a loop over the keys the engine knows the answer of this one, and not of Object.hasOwn.
const hasOwn = Object.prototype.hasOwnProperty;

function owns(fields: object, name: string): boolean {
  try {
    return Object.hasOwn(fields, name);
  } catch {
    return false; // a proxy that does not say
  }
}

function isAmbient({ keys, span }: Ambient, key: string): boolean {
  // A loop: `includes` allocates for its arguments.
  for (let i = 0; i < keys.length; i++) if (keys[i] === key) return true;
  return span !== undefined && (key === 'trace_id' || key === 'span_id' || key === 'trace_flags');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (isError(value) || !Array.isArray(value));
}
