/**
 * Numbers for many series: `width` of them a row, in chunks that are never moved, so that a bound series can keep its
 * chunk. Chunks hold 8, 16, 32, 64, 128 and then always 256 rows: a metric with one series stays small, and growth copies
 * nothing.
 */
export class Slab {
  readonly width: number;
  readonly chunks: Float64Array[] = [];

  constructor(width: number) {
    this.width = width;
  }

  /** Makes room for `row`, and zeroes it. */
  reset(row: number): void {
    const index = chunkIndex(row);
    const chunk = this.chunks[index];
    if (chunk === undefined) {
      this.chunks[index] = new Float64Array(chunkRows(index) * this.width);
    } else {
      const first = rowInChunk(row) * this.width;
      chunk.fill(0, first, first + this.width);
    }
  }

  chunkOf(row: number): Float64Array {
    return this.chunks[chunkIndex(row)] as Float64Array; // every row handed out was reset first
  }

  offsetOf(row: number): number {
    return rowInChunk(row) * this.width;
  }

  /** Copies column `column` of the given rows. */
  copyColumn(rows: Uint32Array, column: number): Float64Array {
    const copy = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      copy[i] = this.chunkOf(row)[this.offsetOf(row) + column] as number;
    }
    return copy;
  }

  /** Copies columns `from` and up of the given rows, row after row. */
  copyColumns(rows: Uint32Array, from: number): Float64Array {
    const width = this.width - from;
    const copy = new Float64Array(rows.length * width);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const first = this.offsetOf(row) + from;
      const chunk = this.chunkOf(row);
      for (let k = 0; k < width; k++) copy[i * width + k] = chunk[first + k] as number;
    }
    return copy;
  }
}

/** Stands for the numbers of a series that has ended: adding to it gives NaN, which sends a recording down the slow path. */
export const ENDED: Float64Array = new Float64Array(1).fill(Number.NaN);

function chunkIndex(row: number): number {
  const shifted = row + 8;
  return shifted < 256 ? 28 - Math.clz32(shifted) : (shifted >> 8) + 4;
}

function rowInChunk(row: number): number {
  const shifted = row + 8;
  return shifted < 256 ? shifted - (8 << (28 - Math.clz32(shifted))) : shifted & 255;
}

function chunkRows(index: number): number {
  return index < 5 ? 8 << index : 256;
}
