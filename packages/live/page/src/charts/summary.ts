import type { Format } from '../format/unit.js';

export interface ChartSeries {
  readonly name: string;
  readonly values: ReadonlyArray<number | null>;
}

/** What a chart shows, in words: for each series the newest, the smallest and the largest value. */
export function chartSummary(series: readonly ChartSeries[], format: Format): string {
  const sentences = series.slice(0, maxNamed).map(({ name, values }) => {
    const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
    if (known.length === 0) return `${name}: no data.`;
    const newest = lastKnown(values);
    const now = newest === null ? 'nothing now' : `now ${format(newest)}`;
    return `${name}: ${now}, from ${format(smallest(known))} to ${format(largest(known))}.`;
  });
  const others = series.length - maxNamed;
  return [...sentences, ...(others > 0 ? [`And ${others} more.`] : [])].join(' ');
}

/** The value of the last interval, or of the one before, whose data may have come already. */
export function lastKnown(values: ReadonlyArray<number | null>): number | null {
  return values.at(-1) ?? values.at(-2) ?? null;
}

const maxNamed = 6;

function smallest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

export interface ChartRow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly values: ReadonlyArray<number | null>;
}

/** At most `maxRows` rows of a table of the chart: every nth interval, the newest first. */
export function chartRows(
  timesMs: readonly number[],
  series: readonly ChartSeries[],
  maxRows: number,
): readonly ChartRow[] {
  const step = Math.max(1, Math.ceil(timesMs.length / maxRows));
  const rows = [];
  for (let index = timesMs.length - 1; index >= 0; index -= step) {
    const untilMs = timesMs[index] ?? 0;
    const fromMs = timesMs[Math.max(0, index - step)] ?? untilMs;
    rows.push({
      fromMs: fromMs < untilMs ? fromMs : untilMs - 1000,
      untilMs,
      values: series.map(({ values }) => values[index] ?? null),
    });
  }
  return rows;
}
