import type { DatabaseAnswer, QueryRow, SlowQueryRow } from '../model/answers.js';
import type { LiveStore } from '../store/live-store.js';
import type { Line } from '../store/metrics/line.js';
import { CLIENT, ERROR, type KeptSpan } from '../store/spans/kept-span.js';
import { querySummary } from '../store/spans/span-statistics.js';
import { attributeOf } from '../store/values/record-values.js';
import { spanFactsOf } from '../store/values/span-facts.js';
import { wholeWindow } from './metrics/cells.js';
import { findMetrics, labelOf, linesOf } from './metrics/metric-lines.js';
import { totalsOf } from './metrics/metric-totals.js';
import { msPerUnit } from './metrics/time-units.js';
import { observedSeconds } from './observed-seconds.js';
import type { Parameters, TimeWindow } from './parameters.js';
import { Top } from './top.js';

/** `database`: queries from spans; of services that send none, from the metrics of their repositories. */
export function databaseAnswer(store: LiveStore, parameters: Parameters, nowMs: number): DatabaseAnswer {
  const service = parameters.text('service');
  const window = parameters.window(nowMs);
  const fromSpans = queriesOfSpans(store, service, window);
  const known = new Set(fromSpans.map((row) => row.service));
  const fromMetrics = queriesOfMetrics(store, service, window).filter((row) => !known.has(row.service));
  return {
    queries: [...fromSpans, ...fromMetrics].sort((a, b) => b.totalMs - a.totalMs),
    slow: slowQueries(store, service, window),
  };
}

function queriesOfSpans(store: LiveStore, service: string | undefined, window: TimeWindow): QueryRow[] {
  const seconds = observedSeconds(window, store.startedMs);
  const rows: QueryRow[] = [];
  for (const { facts, timeline } of store.statistics.queries.values()) {
    if (service !== undefined && facts.service !== service) continue;
    const totals = timeline.between(window.fromMs, window.endMs);
    if (!(totals.count > 0)) continue;
    rows.push({
      ...facts,
      count: Math.round(totals.count),
      perSecond: totals.count / seconds,
      errors: Math.round(totals.errors),
      meanMs: totals.meanMs,
      p95Ms: totals.quantileMs(0.95),
      maxMs: totals.maxMs,
      totalMs: totals.totalMs,
    });
  }
  return rows;
}

/** `repo.query.total_time` by `query_type`, and `repo.query.errors`. */
function queriesOfMetrics(store: LiveStore, service: string | undefined, window: TimeWindow): QueryRow[] {
  const cells = wholeWindow(window);
  const seconds = observedSeconds(window, store.startedMs);
  const errors = findMetrics(store, service, 'repo_query_errors');
  return findMetrics(store, service, 'repo_query_total_time').flatMap((metric) => {
    const factor = msPerUnit(metric);
    const types = new Set([...linesOf(metric)].map(({ line }) => labelOf(line, 'query_type') ?? ''));
    return [...types].flatMap((type): QueryRow[] => {
      const isOfType = (line: Line): boolean => (labelOf(line, 'query_type') ?? '') === type;
      const totals = totalsOf([metric], cells, { matches: isOfType, hasQuantiles: true });
      const count = totals.counts[0] ?? 0;
      if (!(count > 0)) return [];
      const totalMs = (totals.sums[0] ?? 0) * factor;
      const ofService = errors.filter((each) => each.service === metric.service);
      return [
        {
          service: metric.service,
          system: '',
          summary: type,
          count: Math.round(count),
          perSecond: count / seconds,
          errors: Math.round(totalsOf(ofService, cells, { matches: isOfType }).counts[0] ?? 0),
          meanMs: totalMs / count,
          p95Ms: (totals.quantile(0, 0.95) ?? 0) * factor,
          maxMs: (totals.quantile(0, 1) ?? 0) * factor,
          totalMs,
        },
      ];
    });
  });
}

const MAX_SLOW = 50;

function slowQueries(
  { spans }: LiveStore,
  service: string | undefined,
  { fromMs, untilMs }: TimeWindow,
): readonly SlowQueryRow[] {
  const slowest = new Top<KeptSpan>(MAX_SLOW, (a, b) => b.durationMs - a.durationMs);
  for (const span of spans.spans()) {
    if (span.kind !== CLIENT || (service !== undefined && span.source.service !== service)) continue;
    const endMs = span.startMs + span.durationMs;
    if (endMs < fromMs || endMs > untilMs) continue;
    if (isQuery(span)) slowest.add(span);
  }
  return slowest.sorted().map((span) => ({
    timeMs: span.startMs,
    service: span.source.service,
    summary: querySummary(span.name, spanFactsOf(span.attributes)),
    text: textOf(span),
    durationMs: span.durationMs,
    traceId: span.traceId,
    spanId: span.spanId,
    isError: span.status === ERROR,
  }));
}

function isQuery({ attributes }: KeptSpan): boolean {
  return attributeOf(attributes, 'db.system.name') !== undefined || attributeOf(attributes, 'db.system') !== undefined;
}

function textOf({ attributes }: KeptSpan): string | null {
  const text = attributeOf(attributes, 'db.query.text') ?? attributeOf(attributes, 'db.statement');
  return typeof text === 'string' ? text : null;
}
