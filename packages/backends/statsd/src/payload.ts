/** A line, or lines that have to arrive together, of one point of a batch. */
export interface Line {
  readonly text: string;
  /** The point's number in its batch; -1 for a line that an earlier push could not send. */
  readonly point: number;
}

/** How lines are put into what is handed to the kernel at once. */
export interface Packing {
  readonly maxBytes: number;
  /** `bare`: lines with breaks between them (a datagram). `lines`: each ends in one. `frames`: the byte length before them. */
  readonly form: 'bare' | 'lines' | 'frames';
}

/** Whole lines up to a number of bytes. */
export class Payload {
  readonly #packing: Packing;
  #lines: Line[] = [];
  #bytes = 0;

  constructor(packing: Packing) {
    this.#packing = packing;
  }

  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Whether the line may stand in any payload at all. */
  takes({ text }: Line): boolean {
    return this.#cost(text) - this.#unendedBytes() <= this.#packing.maxBytes;
  }

  /** Adds the line; false where it does not fit beside what there is. */
  add(line: Line): boolean {
    const bytes = this.#bytes + this.#cost(line.text);
    if (bytes - this.#unendedBytes() > this.#packing.maxBytes) return false;
    this.#lines.push(line);
    this.#bytes = bytes;
    return true;
  }

  /** What is to be written. */
  toBuffer(): Buffer {
    const text = this.#lines.map((line) => line.text).join('\n');
    switch (this.#packing.form) {
      case 'bare':
        return Buffer.from(text);
      case 'lines':
        return Buffer.from(`${text}\n`);
      case 'frames': {
        // Datadog's stream protocol: an unsigned 32-bit little-endian length, then as many bytes as a datagram would have.
        const body = Buffer.from(text);
        const length = Buffer.alloc(4);
        length.writeUInt32LE(body.length);
        return Buffer.concat([length, body]);
      }
    }
  }

  clear(): void {
    this.#lines = [];
    this.#bytes = 0;
  }

  #cost(text: string): number {
    return Buffer.byteLength(text) + 1;
  }

  /** The break that the last line does not need. */
  #unendedBytes(): number {
    return this.#packing.form === 'lines' ? 0 : 1;
  }
}
