import { HistogramLine } from '../../store/metrics/histogram-line.js';
import type { Line } from '../../store/metrics/line.js';
import { isLive, isReporting, type MetricPart } from '../../store/metrics/metric-part.js';
import { NumberLine } from '../../store/metrics/number-line.js';
import type { Rows } from '../../store/metrics/rows.js';
import type { SourceHistory } from '../../store/metrics/source-history.js';

/** A line with the part that it belongs to. */
export interface PartLine {
  readonly part: MetricPart;
  readonly line: Line;
}

/** The intervals that an answer is about: cell `i` is from `bounds[i]`, exclusive, to `bounds[i + 1]`. */
export interface Cells {
  readonly bounds: readonly number[];
  /** Whether they are of a fixed length, and not those of a source's own reports. */
  readonly areEqual: boolean;
  /** Of which rows the numbers are taken. */
  rowsOf(history: SourceHistory): Rows;
}

/** What a line counted, by cell. */
export interface LineIncreases {
  /** Milliseconds of the cell about which something is known. */
  readonly knownMs: Float64Array;
  /** When the first of them begin and the last end, as Unix time; meaningless where none is known. */
  readonly knownFromMs: Float64Array;
  readonly knownUntilMs: Float64Array;
  /** Of a counter, or of the count of a histogram. */
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  /** Observations by bucket, as `HistogramLine.buckets` has them. */
  readonly buckets: ReadonlyMap<number, Float64Array>;
}

/** The channel that has a number in each row that the line was reported in; -1 if it never changed. */
export function presenceOf(line: Line): number {
  if (line instanceof NumberLine) return line.increases.channel;
  return line.counts.channel;
}

/**
 * The increases of a counter, histogram or summary. Each is spread evenly over the interval that it is known for: from the row before in
 * which the line was reported.
 */
export function increasesOf({ part, line }: PartLine, cells: Cells, hasBuckets = true): LineIncreases {
  const { bounds, areEqual, rowsOf } = cells;
  const size = Math.max(0, bounds.length - 1);
  const buckets = new Map<number, Float64Array>();
  const result = {
    knownMs: new Float64Array(size),
    knownFromMs: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    knownUntilMs: new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
    counts: new Float64Array(size),
    sums: new Float64Array(size),
    buckets,
  };
  const { history, sinceMs, lastMs, startMs: begunMs } = line.head;
  // Before a series began there was nothing to count.
  const isBegin = (startMs: number): boolean => areEqual && sinceMs > 0 && startMs === sinceMs && begunMs === sinceMs;
  // Nor is there after it has ended.
  const hasEnded = areEqual && !(isLive(part, line) && isReporting(part, bounds.at(-1) ?? 0));
  const isEnd = (endMs: number): boolean => hasEnded && endMs >= lastMs;
  const presence = presenceOf(line);
  if (presence < 0) {
    // Nothing was ever added.
    if (!line.isNew)
      spread(bounds, sinceMs, lastMs, (cell, share) =>
        know(result, bounds, cell, {
          startMs: sinceMs,
          endMs: lastMs,
          share,
          isBegin: isBegin(sinceMs),
          isEnd: isEnd(lastMs),
        }),
      );
    return result;
  }
  const columns: Array<readonly [number, Float64Array]> = [[presence, result.counts]];
  if (!(line instanceof NumberLine) && line.sums.channel >= 0) columns.push([line.sums.channel, result.sums]);
  if (line instanceof HistogramLine && hasBuckets) {
    for (const [bucket, channel] of line.buckets ?? []) {
      const column = new Float64Array(size);
      buckets.set(bucket, column);
      columns.push([channel, column]);
    }
  }
  const rows = rowsOf(history);
  eachInterval(rows, presence, sinceMs, (i, startMs, endMs) => {
    spread(bounds, startMs, endMs, (cell, share) => {
      know(result, bounds, cell, { startMs, endMs, share, isBegin: isBegin(startMs), isEnd: isEnd(endMs) });
      for (const [channel, column] of columns) {
        const value = rows.value(i, channel);
        if (value > 0 || value < 0) addTo(column, cell, share * value);
      }
    });
  });
  return result;
}

