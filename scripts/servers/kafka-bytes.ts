/** Reads the primitive types of Kafka's protocol, of which null is read as empty. */
export class KafkaReader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Returns where it was. */
  skip(length: number): number {
    this.#at += length;
    return this.#at - length;
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.skip(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.skip(4));
  }

  /** The length of the array that follows. */
  peekInt32(): number {
    return this.#bytes.readInt32BE(this.#at);
  }

  int64(): number {
    return Number(this.#bytes.readBigInt64BE(this.skip(8)));
  }

  string(): string {
    const length = Math.max(this.int16(), 0);
    const from = this.skip(length);
    return this.#bytes.toString('utf8', from, from + length);
  }

  bytes(): Buffer {
    const length = Math.max(this.int32(), 0);
    const from = this.skip(length);
    return Buffer.from(this.#bytes.subarray(from, from + length));
  }

  array<T>(read: () => T): readonly T[] {
    return Array.from({ length: Math.max(this.int32(), 0) }, read);
  }
}

/** Writes the primitive types of Kafka's protocol. */
export class KafkaWriter {
  readonly #parts: Buffer[] = [];

  #put(length: number, write: (part: Buffer) => void): this {
    const part = Buffer.alloc(length);
    write(part);
    this.#parts.push(part);
    return this;
  }

  int16(value: number): this {
    return this.#put(2, (part) => part.writeInt16BE(value));
  }

  int32(value: number): this {
    return this.#put(4, (part) => part.writeInt32BE(value));
  }

  int64(value: number): this {
    return this.#put(8, (part) => part.writeBigInt64BE(BigInt(value)));
  }

  string(value: string): this {
    this.int16(Buffer.byteLength(value));
    this.#parts.push(Buffer.from(value));
    return this;
  }

  bytes(value: Buffer): this {
    this.int32(value.length);
    this.#parts.push(value);
    return this;
  }

  /** All of it, with its size before. */
  framed(): Buffer {
    const body = Buffer.concat(this.#parts);
    const size = Buffer.alloc(4);
    size.writeInt32BE(body.length);
    return Buffer.concat([size, body]);
  }
}
