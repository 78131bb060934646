import { errorText, valueText } from '@sightline/base';
import type { DropReason } from '../store/diagnostics.js';
import type { SeriesFamily } from '../store/series-family.js';

/**
 * Counts and reports a value that an instrument cannot record. An `Error` in place of a value means that computing the value
 * has failed.
 */
export function dropValue(family: SeriesFamily, value: unknown): void {
  const [reason, advice] = faultOf(value, family.declaration.kind === 'counter');
  const got = reason === 'failed' ? `no value: computing it failed with ${errorText(value)}` : valueText(value);
  family.report(reason, () => `got ${got}.${advice} It was dropped.`, 'sightline_dropped_total');
}

/** @returns why it is dropped, and what to do about it */
function faultOf(value: unknown, isCounter: boolean): readonly [reason: DropReason, advice: string] {
  const finite = ` Pass a finite number${isCounter ? ' >= 0' : ''}.`;
  if (isError(value)) return ['failed', ''];
  if (typeof value !== 'number' || Number.isNaN(value)) return ['not_a_number', finite];
  if (isCounter && value < 0) return ['negative', ' Counters only grow: use a gauge.'];
  return Number.isFinite(value) ? ['out_of_range', ' The sum would not be finite.'] : ['not_finite', finite];
}

function isError(value: unknown): boolean {
  try {
    return value instanceof Error;
  } catch {
    return false; // a revoked proxy
  }
}
