import type { OperationRow, OperationsAnswer } from '../model/answers.js';
import type { LiveStore } from '../store/live-store.js';
import type { OperationFacts } from '../store/spans/span-statistics.js';
import type { TimelineEntry } from '../store/statistics/timelines.js';
import { observedSeconds } from './observed-seconds.js';
import type { Parameters, TimeWindow } from './parameters.js';
import { Top } from './top.js';
import { kindNames } from './traces/trace.js';

/** `operations`. */
export function operationsAnswer(store: LiveStore, parameters: Parameters, nowMs: number): OperationsAnswer {
  const service = parameters.text('service');
  const window = parameters.window(nowMs);
  const sort = parameters.choice('sort', ['time', 'rate', 'errors', 'p95']) ?? 'time';
  return { operations: operationRows(store, service, window, sort, parameters.limit(100, 1000)) };
}

export function operationRows(
  store: LiveStore,
  service: string | undefined,
  window: TimeWindow,
  sort: keyof typeof orders,
  limit: number,
): readonly OperationRow[] {
  const seconds = observedSeconds(window, store.startedMs);
  const top = new Top<OperationRow>(limit, orders[sort]);
  for (const entry of store.statistics.operations.values()) {
    if (service !== undefined && entry.facts.service !== service) continue;
    const row = rowOf(entry, window, seconds);
    if (row !== undefined) top.add(row);
  }
  return top.sorted();
}

const SPARK_INTERVALS = 40;

const orders: Readonly<Record<'time' | 'rate' | 'errors' | 'p95', (a: OperationRow, b: OperationRow) => number>> = {
  time: (a: OperationRow, b: OperationRow) => b.totalMs - a.totalMs,
  rate: (a: OperationRow, b: OperationRow) => b.count - a.count,
  errors: (a: OperationRow, b: OperationRow) => b.errors - a.errors || b.totalMs - a.totalMs,
  p95: (a: OperationRow, b: OperationRow) => b.p95Ms - a.p95Ms,
};

function rowOf(
  { facts, timeline }: TimelineEntry<OperationFacts>,
  { fromMs, endMs }: TimeWindow,
  seconds: number,
): OperationRow | undefined {
  const totals = timeline.between(fromMs, endMs);
  if (!(totals.count > 0)) return undefined;
  const { service, name, kind } = facts;
  return {
    service,
    name,
    kind: kindNames[kind] ?? 'internal',
    count: Math.round(totals.count),
    perSecond: totals.count / seconds,
    errors: Math.round(totals.errors),
    meanMs: totals.meanMs,
    p50Ms: totals.quantileMs(0.5),
    p95Ms: totals.quantileMs(0.95),
    maxMs: totals.maxMs,
    totalMs: totals.totalMs,
    spark: timeline.counts(fromMs, endMs, SPARK_INTERVALS),
  };
}
