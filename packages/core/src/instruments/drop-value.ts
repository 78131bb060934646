import { errorText, valueText } from '@sightline/base';
import type { DropReason } from '../store/diagnostics.js';
import type { SeriesFamily } from '../store/series-family.js';

/**
 * Counts and reports a value that an instrument cannot record. An `Error` in place of a value means that computing the value
 * has failed.
 */
export function dropValue(family: SeriesFamily, value: unknown): void {
  const isCounter = family.declaration.kind === 'counter';
  const reason = reasonOf(value, isCounter);
  const advice: Readonly<Record<DropReason, string>> = {
    not_a_number: `Pass a finite number${isCounter ? ' >= 0' : ''}.`,
    not_finite: `Pass a finite number${isCounter ? ' >= 0' : ''}.`,
    negative: 'Counters only grow: use a gauge for what goes down.',
    out_of_range: 'The result is beyond the range of numbers.',
    not_a_duration: '',
    failed: '',
  };
  const got = reason === 'failed' ? `no value, because computing it failed: ${errorText(value)}` : valueText(value);
  family.setting.diagnostics.dropped(family.declaration.name, reason, () =>
    [`${family.subject} got ${got}.`, advice[reason], 'It was dropped.'].filter(Boolean).join(' '),
  );
}

function isError(value: unknown): boolean {
  try {
    return value instanceof Error;
  } catch {
    return false; // a revoked proxy
  }
}

function reasonOf(value: unknown, isCounter: boolean): DropReason {
  if (isError(value)) return 'failed';
  if (typeof value !== 'number' || Number.isNaN(value)) return 'not_a_number';
  if (isCounter && value < 0) return 'negative';
  return Number.isFinite(value) ? 'out_of_range' : 'not_finite';
}
