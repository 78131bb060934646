import { jsonString } from './json-string.js';

/** One member of an object that is written already: both sides as JSON. */
export interface JsonMember {
  readonly key: string;
  readonly value: string;
}

/** Takes `,"key":value,"key":value` apart, as our own writers make it: without blanks. */
export function membersOf(json: string): JsonMember[] {
  const members: JsonMember[] = [];
  let at = 0;
  while (at < json.length) {
    const keyEnd = stringEnd(json, at + 1);
    const end = valueEnd(json, keyEnd + 1);
    members.push({ key: json.slice(at + 1, keyEnd), value: json.slice(keyEnd + 1, end) });
    at = end;
  }
  return members;
}

/**
 * The members in at most `maxBytes` of UTF-8: small ones whole, of long strings the beginning, of objects what fits, of lists `["…"]`, for the rest
 * `"…"`. Every one gets the same share, and what it does not need is for the others.
 */
export function fittingMembers(members: readonly JsonMember[], maxBytes: number): JsonMember[] {
  const share = Math.max(MIN_SHARE, fairShare(members.map(sizeOf), maxBytes));
  const fitting: JsonMember[] = [];
  let left = maxBytes;
  for (const member of members) {
    const cut = sizeOf(member) <= share ? member : { key: member.key, value: cutValue(member, share) };
    const size = sizeOf(cut);
    if (size > left) continue;
    left -= size;
    fitting.push(cut);
  }
  return fitting;
}

/** `,"key":value` each. */
export function membersJson(members: readonly JsonMember[]): string {
  return members.map(({ key, value }) => `,${key}:${value}`).join('');
}

/** A JSON string in at most `maxBytes`, with how long it was. */
export function cutString(json: string, maxBytes: number): string {
  if (Buffer.byteLength(json) <= maxBytes) return json;
  const text = JSON.parse(json) as string;
  const mark = `… (${text.length} characters)`;
  let length = Math.max(0, maxBytes - 2 - Buffer.byteLength(mark));
  for (; length > 0; length >>= 1) {
    const cut = jsonString(text.slice(0, length) + mark);
    if (Buffer.byteLength(cut) <= maxBytes) return cut;
  }
  return '"…"';
}

/** What each of `sizes` may have so that all fit in `total`; `Infinity` if they do. */
export function fairShare(sizes: readonly number[], total: number): number {
  const ascending = [...sizes].sort((a, b) => a - b);
  let left = total;
  for (const [index, size] of ascending.entries()) {
    const share = left / (ascending.length - index);
    if (size > share) return share;
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}

// An id with its key.
const MIN_SHARE = 128;

function sizeOf({ key, value }: JsonMember): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value) + 2;
}

function cutValue({ key, value }: JsonMember, maxBytes: number): string {
  const room = maxBytes - Buffer.byteLength(key) - 2;
  if (value.startsWith('"')) return cutString(value, room);
  if (value.startsWith('[')) return value === '[]' ? value : '["…"]';
  if (!value.startsWith('{')) return '"…"';
  if (value === '{}') return value;
  const members = fittingMembers(membersOf(`,${value.slice(1, -1)}`), room - 1);
  return members.length === 0 ? '"…"' : `{${membersJson(members).slice(1)}}`;
}

/** Behind the quotation mark that ends the string which begins at `start`. */
function stringEnd(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json.charCodeAt(at - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}

function valueEnd(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case 34: // "
        at = stringEnd(json, at) - 1;
        break;
      case 123: // {
      case 91: // [
        depth++;
        break;
      case 125: // }
      case 93: // ]
        depth--;
        break;
      case 44: // ,
        if (depth === 0) return at;
    }
  }
  return json.length;
}
