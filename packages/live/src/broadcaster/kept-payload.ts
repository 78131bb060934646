import type { TextCleaner } from './clean-text.js';
import type { PayloadKeys } from './payload-keys.js';
import { PayloadText } from './payload-text.js';

/** A payload as it is kept. */
export interface KeptPayload {
  /** JSON of at most the given size. It shares no memory with the payload. */
  readonly json: string;
  /** Whether `json` is not all of the payload. */
  readonly isCut: boolean;
  readonly bytes: number;
}

/**
 * Turns any payload into JSON of at most `maxBytes`, without secrets. Never throws, and reads no more of the payload than it keeps, about.
 * What is too long becomes a string with its beginning.
 */
export function keptPayload(payload: unknown, maxBytes: number, keys: PayloadKeys, cleaner: TextCleaner): KeptPayload {
  if (payload === undefined || payload === null) return nothing;
  const text = new PayloadText(maxBytes, keys, cleaner);
  const json = text.value(payload);
  const bytes = Buffer.byteLength(json); // also makes one flat string of the parts
  if (bytes <= maxBytes) return { json, isCut: text.isCut, bytes };
  const beginning = typeof payload === 'string' ? unquoted(json) : json;
  const cut = beginningAsJson(beginning, maxBytes);
  return { json: cut, isCut: true, bytes: Buffer.byteLength(cut) };
}

const nothing: KeptPayload = { json: 'null', isCut: false, bytes: 4 };

/** A JSON string of at most `maxBytes` with the beginning of a text. */
function beginningAsJson(text: string, maxBytes: number): string {
  for (let length = Math.min(text.length, maxBytes - 2); ; ) {
    const json = JSON.stringify(text.slice(0, endOfCharacter(text, length)));
    const bytes = Buffer.byteLength(json);
    if (bytes <= maxBytes) return json;
    length = Math.min(length - 1, Math.floor((length * maxBytes) / bytes));
  }
}

/** Not between the halves of a surrogate pair. */
function endOfCharacter(text: string, length: number): number {
  const code = text.charCodeAt(length - 1);
  return code >= 0xd800 && code < 0xdc00 ? length - 1 : length;
}

function unquoted(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json;
}
