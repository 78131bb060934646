/** A line of one point, or lines that must arrive together. */
export interface Line {
  readonly text: string;
  /** The point's number in its batch; -1 for a line that an earlier push could not send. */
  readonly point: number;
}

/** How lines are packed into one datagram or write. */
export interface Packing {
  readonly maxBytes: number;
  /** `bare`: lines separated by line breaks (a datagram). `lines`: each line ends with a line break. `frames`: the byte length precedes the lines. */
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

  /** Whether the line fits into an empty payload. */
  takes({ text }: Line): boolean {
    return this.#cost(text) - this.#unendedBytes() <= this.#packing.maxBytes;
  }

  /** Adds the line. Returns false if it does not fit any more. */
  add(line: Line): boolean {
    const bytes = this.#bytes + this.#cost(line.text);
    if (bytes - this.#unendedBytes() > this.#packing.maxBytes) return false;
    this.#lines.push(line);
    this.#bytes = bytes;
    return true;
  }

  /** The bytes to send. */
  toBuffer(): Buffer {
    const text = this.#lines.map((line) => line.text).join('\n');
    switch (this.#packing.form) {
      case 'bare':
        return Buffer.from(text);
      case 'lines':
        return Buffer.from(`${text}\n`);
      case 'frames': {
        // Datadog's stream protocol: an unsigned 32-bit little-endian length, then the bytes of a datagram.
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

  /** The last line needs no line break. */
  #unendedBytes(): number {
    return this.#packing.form === 'lines' ? 0 : 1;
  }
}
