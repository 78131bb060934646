import type { Field, FieldType, MessageFields } from './fields.js';
import { splitTime, wholeNumber } from './whole-number.js';

/** A message in protobuf's wire format. Every field that is not `undefined` is written, 0 too. */
export function protobufOf(message: object, fields: MessageFields): Uint8Array {
  const writer = new BackwardWriter();
  writeMessage(writer, message, fields);
  return writer.finish();
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

// From the last field to the first: a message's length is then known when it has to be written, and nothing is copied.
function writeMessage(writer: BackwardWriter, message: object, fields: MessageFields): void {
  for (let f = fields.length - 1; f >= 0; f--) {
    const field = fields[f] as Field;
    const value = (message as Readonly<Record<string, unknown>>)[field.name];
    if (value === undefined) continue;
    if (!field.isList) {
      writeField(writer, field, value);
      continue;
    }
    const elements = value as readonly unknown[];
    for (let i = elements.length - 1; i >= 0; i--) writeField(writer, field, elements[i]);
  }
}

function writeField(writer: BackwardWriter, { number, type }: Field, value: unknown): void {
  if (typeof type !== 'string') {
    const end = writer.written;
    writeMessage(writer, value as object, type);
    writer.varint(writer.written - end);
    writer.varint(number * 8 + LENGTH);
    return;
  }
  writer.varint(number * 8 + writeScalar(writer, type, value));
}

/** @returns the wire type */
function writeScalar(writer: BackwardWriter, type: FieldType, value: unknown): number {
  switch (type) {
    case 'bool':
      writer.varint(value === true ? 1 : 0);
      return VARINT;
    case 'enum':
      writer.varint(value as number);
      return VARINT;
    case 'int64':
      writer.int64(value as number);
      return VARINT;
    case 'sint32':
      writer.varint((((value as number) << 1) ^ ((value as number) >> 31)) >>> 0);
      return VARINT;
    case 'double':
      writer.double(value as number);
      return FIXED64;
    case 'fixed64':
      writer.fixed64(wholeNumber(value as number));
      return FIXED64;
    case 'time':
      writer.nanoseconds(value as number);
      return FIXED64;
    default: {
      const end = writer.written;
      writeBytes(writer, type, value);
      writer.varint(writer.written - end);
      return LENGTH;
    }
  }
}

function writeBytes(writer: BackwardWriter, type: FieldType, value: unknown): void {
  if (type === 'string') return writer.text(value as string, 'utf8');
  if (type === 'hex') return writer.text(value as string, 'hex');
  const numbers = value as readonly number[];
  for (let i = numbers.length - 1; i >= 0; i--) {
    const number = numbers[i] as number;
    if (type === 'double[]') writer.double(number);
    else if (type === 'fixed64[]') writer.fixed64(wholeNumber(number));
    else writer.varint(wholeNumber(number));
  }
}

/** Fills a buffer from its end. */
class BackwardWriter {
  #buffer = Buffer.allocUnsafe(16_384);
  #at = 16_384;

  get written(): number {
    return this.#buffer.length - this.#at;
  }

  finish(): Uint8Array {
    return this.#buffer.subarray(this.#at);
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    if (value < 0x80) {
      this.#take(1);
      this.#buffer[this.#at] = value;
      return;
    }
    let size = 1;
    for (let left = value; left >= 0x80; left = Math.floor(left / 0x80)) size++;
    this.#take(size);
    let left = value;
    for (let i = 0; i < size; i++) {
      this.#buffer[this.#at + i] = (left % 0x80) + (i < size - 1 ? 0x80 : 0);
      left = Math.floor(left / 0x80);
    }
  }

  int64(value: number): void {
    let left = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
    bytes.push(Number(left));
    this.#take(bytes.length);
    this.#buffer.set(bytes, this.#at);
  }

  double(value: number): void {
    this.#take(8);
    this.#buffer.writeDoubleLE(value, this.#at);
  }

  fixed64(value: number): void {
    this.#take(8);
    this.#buffer.writeUInt32LE(value % 2 ** 32, this.#at);
    this.#buffer.writeUInt32LE(Math.floor(value / 2 ** 32) % 2 ** 32, this.#at + 4);
  }

  /** In two halves: nanoseconds since 1970 are beyond what a number holds exactly. */
  nanoseconds(timeMs: number): void {
    const [wholeMs, nanos] = splitTime(timeMs);
    const low = (wholeMs % 2 ** 32) * 1e6 + nanos;
    const high = Math.floor(wholeMs / 2 ** 32) * 1e6 + Math.floor(low / 2 ** 32);
    this.#take(8);
    this.#buffer.writeUInt32LE(low % 2 ** 32, this.#at);
    this.#buffer.writeUInt32LE(high % 2 ** 32, this.#at + 4);
  }

  text(text: string, encoding: 'utf8' | 'hex'): void {
    const size = Buffer.byteLength(text, encoding);
    this.#take(size);
    this.#buffer.write(text, this.#at, size, encoding);
  }

  #take(size: number): void {
    if (this.#at < size) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.written + size));
      const at = larger.length - this.written;
      this.#buffer.copy(larger, at, this.#at);
      this.#buffer = larger;
      this.#at = at;
    }
    this.#at -= size;
  }
}
