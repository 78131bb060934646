import type { LiveStore } from '../store/live-store.js';
import { CONSUMER, SERVER } from '../store/spans/kept-span.js';
import { DurationTotals } from '../store/statistics/duration-totals.js';
import type { Timeline } from '../store/statistics/timeline.js';
import type { RequestTotals } from './request-totals.js';

/** The work that services do for others, by their server and consumer spans. */
export function handledWork(store: LiveStore, isOf: (service: string) => boolean): readonly Timeline[] {
  return [...store.statistics.operations.values()]
    .filter(({ facts }) => (facts.kind === SERVER || facts.kind === CONSUMER) && isOf(facts.service))
    .map(({ timeline }) => timeline);
}

/** @param bounds cell `i` is from `bounds[i]` to `bounds[i + 1]` */
export function spanRequests(
  handled: readonly Timeline[],
  bounds: readonly number[],
  startedMs: number,
): RequestTotals {
  const cells = bounds.slice(1).map((endMs, i) => {
    const startMs = bounds[i] as number;
    const totals = new DurationTotals();
    for (const timeline of handled) totals.merge(timeline.between(startMs, endMs));
    return { totals, knownMs: endMs > startedMs ? endMs - startMs : 0 };
  });
  return {
    knownMs: (cell) => cells[cell]?.knownMs ?? 0,
    count: (cell) => cells[cell]?.totals.count ?? 0,
    errors: (cell) => cells[cell]?.totals.errors ?? 0,
    sumMs: (cell) => cells[cell]?.totals.totalMs ?? 0,
    quantileMs(cell, q) {
      const totals = cells[cell]?.totals;
      return totals !== undefined && totals.count > 0 ? totals.quantileMs(q) : null;
    },
  };
}
