import type {
  CounterSnapshot,
  ExponentialPoint,
  FamilySnapshot,
  HistogramSnapshot,
  SummarySnapshot,
} from './family-snapshot.js';

/** A family whose numbers can be subtracted. */
export type Cumulative = CounterSnapshot | HistogramSnapshot | SummarySnapshot;

/** Numbers of a family by point, `width` numbers per point. */
export interface Column {
  readonly numbers: Float64Array;
  readonly width: number;
}

/** The numbers that grow. Each kind has the same columns; the last column holds numbers that never fall. */
export function columnsOf(family: Cumulative): readonly [Column, ...Column[]] {
  switch (family.kind) {
    case 'counter':
      return [{ numbers: family.values, width: 1 }];
    case 'histogram':
      return [
        { numbers: family.sums, width: 1 },
        { numbers: family.bucketCounts, width: family.bounds.length + 1 },
      ];
    case 'summary':
      return [
        { numbers: family.sums, width: 1 },
        { numbers: family.counts, width: 1 },
      ];
  }
}

/** The family with other numbers, or only some of its points (`picked`, by index). */
export function withNumbers(
  family: Cumulative,
  columns: ReadonlyArray<Float64Array>,
  exponential: readonly ExponentialPoint[] | undefined,
  picked: Uint32Array | undefined,
): FamilySnapshot {
  const pick = (numbers: Float64Array, width: number): Float64Array =>
    picked === undefined ? numbers : gather(numbers, picked, width);
  const size = picked?.length ?? family.size;
  const rows = picked === undefined ? family.rows : picked.map((i) => family.rows[i] as number);
  const first = columns[0] as Float64Array;
  const last = columns.at(-1) as Float64Array;
  switch (family.kind) {
    case 'counter':
      return { ...family, size, rows, values: pick(first, 1), exemplars: repick(family.exemplars, picked, 1) };
    case 'histogram': {
      const width = family.bounds.length + 1;
      return {
        ...family,
        size,
        rows,
        sums: pick(first, 1),
        bucketCounts: pick(last, width),
        exponential:
          picked === undefined
            ? exponential
            : exponential && Array.from(picked, (i) => exponential[i] as ExponentialPoint),
        exemplars: repick(family.exemplars, picked, width),
      };
    }
    case 'summary':
      return {
        ...family,
        size,
        rows,
        quantileValues: pick(family.quantileValues, family.quantiles.length),
        sums: pick(first, 1),
        counts: pick(last, 1),
      };
  }
}

export function labelValuesAt({ labelNames, labelValues, rows }: FamilySnapshot, i: number): string[] {
  const first = (rows[i] as number) * labelNames.length;
  return labelValues.slice(first, first + labelNames.length);
}

function gather(numbers: Float64Array, picked: Uint32Array, width: number): Float64Array {
  const gathered = new Float64Array(picked.length * width);
  for (let k = 0; k < picked.length; k++) {
    const from = (picked[k] as number) * width;
    for (let c = 0; c < width; c++) gathered[k * width + c] = numbers[from + c] as number;
  }
  return gathered;
}

function repick<T>(
  byPoint: ReadonlyMap<number, T> | undefined,
  picked: Uint32Array | undefined,
  width: number,
): ReadonlyMap<number, T> | undefined {
  if (byPoint === undefined || picked === undefined) return byPoint;
  const repicked = new Map<number, T>();
  picked.forEach((i, k) => {
    for (let c = 0; c < width; c++) {
      const value = byPoint.get(i * width + c);
      if (value !== undefined) repicked.set(k * width + c, value);
    }
  });
  return repicked;
}
