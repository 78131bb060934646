import { LENGTH } from './protobuf-wire.js';
import type { PageWriter } from './record-pages.js';

/** An id as a bytes field with a number up to 15. @returns whether it is one of that many bytes; nothing is written otherwise */
export function writeHexId(writer: PageWriter, field: number, hex: string, bytes: 8 | 16): boolean {
  if (hex.length !== 2 * bytes) return false;
  writer.reserve(bytes + 2);
  const { buffer } = writer;
  let { at } = writer;
  buffer[at++] = field * 8 + LENGTH;
  buffer[at++] = bytes;
  let seen = 0;
  for (let i = 0; i < hex.length; i += 2) {
    const byte = ((digits[hex.charCodeAt(i)] ?? WRONG) << 4) | (digits[hex.charCodeAt(i + 1)] ?? WRONG);
    seen |= byte;
    buffer[at++] = byte;
  }
  if (seen > 0xff) return false;
  writer.at = at;
  return true;
}

/** Whether it is an id of that many bytes. */
export function isHexId(hex: string, bytes: 8 | 16): boolean {
  return hex.length === 2 * bytes && /^[\da-f]+$/i.test(hex);
}

export function wrongId(name: string, id: string, bytes: 8 | 16): TypeError {
  return new TypeError(`[otlp] The ${name} is ${JSON.stringify(id)}. It must be ${2 * bytes} hexadecimal digits.`);
}

const WRONG = 0x100;
const digits: Uint16Array = new Uint16Array(0x80).fill(WRONG);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  digits[digit.charCodeAt(0)] = value;
  digits[digit.toUpperCase().charCodeAt(0)] = value;
}
