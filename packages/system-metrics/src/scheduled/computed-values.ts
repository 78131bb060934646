import { inspect } from 'node:util';
import type { Gauge, LabelValue } from '@sightline/core';
import { type NewestValues, newestOf } from './newest-values.js';
import type { ScheduledValue } from './scheduled-value.js';

export type Computed = number | readonly ScheduledValue<string>[];

/** Writes what a computation gave into a gauge. Throws for what does not fit, before anything is written. */
export function plainWriter(gauge: Gauge): (computed: Computed) => void {
  return (computed) => {
    if (!Number.isFinite(computed)) {
      throw new TypeError(`it has no labels, so one number is expected, but it is ${shown(computed)}`);
    }
    gauge.set(computed as number);
  };
}

/** The same with labels, where series that are not in the newest answer are ended. */
export function labelledWriter(
  gauge: Gauge<string>,
  newest: NewestValues<string> | undefined,
): (computed: Computed) => void {
  let known = new Map<string, Readonly<Record<string, LabelValue>>>();
  return (computed) => {
    if (!Array.isArray(computed)) {
      throw new TypeError(`it has labels, so a list of { labels, value } is expected, but it is ${shown(computed)}`);
    }
    // Before the first is written: an answer counts as a whole.
    const wrong = computed.findIndex((each) => !Number.isFinite(each?.value));
    if (wrong >= 0) {
      throw new TypeError(`a number is expected in each of its values, but one is ${shown(computed[wrong])}`);
    }
    const kept = newest === undefined ? computed : newestOf(computed, newest);
    const now = new Map(kept.map(({ labels }) => [JSON.stringify(labels), labels]));
    // First, because a cap may leave no room for both.
    for (const [key, labels] of known) if (!now.has(key)) gauge.remove(labels);
    for (const { labels, value } of kept) gauge.set(labels, value);
    known = now;
  };
}

/** Short, whatever a query gave. A count of PostgreSQL comes as a text or a bigint, which is told by its quotes or its `n`. */
function shown(computed: unknown): string {
  return inspect(computed, {
    depth: 1,
    maxArrayLength: 3,
    maxStringLength: 100,
    breakLength: Number.POSITIVE_INFINITY,
  });
}
