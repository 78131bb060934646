/**
 * Numbers of many series in one array, `width` numbers per row. It grows by half, which keeps growing cheap per series. A
 * snapshot is one pass over it.
 */
export class Slab {
  readonly width: number;
  numbers: Float64Array;

  constructor(width: number) {
    this.width = width;
    this.numbers = new Float64Array(width);
  }

  /** Makes room for `row`, and zeroes it. */
  reset(row: number): void {
    const first = row * this.width;
    if (first >= this.numbers.length) {
      const rows = Math.max(row + 1, Math.ceil((this.numbers.length / this.width) * 1.5));
      const grown = new Float64Array(rows * this.width);
      grown.set(this.numbers);
      this.numbers = grown;
    } else {
      this.numbers.fill(0, first, first + this.width);
    }
  }

  /** Copies column `column` of the given rows. */
  copyColumn(rows: Uint32Array, column: number): Float64Array {
    const copy = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) copy[i] = this.numbers[(rows[i] as number) * this.width + column] as number;
    return copy;
  }

  /** Copies columns `from` and up of the given rows, row after row. */
  copyColumns(rows: Uint32Array, from: number): Float64Array {
    const width = this.width - from;
    const copy = new Float64Array(rows.length * width);
    for (let i = 0; i < rows.length; i++) {
      const first = (rows[i] as number) * this.width + from;
      for (let k = 0; k < width; k++) copy[i * width + k] = this.numbers[first + k] as number;
    }
    return copy;
  }
}
