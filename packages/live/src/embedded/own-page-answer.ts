import { isRecord } from '@sightline/base';
import { textCleaner } from '../broadcaster/clean-text.js';
import { keptPayload } from '../broadcaster/kept-payload.js';
import { PayloadKeys } from '../broadcaster/payload-keys.js';
import type { OwnPageAnswer } from '../model/answers.js';
import { ApiError } from '../model/api.js';

/**
 * What a function of the service gave, as the page shows it: bounded, masked, and without what cannot be shown. Throws an `ApiError` for
 * anything else than rows or a chart.
 */
export function ownPageAnswer(title: string, given: unknown): OwnPageAnswer {
  if (Array.isArray(given)) return rowsOf(title, given);
  if (isRecord(given) && Array.isArray(given['timesMs']) && isRecord(given['series'])) {
    return chartOf(title, given['timesMs'], given['series'], given['unit']);
  }
  throw wrongPage(title);
}

function wrongPage(title: string): ApiError {
  return new ApiError(
    422,
    `Page "${title}" gave neither rows, an array of objects, nor a chart, an object with timesMs (numbers) and series.`,
  );
}

type Cell = string | number | boolean | null;

function rowsOf(title: string, given: readonly unknown[]): OwnPageAnswer {
  const columns = new Set<string>();
  const kept = given.slice(0, MAX_ROWS).map((row) => {
    if (!isRecord(row)) throw wrongPage(title);
    // A row may have any number of members: their names are a list as long.
    for (const name of columns.size < MAX_COLUMNS ? Object.keys(row) : []) {
      if (columns.size < MAX_COLUMNS) columns.add(name);
    }
    return row;
  });
  const rows: Cell[][] = [];
  let length = 0;
  for (const row of kept) {
    if (length > MAX_LENGTH) break;
    const cells = [...columns].map((column) => cellOf(column, row[column]));
    for (const cell of cells) length += typeof cell === 'string' ? cell.length : SHORT;
    rows.push(cells);
  }
  return {
    kind: 'rows',
    columns: [...columns].map(shortText),
    rows,
    moreRows: given.length - rows.length,
  };
}

function cellOf(column: string, value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (keys.isSecret(column, value)) return '***';
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return shortText(value);
  const { json } = keptPayload(value, MAX_TEXT, keys, cleaner);
  const shown: unknown = JSON.parse(json);
  return typeof shown === 'string' ? shown : json;
}

function shortText(text: string): string {
  return cleaner.short(text, MAX_TEXT);
}

const cleaner = textCleaner(() => false);
const keys = new PayloadKeys(cleaner, () => false);

function chartOf(
  title: string,
  times: readonly unknown[],
  series: Readonly<Record<string, unknown>>,
  unit: unknown,
): OwnPageAnswer {
  const timesMs = times.slice(-MAX_POINTS).map((time) => {
    if (typeof time !== 'number' || !Number.isFinite(time)) throw wrongPage(title);
    return time;
  });
  return {
    kind: 'chart',
    unit: typeof unit === 'string' ? shortText(unit) : null,
    timesMs,
    series: Object.keys(series)
      .slice(0, MAX_SERIES)
      .map((name) => ({ name: shortText(name), values: valuesOf(series[name], timesMs.length) })),
  };
}

/** The last `count` values, one for each time. */
function valuesOf(given: unknown, count: number): ReadonlyArray<number | null> {
  const values = Array.isArray(given) ? given.slice(-count) : [];
  return Array.from({ length: count }, (_, i) => {
    const value: unknown = values[i];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  });
}

const MAX_ROWS = 1000;
const MAX_COLUMNS = 30;
const MAX_TEXT = 500;
/** Of all cells together, in characters. */
const MAX_LENGTH = 1_000_000;
/** A cell that is no text. */
const SHORT = 8;
const MAX_POINTS = 5000;
const MAX_SERIES = 20;
