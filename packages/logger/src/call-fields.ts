import { errorJson, isError, isList, messageOf, typeOf } from './json/error-json.js';
import { isSecret, type KeyInfo } from './json/key-cache.js';
import { MAX_SHORT_LENGTH, shownString } from './json/quoted-string.js';
import type { ValueWriter } from './json/value-writer.js';
import { type CallFields, type CallValues, role } from './layouts/layout.js';
import type { LogContext } from './log-context.js';
import type { PathNode } from './redaction/paths.js';
import { pathAfter } from './redaction/paths.js';
import type { Scope } from './scope.js';
import { serialized } from './serialized.js';

/** The arguments of a log method, sorted. */
export interface CallArguments {
  readonly fields: object | undefined;
  /** The first argument or one that no placeholder took, if it is an error. */
  readonly error: unknown;
  /** With its placeholders filled. */
  readonly message: string | undefined;
}

/** The same, written for a layout. */
export class WrittenCall implements CallFields {
  fields = '';
  top = '';
  error: string | undefined = undefined;
  errorValue: unknown = undefined;
  errorKey = 'err';
  durationMs: number | undefined = undefined;
  wantsUsage = false;
  message: string | undefined = undefined;
  values: CallValues | undefined = undefined;
  hidden: Set<string> | undefined = undefined;

  readonly #scope: Scope;
  #writer: ValueWriter | undefined = undefined;
  #thrown: unknown = undefined;
  /** What was written last, if values are kept. */
  #kept: unknown = undefined;
  #rewritten: Set<string> | undefined = undefined;

  constructor(scope: Scope, { fields, error, message }: CallArguments, logContext: LogContext) {
    const { alwaysShowsUsage, keepsValues } = scope.family;
    this.#scope = scope;
    this.wantsUsage = alwaysShowsUsage;
    if (keepsValues) this.values = { message: '', fields: [], top: [] };
    if (error !== undefined) this.#takeError('err', error);
    let text = message;
    if (fields !== undefined) text = this.#readFields(fields, message, logContext);
    if (this.#thrown !== undefined) {
      this.error = this.#writeError(this.errorKey, this.#thrown);
      this.errorValue = this.#kept;
      text ??= messageOf(this.#thrown);
    }
    if (text === undefined) return;
    this.message = this.#messageJson(text);
    if (this.values !== undefined) this.values.message = this.#kept as string;
  }

  get #valueWriter(): ValueWriter {
    this.#writer ??= this.#scope.family.newWriter(this.values !== undefined);
    return this.#writer;
  }

