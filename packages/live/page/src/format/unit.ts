import { formatBytes } from './bytes.js';
import { cutMiddle } from './cut-middle.js';
import { formatDuration } from './duration.js';
import { formatNumber, formatShare } from './number.js';

export type Format = (value: number) => string;

/** How values of a unit are written: of UCUM as OpenTelemetry uses it (`s`, `By`, `{request}`), or a word as Prometheus does (`seconds`). */
export function formatOfUnit(unit: string | null): Format {
  if (unit === null || unit === '' || unit === '1') return formatNumber;
  const ms = msPerUnit.get(unit);
  if (ms !== undefined) return (value) => formatDuration(value * ms);
  const bytes = bytesPerUnit.get(unit);
  if (bytes !== undefined) return (value) => formatBytes(value * bytes);
  if (unit === '%' || unit === 'percent') return (value) => formatShare(value / 100);
  if (unit === 'ratio') return formatShare;
  const word = cutMiddle(/^\{(.*)\}$/.exec(unit)?.[1] ?? unit, maxWord);
  return (value) => `${formatNumber(value)} ${word}`;
}

/** Beside a number there is no more room. */
const maxWord = 20;

/** Milliseconds of one of the unit, if it is one of time. */
export function msOfUnit(unit: string | null): number | undefined {
  return unit === null ? undefined : msPerUnit.get(unit);
}

export function formatRate(value: number): string {
  return `${formatNumber(value)}\u202f/s`;
}

const msPerUnit = new Map([
  ['ns', 1e-6],
  ['nanoseconds', 1e-6],
  ['us', 1e-3],
  ['microseconds', 1e-3],
  ['ms', 1],
  ['milliseconds', 1],
  ['s', 1000],
  ['seconds', 1000],
  ['min', 60_000],
  ['minutes', 60_000],
  ['h', 3_600_000],
  ['hours', 3_600_000],
]);

const bytesPerUnit = new Map([
  ['By', 1],
  ['bytes', 1],
  ['B', 1],
  ['kBy', 1000],
  ['KiBy', 1024],
  ['MBy', 1e6],
  ['MiBy', 1_048_576],
]);
