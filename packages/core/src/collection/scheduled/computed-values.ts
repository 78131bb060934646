import { valueText } from '@sightline/base';
import type { Gauge } from '../../instruments/instruments.js';
import type { LabelValue } from '../../instruments/labels.js';
import { seriesText } from '../../store/series-text.js';
import { type NewestValues, newestOf } from './newest-values.js';
import type { ScheduledValue } from './scheduled-value.js';

export type Computed = number | readonly ScheduledValue<string>[];

/** Writes the result of a computation into a gauge. Throws for a wrong result before it writes anything. */
export function plainWriter(gauge: Gauge): (computed: Computed) => void {
  return (computed) => {
    if (!Number.isFinite(computed)) {
      throw new TypeError(`it has no labels, so one number is expected, but it is ${valueText(computed)}`);
    }
    gauge.set(computed as number);
  };
}

/** The same for a gauge with labels. Series that are missing from the newest result end. */
export function labelledWriter(
  gauge: Gauge<string>,
  newest: NewestValues<string> | undefined,
): (computed: Computed) => void {
  let known = new Map<string, Readonly<Record<string, LabelValue>>>();
  return (computed) => {
    if (!Array.isArray(computed)) {
      throw new TypeError(
        `it has labels, so a list of { labels, value } is expected, but it is ${valueText(computed)}`,
      );
    }
    // Before the first is written: a result is taken whole or not at all.
    const wrong = computed.findIndex((each) => !Number.isFinite(each?.value));
    if (wrong >= 0) {
      throw new TypeError(`a number is expected in each of its values, but ${wrongText(computed[wrong])}`);
    }
    const kept = newest === undefined ? computed : newestOf(computed, newest);
    const now = new Map(kept.map(({ labels }) => [JSON.stringify(labels), labels]));
    // First, because the cap may not allow both.
    for (const [key, labels] of known) if (!now.has(key)) gauge.remove(labels);
    for (const { labels, value } of kept) gauge.set(labels, value);
    known = now;
  };
}

/** Which value is wrong. PostgreSQL returns counts as strings or bigints: the quotes or the `n` show that. */
function wrongText(each: ScheduledValue<string> | undefined): string {
  if (each === undefined || each === null) return `one is ${valueText(each)}`;
  return `that of ${seriesText('', each.labels)} is ${valueText(each.value)}`;
}