/** The values of a gauge by cell, NaN if unknown: the last within it, else the one before if no newer one was due. */
export function valuesOf(channel: number, part: MetricPart, line: Line, { bounds, rowsOf }: Cells): Float64Array {
  const values = new Float64Array(Math.max(0, bounds.length - 1)).fill(Number.NaN);
  if (channel < 0) return values;
  const rows = rowsOf(line.head.history);
  const heldMs = Math.max(2000, 2.5 * part.intervalMs);
  const untilMs = isLive(part, line) ? Number.POSITIVE_INFINITY : line.head.lastMs;
  let i = 0;
  let value = Number.NaN;
  let timeMs = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < values.length; cell++) {
    const endMs = bounds[cell + 1] as number;
    for (; i < rows.length && rows.endMs(i) <= endMs; i++) {
      const found = rows.value(i, channel);
      if (Number.isNaN(found)) continue;
      value = fromFloat32(found);
      timeMs = rows.endMs(i);
    }
    const isWithin = timeMs > (bounds[cell] as number);
    if (isWithin || (endMs - timeMs <= heldMs && endMs <= untilMs)) values[cell] = value;
  }
  return values;
}

/** What a number of 32 bits was before it was stored, as far as it is known: 0.1 instead of 0.10000000149. */
function fromFloat32(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(7));
}

/** The rows in which a line was reported, each with the interval that it is about. */
function eachInterval(
  rows: Rows,
  presence: number,
  sinceMs: number,
  visit: (row: number, startMs: number, endMs: number) => void,
): void {
  // The first row of a full ring began at a time that is no longer known.
  let startMs = rows.isFull ? undefined : sinceMs;
  for (let i = 0; i < rows.length; i++) {
    if (Number.isNaN(rows.value(i, presence))) {
      // A line that began after the oldest row is known from its beginning.
      if (i === 0 && sinceMs >= rows.endMs(0)) startMs = sinceMs;
      continue;
    }
    const endMs = rows.endMs(i);
    if (startMs !== undefined && endMs > startMs) visit(i, startMs, endMs);
    startMs = endMs;
  }
}

/** @param visit gets each cell that the interval is partly in, and which share of the interval is in it */
function spread(
  bounds: readonly number[],
  startMs: number,
  endMs: number,
  visit: (cell: number, share: number) => void,
): void {
  const lengthMs = endMs - startMs;
  if (!(lengthMs > 0)) return;
  for (let cell = cellAfter(bounds, startMs); cell < bounds.length - 1; cell++) {
    const cellStart = bounds[cell] as number;
    if (cellStart >= endMs) return;
    const withinMs = Math.min(endMs, bounds[cell + 1] as number) - Math.max(startMs, cellStart);
    if (withinMs > 0) visit(cell, withinMs / lengthMs);
  }
}

/** The first cell that ends after a time. */
function cellAfter(bounds: readonly number[], timeMs: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle + 1] as number) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

type Known = Pick<LineIncreases, 'knownMs' | 'knownFromMs' | 'knownUntilMs'>;

interface Interval {
  readonly startMs: number;
  readonly endMs: number;
  /** Which share of it is in the cell. */
  readonly share: number;
  /** Whether its series began with it. */
  readonly isBegin: boolean;
  /** Whether its series has ended with it. */
  readonly isEnd: boolean;
}

function know(
  { knownMs, knownFromMs, knownUntilMs }: Known,
  bounds: readonly number[],
  cell: number,
  { startMs, endMs, share, isBegin, isEnd }: Interval,
): void {
  addTo(knownMs, cell, share * (endMs - startMs));
  const cellStartMs = bounds[cell] as number;
  const cellEndMs = bounds[cell + 1] as number;
  const fromMs = isBegin ? cellStartMs : Math.max(startMs, cellStartMs);
  const untilMs = isEnd ? cellEndMs : Math.min(endMs, cellEndMs);
  knownFromMs[cell] = Math.min(knownFromMs[cell] as number, fromMs);
  knownUntilMs[cell] = Math.max(knownUntilMs[cell] as number, untilMs);
}

/**
 * Milliseconds of a cell that are known of several lines together: from the first that one knows to the last. Processes may run side by side or
 * one after the other.
 */
export function knownTogether(all: readonly LineIncreases[], cell: number): number {
  let fromMs = Number.POSITIVE_INFINITY;
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const { knownMs, knownFromMs, knownUntilMs } of all) {
    if (!((knownMs[cell] as number) > 0)) continue;
    fromMs = Math.min(fromMs, knownFromMs[cell] as number);
    untilMs = Math.max(untilMs, knownUntilMs[cell] as number);
  }
  return Math.max(0, untilMs - fromMs);
}

function addTo(column: Float64Array, cell: number, by: number): void {
  column[cell] = (column[cell] as number) + by;
}
