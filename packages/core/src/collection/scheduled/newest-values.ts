import { DeclarationError, valueText } from '@sightline/base';
import type { ScheduledValue } from './scheduled-value.js';

/** Bounds a label that gets new values for ever. */
export interface NewestValues<N extends string> {
  /** Its values are ISO 8601 dates or parts of them, which sort by time: `2025-11-03`, `2025-W45`, `2025-11`, `2025-11-03T14`. */
  readonly label: N;
  /** How many of its values are kept, such as 7 days. Older series end; what was scraped of them stays with the peer. */
  readonly keep: number;
}

/** Series for each value that is kept, if there are other labels. */
const SERIES_PER_VALUE = 100;

/** Throws a `DeclarationError` that says what to change. */
export function checkNewest(name: string, { label, keep }: NewestValues<string>, labelNames: readonly string[]): void {
  if (!labelNames.includes(label)) {
    const known =
      labelNames.length === 0 ? 'it has none' : `it has ${labelNames.map((each) => `"${each}"`).join(', ')}`;
    throw new DeclarationError(
      `[core] "${name}" keeps the newest values of ${valueText(label)}, which is not one of its labels: ${known}.`,
    );
  }
  if (!Number.isSafeInteger(keep) || keep < 1) {
    throw new DeclarationError(
      `[core] "${name}" keeps ${valueText(keep)} values of "${label}". Give a whole number from 1, such as 7.`,
    );
  }
}

export function maxSeriesOf({ keep }: NewestValues<string>, labelNames: readonly string[]): number {
  return labelNames.length === 1 ? keep : keep * SERIES_PER_VALUE;
}

/** Throws for a value that is not a date. */
export function newestOf<N extends string>(
  computed: ReadonlyArray<ScheduledValue<N>>,
  { label, keep }: NewestValues<N>,
): ReadonlyArray<ScheduledValue<N>> {
  const values = new Set(computed.map(({ labels }) => isoText(label, labels?.[label])));
  const kept = new Set([...values].sort().slice(-keep));
  return computed.filter(({ labels }) => kept.has(String(labels[label])));
}

const isoDate = /^\d{4}(-(\d{2}(-\d{2}(T\d{2})?)?|W\d{2}|Q[1-4]))?$/;

function isoText(label: string, value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && isoDate.test(text)) return text;
  throw new TypeError(
    `it keeps the newest values of "${label}", so each must be a date such as "2025-11-03", "2025-W45" or "2025-11", but one is ${valueText(value)}`,
  );
}
