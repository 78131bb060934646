import type { TraceState } from '@opentelemetry/api';
import { isBlank, trimmed } from './header-value.js';

const mostMembers = 32;
const mostLength = 512;
const longMember = 128;

/**
 * A tracestate header (W3C Trace Context level 2, section 3.3) as OpenTelemetry's `TraceState`. Validated once and then
 * passed on as the text it came as: members are looked for only when somebody asks for one.
 */
export class TraceStateList implements TraceState {
  readonly #text: string;

  /** @param text a right list: comma separated members without white space, no key twice, at most 32 */
  private constructor(text: string) {
    this.#text = text;
  }

  /**
   * `undefined` for an empty header, and for one in which any member is wrong or that has more than 32: a list is kept or
   * dropped as a whole. Of a key that stands there twice the first, newer one is kept.
   */
  static parse(header: string): TraceStateList | undefined {
    const text = normalized(header);
    return text === undefined || text === '' ? undefined : new TraceStateList(text);
  }

  get(key: string): string | undefined {
    for (const member of this.#text.split(',')) {
      if (keyOf(member) === key) return member.slice(key.length + 1);
    }
    return undefined;
  }

  /** The list with `key` in front. The list as it is where key or value are against the grammar. */
  set(key: string, value: string): TraceStateList {
    const member = `${key}=${value}`;
    if (!isMember(member, key.length) || value.endsWith(' ')) return this;
    const others = this.#without(key).slice(0, mostMembers - 1);
    return new TraceStateList([member, ...others].join(','));
  }

  unset(key: string): TraceStateList {
    return new TraceStateList(this.#without(key).join(','));
  }

  /**
   * At most 512 characters, by leaving out whole members: first those of more than 128 characters, then from the end. Empty
   * for a list of none, which is not to be sent.
   */
  serialize(): string {
    return this.#text.length <= mostLength ? this.#text : shortened(this.#text.split(',')).join(',');
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
  for (let i = kept.length - 1; i >= 0 && length > mostLength; i--) {
    if ((kept[i]?.length ?? 0) > longMember) dropAt(i);
  }
  while (length > mostLength) dropAt(kept.length - 1);
  return kept;
}

/** The header itself where it is right as it is: then nothing is copied. */
function normalized(header: string): string | undefined {
  const { length } = header;
  const keys: string[] = [];
  const members: string[] = [];
  let isAsWritten = true;
  for (let start = 0; start <= length; ) {
    const comma = header.indexOf(',', start);
    const end = comma === -1 ? length : comma;
    // Leading blanks belong to the list, those behind an equals sign to the value.
    const needsTrim = isBlank(header.charCodeAt(start)) || isBlank(header.charCodeAt(end - 1));
    const member = needsTrim ? trimmed(header.slice(start, end)) : header.slice(start, end);
    start = end + 1;
    if (member === '') {
      isAsWritten = false;
      continue;
    }
    const equals = member.indexOf('=');
    if (!isMember(member, equals) || members.length === mostMembers) return undefined;
    const key = member.slice(0, equals);
    if (keys.includes(key)) {
      isAsWritten = false;
      continue;
    }
    isAsWritten &&= !needsTrim;
    keys.push(key);
    members.push(member);
  }
  return isAsWritten ? header : members.join(',');
}

function isMember(member: string, equals: number): boolean {
  const valueLength = member.length - equals - 1;
  return (
    equals >= 1 &&
    equals <= 256 &&
    valueLength >= 1 &&
    valueLength <= 256 &&
    isKey(member, equals) &&
    isValue(member, equals + 1)
  );
}

/** A lower-case letter or digit, then also `_ - * / @` (level 2, which has no vendor format any more). */
function isKey(member: string, end: number): boolean {
  if (!isLetterOrDigit(member.charCodeAt(0))) return false;
  for (let i = 1; i < end; i++) {
    const code = member.charCodeAt(i);
    if (!isLetterOrDigit(code) && code !== 95 && code !== 45 && code !== 42 && code !== 47 && code !== 64) return false;
  }
  return true;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

/** Printable ASCII without comma and equals sign. */
function isValue(member: string, start: number): boolean {
  for (let i = start; i < member.length; i++) {
    const code = member.charCodeAt(i);
    if (code < 32 || code > 126 || code === 44 || code === 61) return false;
  }
  return true;
}
