import { NestedLimits } from './nested-limits.js';
import type { EncodedRecord } from './record-encoder.js';
import { varintSize } from './varint-size.js';

/** The bytes of a record within a page. */
export class PagedRecord<S> implements EncodedRecord {
  readonly scope: S;
  readonly page: Buffer;
  readonly start: number;
  readonly size: number;

  constructor(scope: S, page: Buffer, start: number, size: number) {
    this.scope = scope;
    this.page = page;
    this.start = start;
    this.size = size;
  }
}

/**
 * A buffer per record would cost more than the encoding of most: records share pages of this size. A record keeps its page alive, so a
 * queue of records holds at most one page more than they need.
 */
export const PAGE_BYTES = 65_536;
/** Records above this size get a buffer of exactly their size: at most an eighth of a page is left empty at its end. */
export const MAX_PAGED_BYTES: number = PAGE_BYTES / 8;
/** A collector accepts 4 to 64 MiB in a request. */
export const MAX_RECORD_BYTES = 67_108_864;

/**
 * Writes records one after the other into pages. `buffer` and `at` are read and moved by the functions that write; `reserve` comes
 * before them. One record at a time.
 */
export class PageWriter {
  buffer: Buffer = none;
  /** Of the same bytes. */
  view: DataView = noView;
  at = 0;
  readonly nested: NestedLimits = new NestedLimits();
  readonly #field: number | undefined;
  readonly #maxBytes: number;
  #start = 0;

  /** @param field the number of the field, up to 15, that each record is in a protobuf message; `undefined` to write records as they are */
  constructor(field: number | undefined, maxBytes: number = MAX_RECORD_BYTES) {
    this.#field = field;
    this.#maxBytes = maxBytes;
  }

  /** Begins a record. */
  begin(): void {
    this.nested.begin();
    this.at = this.#start;
    if (this.#field === undefined) return;
    this.reserve(MAX_HEAD_BYTES);
    this.at += MAX_HEAD_BYTES;
  }

  /** Ends the record that was begun. */
  finish<S>(scope: S): PagedRecord<S> {
    const bodyAt = this.#field === undefined ? this.#start : this.#start + MAX_HEAD_BYTES;
    const bodySize = this.at - bodyAt;
    const size = bodySize + this.#headSize(bodySize);
    if (size > MAX_PAGED_BYTES || this.buffer.length > PAGE_BYTES) {
      const own = Buffer.allocUnsafeSlow(size);
      this.buffer.copy(own, size - bodySize, bodyAt, this.at);
      this.#writeHead(own, 0, bodySize);
      this.discard();
      return new PagedRecord(scope, own, 0, size);
    }
    // A short head leaves a byte before it empty, for nothing to be moved.
    const start = this.at - size;
    this.#writeHead(this.buffer, start, bodySize);
    this.#start = this.at;
    return new PagedRecord(scope, this.buffer, start, size);
  }

  /** Discards an unfinished record, and a buffer that only such a large record needed. */
  discard(): void {
    if (this.buffer.length > PAGE_BYTES) {
      this.buffer = none;
      this.view = noView;
      this.#start = 0;
    }
    this.at = this.#start;
  }

  /** Makes room for that many more bytes. `buffer` may be another one afterwards. */
  reserve(bytes: number): void {
    if (this.at + bytes > this.buffer.length) this.#grow(bytes);
  }

  /** Bytes of the record up to now. Positions move when the record moves to another page; their distance from here does not. */
  get written(): number {
    return this.at - this.#start;
  }

  /** Where the record begins in `buffer`. */
  get start(): number {
    return this.#start;
  }

  #headSize(bodySize: number): number {
    if (this.#field === undefined) return 0;
    return 1 + varintSize(bodySize);
  }

  #writeHead(buffer: Buffer, start: number, bodySize: number): void {
    if (this.#field === undefined) return;
    let at = start;
    let left = bodySize;
    buffer[at++] = this.#field * 8 + 2;
    for (; left > 0x7f; left >>>= 7) buffer[at++] = (left & 0x7f) | 0x80;
    buffer[at] = left;
  }

  #grow(bytes: number): void {
    const written = this.written;
    const needed = written + bytes;
    if (needed > this.#maxBytes) {
      throw new RangeError(`[otlp] A record is larger than ${this.#maxBytes} bytes. Limit the length of its values.`);
    }
    const size = needed <= PAGE_BYTES ? PAGE_BYTES : Math.min(this.#maxBytes, 2 * needed);
    const larger = Buffer.allocUnsafeSlow(size);
    this.buffer.copy(larger, 0, this.#start, this.at);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
    this.#start = 0;
    this.at = written;
  }
}

/** A tag, and a length up to `MAX_PAGED_BYTES`. */
const MAX_HEAD_BYTES = 3;
const none = Buffer.alloc(0);
const noView = new DataView(new ArrayBuffer(0));
