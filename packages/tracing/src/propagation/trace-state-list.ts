import type { TraceState } from '@opentelemetry/api';
import { trimmed } from './header-value.js';

const maxMembers = 32;
const maxLength = 512;
const longMember = 128;

/**
 * A tracestate header (W3C Trace Context level 2, section 3.3) as OpenTelemetry's `TraceState`. It is validated once and sent on
 * as the same string; members are searched only on request.
 */
export class TraceStateList implements TraceState {
  readonly #text: string;

  /** @param text a valid list: comma-separated members without white space, no key twice, at most 32 */
  private constructor(text: string) {
    this.#text = text;
  }

  /**
   * `undefined` for an empty header, for an invalid member, and for more than 32 members: a list is kept or dropped as a whole.
   * Of a repeated key the first, newer one is kept.
   */
  static parse(header: string): TraceStateList | undefined {
    const text = isPlain(header) ? header : normalized(header);
    return text === undefined || text === '' ? undefined : new TraceStateList(text);
  }

  get(key: string): string | undefined {
    for (const member of this.#text.split(',')) {
      if (keyOf(member) === key) return member.slice(key.length + 1);
    }
    return undefined;
  }

  /** The list with `key` in front; the same list if key or value violate the grammar. */
  set(key: string, value: string): TraceStateList {
    const member = `${key}=${value}`;
    if (!isMember(member, key.length) || value.endsWith(' ')) return this;
    const others = this.#without(key).slice(0, maxMembers - 1);
    return new TraceStateList([member, ...others].join(','));
  }

  unset(key: string): TraceStateList {
    return new TraceStateList(this.#without(key).join(','));
  }

  /**
   * At most 512 characters; leaves out whole members: first those of more than 128 characters, then from the end. An empty
   * string is not to be sent.
   */
  serialize(): string {
    return this.#text.length <= maxLength ? this.#text : shortened(this.#text.split(',')).join(',');
  }

  #without(key: string): string[] {
    return this.#text === '' ? [] : this.#text.split(',').filter((member) => keyOf(member) !== key);
  }
}

function keyOf(member: string): string {
  return member.slice(0, member.indexOf('='));
}

function shortened(members: string[]): string[] {
  const kept = [...members];
  let length = kept.join(',').length;
  const dropAt = (i: number): void => {
    length -= (kept[i]?.length ?? 0) + 1;
    kept.splice(i, 1);
  };
  for (let i = kept.length - 1; i >= 0 && length > maxLength; i--) {
    if ((kept[i]?.length ?? 0) > longMember) dropAt(i);
  }
  while (length > maxLength) dropAt(kept.length - 1);
  return kept;
}

// The allowed places of a character, as bits.
const KEY_START = 1;
const KEY = 2;
const VALUE = 4;
const characters = characterTable();

function characterTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 0x20; code <= 0x7e; code++) {
    const char = String.fromCharCode(code);
    const isStart = /[a-z0-9]/.test(char);
    table[code] =
      (isStart ? KEY_START : 0) | (isStart || /[_\-*/@]/.test(char) ? KEY : 0) | (/[,=]/.test(char) ? 0 : VALUE);
  }
  return table;
}

// Begin and end of the keys in the list being read. Reading calls no other code, so one array is enough.
const bounds = new Uint32Array(2 * maxMembers);

/**
 * Whether the list is valid as it is: no white space around members, no empty members, no key twice. One pass, no allocation.
 */
function isPlain(header: string): boolean {
  const { length } = header;
  let position = 0;
  for (let count = 0; count < maxMembers; count++) {
    const start = position;
    if (!isOf(KEY_START, header.charCodeAt(position))) return false;
    do position++;
    while (isOf(KEY, header.charCodeAt(position)));
    if (header.charCodeAt(position) !== 61 || position - start > 256) return false;
    bounds[2 * count] = start;
    bounds[2 * count + 1] = position;
    const equals = position++;
    while (isOf(VALUE, header.charCodeAt(position))) position++;
    const valueLength = position - equals - 1;
    if (valueLength === 0 || valueLength > 256 || header.charCodeAt(position - 1) === 32) return false;
    if (position === length) return !hasKeyTwice(header, count + 1);
    if (header.charCodeAt(position++) !== 44) return false;
  }
  return false;
}

function hasKeyTwice(header: string, count: number): boolean {
  for (let a = 1; a < count; a++) {
    for (let b = 0; b < a; b++) if (isSameKey(header, 2 * a, 2 * b)) return true;
  }
  return false;
}

function isSameKey(header: string, a: number, b: number): boolean {
  let first = bounds[a] as number;
  let second = bounds[b] as number;
  const end = bounds[a + 1] as number;
  if (end - first !== (bounds[b + 1] as number) - second) return false;
  while (first < end) if (header.charCodeAt(first++) !== header.charCodeAt(second++)) return false;
  return true;
}

function isOf(kind: number, code: number): boolean {
  // NaN means behind the end. As an index it would be looked up as a property name, at ten times the cost.
  return code < 128 && ((characters[code] as number) & kind) !== 0;
}

/** The list without white space, empty members and repeated keys; `undefined` if it is invalid. */
function normalized(header: string): string | undefined {
  const members = new Map<string, string>();
  for (const part of header.split(',')) {
    const member = trimmed(part);
    if (member === '') continue;
    const equals = member.indexOf('=');
    if (!isMember(member, equals)) return undefined;
    const key = member.slice(0, equals);
    if (members.has(key)) continue;
    if (members.size === maxMembers) return undefined;
    members.set(key, member);
  }
  return [...members.values()].join(',');
}

/** A lower-case letter or digit, then also `_ - * / @` (level 2 has no vendor format); printable ASCII without comma and equals sign. */
function isMember(member: string, equals: number): boolean {
  const valueLength = member.length - equals - 1;
  if (equals < 1 || equals > 256 || valueLength < 1 || valueLength > 256) return false;
  if (!isOf(KEY_START, member.charCodeAt(0))) return false;
  for (let i = 1; i < equals; i++) if (!isOf(KEY, member.charCodeAt(i))) return false;
  for (let i = equals + 1; i < member.length; i++) if (!isOf(VALUE, member.charCodeAt(i))) return false;
  return true;
}
