import type { PageWriter } from './record-pages.js';
import { varintSize } from './varint-size.js';

// Protobuf's wire format, forward: a length is written when its content is, into the one byte that was kept free for it.

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

/** A whole number from 0 to 2^32 - 1. The caller has reserved 5 bytes. */
export function putVarint(writer: PageWriter, value: number): void {
  const { buffer } = writer;
  let { at } = writer;
  let left = value;
  while (left > 0x7f) {
    buffer[at++] = (left & 0x7f) | 0x80;
    left >>>= 7;
  }
  buffer[at++] = left;
  writer.at = at;
}

/** Two's complement. @param value a whole number from -(2^63) to 2^63 - 1 */
export function writeInt64(writer: PageWriter, value: number): void {
  writer.reserve(10);
  if (value >= 0 && value <= 0xffff_ffff) return putVarint(writer, value);
  const high = Math.floor(value / 2 ** 32);
  putVarint64(writer, value - high * 2 ** 32, high >>> 0);
}

/** The caller has reserved 10 bytes. */
export function putVarint64(writer: PageWriter, low: number, high: number): void {
  const { buffer } = writer;
  let { at } = writer;
  let lower = low >>> 0;
  let upper = high >>> 0;
  while (upper !== 0 || lower > 0x7f) {
    buffer[at++] = (lower & 0x7f) | 0x80;
    lower = ((lower >>> 7) | (upper << 25)) >>> 0;
    upper >>>= 7;
  }
  buffer[at++] = lower;
  writer.at = at;
}

/** A field of type uint32 or enum with a number up to 15. Nothing is written for 0, which is what absence means. */
export function writeUint32(writer: PageWriter, field: number, value: number): void {
  if (!(value > 0)) return;
  writer.reserve(6);
  writer.buffer[writer.at++] = field * 8 + VARINT;
  putVarint(writer, value >>> 0);
}

/** The caller has reserved 4 bytes. */
export function putFixed32(writer: PageWriter, value: number): void {
  writer.view.setUint32(writer.at, value, true);
  writer.at += 4;
}

/** The caller has reserved 8 bytes. */
export function putFixed64(writer: PageWriter, low: number, high: number): void {
  const { view, at } = writer;
  view.setUint32(at, low, true);
  view.setUint32(at + 4, high, true);
  writer.at = at + 8;
}

/** The caller has reserved 8 bytes. */
export function putDouble(writer: PageWriter, value: number): void {
  writer.view.setFloat64(writer.at, value, true);
  writer.at += 8;
}

/** A string up to this length is written by a loop if it is ASCII: a call into Node.js costs more. */
export const MAX_LOOP_LENGTH = 48;

/** A string's length and its UTF-8. Half a surrogate pair becomes U+FFFD. */
export function writeText(writer: PageWriter, text: string): void {
  const { length } = text;
  if (length <= MAX_LOOP_LENGTH) {
    writer.reserve(length + 1);
    const { buffer } = writer;
    let at = writer.at + 1;
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) break;
      buffer[at++] = code;
    }
    if (i === length) {
      buffer[writer.at] = length;
      writer.at = at;
      return;
    }
  }
  const size = Buffer.byteLength(text);
  writer.reserve(size + 5);
  putVarint(writer, size);
  writer.at += writer.buffer.write(text, writer.at, size);
}

/** A string field with a number up to 15. Nothing is written for an empty string, which is what absence means. */
export function writeTextField(writer: PageWriter, field: number, text: string): void {
  if (text === '') return;
  writer.reserve(1);
  writer.buffer[writer.at++] = field * 8 + LENGTH;
  writeText(writer, text);
}

/**
 * Begins a field of a message or of bytes with a number up to 15.
 * @param sizeBytes bytes that its length is expected to take: content moves if it takes another number
 * @returns where its length belongs, for `closeField`
 */
export function openField(writer: PageWriter, field: number, sizeBytes = 1): number {
  writer.reserve(1 + sizeBytes);
  writer.buffer[writer.at] = field * 8 + LENGTH;
  writer.at += 1 + sizeBytes;
  return writer.written - sizeBytes;
}

/** Writes the length of a field, with the same `sizeBytes` as it was begun with. */
export function closeField(writer: PageWriter, mark: number, sizeBytes = 1): void {
  const size = writer.written - mark - sizeBytes;
  if (size < 0x80 && sizeBytes === 1) {
    writer.buffer[writer.start + mark] = size;
    return;
  }
  const further = varintSize(size) - sizeBytes;
  if (further > 0) writer.reserve(further);
  const end = writer.at;
  const lengthAt = writer.start + mark;
  const contentAt = lengthAt + sizeBytes;
  if (further !== 0) writer.buffer.copyWithin(contentAt + further, contentAt, end);
  writer.at = lengthAt;
  putVarint(writer, size);
  writer.at = end + further;
}