  #readFields(fields: object, message: string | undefined, logContext: LogContext): string | undefined {
    const { fields: before, top, wantsUsage } = this;
    const error = this.#thrown;
    const { limits, keys } = this.#scope.family;
    const takesOrdinary = this.#takesOrdinary;
    try {
      let text = message;
      const all = fields as Readonly<Record<string, unknown>>;
      let count = 0;
      let info = keys.start;
      for (const key in all) {
        // In a loop over the keys the engine knows the answer of this one, and not of Object.hasOwn.
        if (!Object.hasOwn(all, key)) continue;
        if (count++ >= limits.items) {
          this.#addRest(Object.keys(all).length - count + 1, fields);
          break;
        }
        const value = all[key];
        info = keys.infoAfter(info, key);
        const json = takesOrdinary && info.isOrdinary ? this.#ordinary(value) : undefined;
        if (json !== undefined && !isContextKey(logContext, key)) {
          this.#append(key, info.json, json, this.#kept);
          continue;
        }
        const found = this.#add(key, info, value, fields, logContext, text);
        if (found !== undefined) text = found;
      }
      return text;
    } catch {
      // A getter threw: discard, and read again field by field.
      Object.assign(this, { fields: before, top, wantsUsage, durationMs: undefined, hidden: undefined });
      if (this.values !== undefined) this.values = { message: '', fields: [], top: [] };
      this.#rewritten = undefined;
      this.#thrown = undefined;
      if (error !== undefined) this.#takeError('err', error);
      return this.#readCarefully(fields, message, logContext);
    }
  }

  #readCarefully(fields: object, message: string | undefined, logContext: LogContext): string | undefined {
    let names: string[];
    try {
      names = Object.keys(fields);
    } catch {
      this.#append('value', ',"value":', '"[Unreadable]"', '[Unreadable]');
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
      const found = this.#add(key, this.#scope.family.keys.info(key), value, fields, logContext, text);
      if (found !== undefined) text = found;
    }
    return text;
  }

  /** How many fields are not shown. */
  #addRest(count: number, fields: object): void {
    const isTaken = owns(fields, '…') || this.#scope.bindings.has('…');
    const name = isTaken ? this.#freeName('…', fields) : '…';
    this.#append(name, `,${JSON.stringify(name)}:`, String(count), count);
  }

  #append(name: string, key: string, json: string, value: unknown, isTop = false): void {
    if (isTop) this.top += key + json;
    else this.fields += key + json;
    if (this.values !== undefined) (isTop ? this.values.top : this.values.fields).push(name, value);
  }

  /** @returns the message, if the field is it */
  #add(
    key: string,
    info: KeyInfo,
    given: unknown,
    fields: object,
    logContext: LogContext,
    message: string | undefined,
  ): string | undefined {
    if (given === undefined) return undefined;
    const { family, serializers, bindings } = this.#scope;
    const value = serializers === undefined ? given : serialized(serializers, key, given);
    const { keys } = family;
    let name = info.text;
    let isTop = false;
    if (info.role !== role.none) {
      switch (info.role) {
        case role.err:
        case role.error:
          if (this.#takeError(key, value)) return undefined;
          if (this.#thrown !== undefined && this.errorKey === key) name = this.#freeName(key, fields);
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
          if (family.alwaysShowsUsage) name = this.#freeName(key, fields);
          break;
        case role.message:
          if (message === undefined && typeof value === 'string') return value;
          name = this.#freeName(key, fields);
          break;
        case role.top:
          isTop = key.includes('.') || (typeof value === 'object' && value !== null && !isList(value));
          break;
        default:
          name = this.#freeName(key, fields);
      }
    }
    if (bindings.size > 0 && bindings.has(key)) this.#hide(key);
    else if (isContextKey(logContext, key)) this.#hide(key);
    const { paths } = keys.redaction;
    const path = paths === undefined ? undefined : pathAfter(paths, key);
    const isHidden =
      path?.isEnd === true ||
      (info.secrecy !== false && isSecret(info, key, value, keys.redaction)) ||
      ((key === 'value' || key === 'Value') && this.#valueWriter.isNamedSecret(fields, key));
    const json = isHidden ? this.#censored(value, key) : this.#value(value, path, key);
    this.#append(name, name === info.text ? info.json : `,${JSON.stringify(name)}:`, json, this.#kept, isTop);
    return undefined;
  }

  #value(value: unknown, path: PathNode | undefined, key: string): string {
    const short = this.#ordinary(value);
    if (short !== undefined) return short;
    const writer = this.#valueWriter;
    const json = writer.value(value, path, key);
    this.#kept = writer.kept;
    return json;
  }

  /** Whether a value needs nothing but its JSON if its key is ordinary. */
  get #takesOrdinary(): boolean {
    const { family, serializers, bindings } = this.#scope;
    return serializers === undefined && bindings.size === 0 && family.keys.redaction.paths === undefined;
  }

  /** A short string, a number or a boolean; `undefined` for every other value. */
  #ordinary(value: unknown): string | undefined {
    if (typeof value === 'string') return value.length <= MAX_SHORT_LENGTH ? this.#shortString(value) : undefined;
    // Integers that are too large to be counted may be card numbers, see ValueWriter.
    if (typeof value === 'number' && value < 1e12 && value > -1e12) {
      if (this.values !== undefined) this.#kept = value + 0; // -0 is written as 0
      return String(value);
    }
    if (typeof value !== 'boolean') return undefined;
    this.#kept = value;
    return value ? 'true' : 'false';
  }

  #censored(value: unknown, key: string): string {
    const writer = this.#valueWriter;
    const json = writer.censored(value, key);
    this.#kept = writer.kept;
    return json;
  }

  #shortString(text: string): string {
    const { keys } = this.#scope.family;
    const json = keys.recentStrings.json(text);
    if (this.values !== undefined) this.#kept = shownString(text, json, keys.redaction);
    return json;
  }

  #messageJson(text: string): string {
    if (text.length <= MAX_SHORT_LENGTH) return this.#shortString(text);
    // With room of its own, so that fields cannot take it away.
    const writer = this.#scope.family.newWriter(this.values !== undefined);
    const json = writer.string(text);
    this.#kept = writer.kept;
    return json;
  }

  /** @returns whether the value is the line's error now */
  #takeError(key: string, value: unknown): boolean {
    const isOne = key === 'err' ? value !== null && value !== undefined : typeof value === 'string' || isObject(value);
    if (!isOne) return false;
    // Of several, what is called err wins, and the others stay fields.
    if (this.#thrown !== undefined) {
      if (key !== 'err' || this.errorKey === 'err') return false;
      const json = this.#writeError(this.errorKey, this.#thrown);
      this.#append(this.errorKey, `,"${this.errorKey}":`, json, this.#kept);
    }
    this.#thrown = value;
    this.errorKey = key;
    if (this.#scope.bindings.has(key)) this.#hide(key);
    return true;
  }

  #writeError(key: string, value: unknown): string {
    const { family } = this.#scope;
    // With room of its own, so that fields cannot take it away.
    const { paths } = family.keys.redaction;
    const writer = family.newWriter(family.keepsErrors);
    const json = errorJson(value, writer, paths === undefined ? undefined : pathAfter(paths, key));
    this.#kept = writer.kept;
    if (json.startsWith('{')) return json;
    // Nothing of it could be read, as when the stack is full. Layouts rely on its shape.
    this.#kept = { type: typeOf(value), message: '[Unreadable]' };
    return JSON.stringify(this.#kept);
  }

  #hide(key: string): void {
    this.hidden ??= new Set();
    this.hidden.add(key);
  }

  /** The key, or what is written for it, with as many `_` behind it as make it one of its own. */
  #freeName(key: string, fields: object): string {
    const { text, role: given } = this.#scope.family.keys.info(key);
    this.#rewritten ??= new Set();
    let name = given === role.rewrittenKey ? text : `${text}_`;
    // A proxy may have whatever it is asked for.
    for (let i = 0; (i < MAX_TRIES && owns(fields, name)) || this.#rewritten.has(name); i++) name += '_';
    this.#rewritten.add(name);
    this.#hide(name);
    return name;
  }
}

const MAX_TRIES = 100;

function owns(fields: object, name: string): boolean {
  try {
    return Object.hasOwn(fields, name);
  } catch {
    return false; // a proxy that does not say
  }
}

function isContextKey({ keys, span }: LogContext, key: string): boolean {
  // A loop: `includes` allocates for its arguments.
  for (let i = 0; i < keys.length; i++) if (keys[i] === key) return true;
  return span !== undefined && (key === 'trace_id' || key === 'span_id' || key === 'trace_flags');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (isError(value) || !isList(value));
}
