import { OtlpDecodeError } from './decode-error.js';
import { internedText } from './interned-text.js';

/**
 * Reads a protobuf message field by field, never beyond its end. A caller loops over `tag()` while there is `more`, reads what it knows,
 * and passes everything else to `skip`. A known field with another wire type is unknown, as protobuf has it.
 */
export class ProtobufReader {
  readonly bytes: Buffer;
  at = 0;
  /** The end of the message that is being read. */
  #end: number;
  /** Of the latest `fixed64` or `varint64`. */
  low = 0;
  high = 0;
  /** Of the latest `time`. */
  seconds = 0;
  nanos = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#end = bytes.length;
  }

  get more(): boolean {
    return this.at < this.#end;
  }

  /** Field number times 8, plus wire type. */
  tag(): number {
    let tag = this.bytes[this.at] as number;
    if (tag < 0x80) this.at++;
    else {
      this.varint64();
      tag = this.high === 0 ? this.low : 0;
    }
    if (tag < 8) throw this.#malformed('a field has a number that none can have');
    return tag;
  }

  /** Enters a message, or a packed list, whose length comes next. @returns what `leave` needs */
  enter(): number {
    const size = this.#length();
    const outer = this.#end;
    this.#end = this.at + size;
    return outer;
  }

  leave(outer: number): void {
    this.at = this.#end;
    this.#end = outer;
  }

  /** Begins the current message anew, for another pass over its fields. */
  rewind(at: number): void {
    this.at = at;
  }

  /** Passes over a field that its reader does not know. Groups are refused: OTLP has none, and they nest without a limit. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint64();
        return;
      case 1:
        return this.#advance(8);
      case 2:
        return this.#advance(this.#length());
      case 5:
        return this.#advance(4);
      case 3:
      case 4:
        throw this.#malformed('it has a group');
      default:
        throw this.#malformed(`a field has the wire type ${tag & 7}`);
    }
  }

  /** A varint's lower 32 bits. */
  uint32(): number {
    const { bytes, at } = this;
    const first = bytes[at] as number;
    if (at < this.#end && first < 0x80) {
      this.at = at + 1;
      return first;
    }
    this.varint64();
    return this.low;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    this.varint64();
    return this.low !== 0 || this.high !== 0;
  }

  /** Sets `low` and `high`. */
  varint64(): void {
    const { bytes } = this;
    const end = this.#end;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.at >= end) throw this.#truncated();
      const byte = bytes[this.at++] as number;
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw this.#malformed('a number has more than 10 bytes');
  }

  /** An int64 as a number, or as a bigint if no number holds it exactly. */
  int64(): number | bigint {
    this.varint64();
    return signed(this.low, this.high);
  }

  sfixed64(): number | bigint {
    this.fixed64();
    return signed(this.low, this.high);
  }

  /** A varint of 64 bits; above 2^53 the nearest double. */
  uint64Number(): number {
    this.varint64();
    return this.high * 2 ** 32 + this.low;
  }

  fixed64Number(): number {
    this.fixed64();
    return this.high * 2 ** 32 + this.low;
  }

  /** Sets `low` and `high`. */
  fixed64(): void {
    const at = this.at;
    this.#advance(8);
    const { bytes } = this;
    this.low = word(bytes, at);
    this.high = word(bytes, at + 4);
  }

  fixed32(): number {
    const at = this.at;
    this.#advance(4);
    return word(this.bytes, at);
  }

  double(): number {
    const at = this.at;
    this.#advance(8);
    return this.bytes.readDoubleLE(at);
  }

  /** A fixed64 of nanoseconds since 1970. Sets `seconds` and `nanos`. */
  time(): void {
    this.fixed64();
    const { low, high } = this;
    // The quotient of doubles may be one off; the remainder is exact modulo 2^32, and says so.
    let seconds = Math.floor((high * 2 ** 32 + low) / 1e9);
    let nanos = (low - Math.imul(seconds, 1e9)) | 0;
    if (nanos < 0) {
      seconds--;
      nanos += 1e9;
    } else if (nanos >= 1e9) {
      seconds++;
      nanos -= 1e9;
    }
    this.seconds = seconds;
    this.nanos = nanos;
  }

  /** A string of up to that many bytes; `cut` is called for a longer one, which is cut between two characters. */
  text(maxBytes: number, cut: () => void): string {
    const size = this.#length();
    const start = this.at;
    this.at = start + size;
    if (size <= maxBytes) return internedText(this.bytes, start, this.at);
    cut();
    let end = start + maxBytes;
    while (end > start && ((this.bytes[end] as number) & 0xc0) === 0x80) end--;
    return this.bytes.toString('utf8', start, end);
  }

  /** The bytes of a field, copied. */
  copied(maxBytes: number, cut: () => void): Uint8Array {
    const size = this.#length();
    const start = this.at;
    this.at = start + size;
    if (size > maxBytes) cut();
    return Uint8Array.from(this.bytes.subarray(start, start + Math.min(size, maxBytes)));
  }

  /** The bytes of a field as hexadecimal digits. Ids have 8 or 16 bytes; of a longer field the first 16 are read. */
  hex(): string {
    const size = this.#length();
    const start = this.at;
    this.at = start + size;
    return size === 0 ? '' : this.bytes.toString('hex', start, start + Math.min(size, 16));
  }

  #length(): number {
    const { at } = this;
    const first = this.bytes[at] as number;
    let size = first;
    if (at < this.#end && first < 0x80) this.at = at + 1;
    else {
      this.varint64();
      size = this.high * 2 ** 32 + this.low;
    }
    if (this.at + size > this.#end) throw this.#truncated();
    return size;
  }

  #advance(size: number): void {
    if (this.at + size > this.#end) throw this.#truncated();
    this.at += size;
  }

  #truncated(): OtlpDecodeError {
    const within = this.#end === this.bytes.length ? '' : ' of a message within it';
    return new OtlpDecodeError(
      'truncated',
      `a field at byte ${this.at} goes beyond the end${within}, byte ${this.#end}`,
    );
  }

  #malformed(what: string): OtlpDecodeError {
    return new OtlpDecodeError('malformed', `${what}, before byte ${this.at}`);
  }
}

function word(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}

function signed(low: number, high: number): number | bigint {
  const upper = high | 0;
  const value = upper * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(upper) << 32n) | BigInt(low);
}
