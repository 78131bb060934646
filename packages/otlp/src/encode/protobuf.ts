import type { Field, FieldType, MessageFields } from './fields.js';
import type { PointAttributes } from './message.js';
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

// From the last field to the first: the length of a message is then known before it is written, and nothing is copied.
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
  if (type === 'attributes') return writeAttributes(writer, number, value as PointAttributes);
  if (typeof type !== 'string') {
    const end = writer.written;
    writeMessage(writer, value as object, type);
    writer.varint(writer.written - end);
    writer.varint(number * 8 + LENGTH);
    return;
  }
  writer.varint(number * 8 + writeScalar(writer, type, value));
}

/** KeyValue { key = 1, value = 2 } with AnyValue { string_value = 1 } or { int_value = 3 }. */
function writeAttributes(writer: BackwardWriter, number: number, namesAndValues: PointAttributes): void {
  for (let i = namesAndValues.length - 2; i >= 0; i -= 2) {
    const end = writer.written;
    const value = namesAndValues[i + 1] ?? '';
    if (typeof value === 'string') writeText(writer, 1, value);
    else {
      writer.int64(value);
      writer.varint(3 * 8 + VARINT);
    }
    writer.varint(writer.written - end);
    writer.varint(2 * 8 + LENGTH);
    writeText(writer, 1, namesAndValues[i] as string);
    writer.varint(writer.written - end);
    writer.varint(number * 8 + LENGTH);
  }
}

function writeText(writer: BackwardWriter, number: number, text: string): void {
  const end = writer.written;
  writer.text(text);
  writer.varint(writer.written - end);
  writer.varint(number * 8 + LENGTH);
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
  if (type === 'string') return writer.text(value as string);
  if (type === 'hex') return writer.hex(value as string);
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
  #buffer = Buffer.allocUnsafeSlow(65_536);
  #view = new DataView(this.#buffer.buffer);
  #at = 65_536;
  #latest = new WrittenTime();
  #latestOther = new WrittenTime();

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
    this.#view.setFloat64(this.#at, value, true);
  }

  fixed64(value: number): void {
    this.#halves(value % 2 ** 32, Math.floor(value / 2 ** 32));
  }

  /** Caches two times: most points share their start and read time. */
  nanoseconds(timeMs: number): void {
    if (timeMs !== this.#latest.timeMs) [this.#latest, this.#latestOther] = [this.#latestOther, this.#latest];
    if (timeMs !== this.#latest.timeMs) this.#latest.set(timeMs);
    this.#halves(this.#latest.low, this.#latest.high);
  }

  text(text: string): void {
    const { length } = text;
    // For a short string a call into Node.js costs more than a loop.
    if (length <= 40 && this.#ascii(text)) return;
    const size = Buffer.byteLength(text);
    this.#take(size);
    this.#buffer.write(text, this.#at, size);
  }

  hex(text: string): void {
    this.#take(text.length / 2);
    this.#buffer.write(text, this.#at, 'hex');
  }

  /** @returns whether the string is ASCII; nothing is written otherwise */
  #ascii(text: string): boolean {
    const { length } = text;
    this.#take(length);
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.#at += length;
        return false;
      }
      this.#buffer[this.#at + i] = code;
    }
    return true;
  }

  #halves(low: number, high: number): void {
    this.#take(8);
    this.#view.setUint32(this.#at, low, true);
    this.#view.setUint32(this.#at + 4, high, true);
  }

  #take(size: number): void {
    if (this.#at < size) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.written + size));
      const at = larger.length - this.written;
      this.#buffer.copy(larger, at, this.#at);
      this.#buffer = larger;
      this.#view = new DataView(larger.buffer);
      this.#at = at;
    }
    this.#at -= size;
  }
}

/** Nanoseconds since 1970 as two 32-bit halves, because a number cannot hold them exactly. */
class WrittenTime {
  timeMs = Number.NaN;
  low = 0;
  high = 0;

  set(timeMs: number): void {
    const [wholeMs, nanos] = splitTime(timeMs);
    const low = (wholeMs % 2 ** 32) * 1e6 + nanos;
    this.timeMs = timeMs;
    this.low = low % 2 ** 32;
    this.high = (Math.floor(wholeMs / 2 ** 32) * 1e6 + Math.floor(low / 2 ** 32)) % 2 ** 32;
  }
}
