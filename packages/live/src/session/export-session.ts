import { gzipSync } from 'node:zlib';
import type { Broadcaster } from '../model/broadcaster.js';
import type { LiveStore } from '../store/live-store.js';
import type { KeptLog } from '../store/logs/kept-log.js';
import type { HistogramLine } from '../store/metrics/histogram-line.js';
import type { Line } from '../store/metrics/line.js';
import type { KeptMetric, MetricPart } from '../store/metrics/metric-part.js';
import { NumberLine } from '../store/metrics/number-line.js';
import type { SourceHistory } from '../store/metrics/source-history.js';
import { SummaryLine } from '../store/metrics/summary-line.js';
import type { KeptSource } from '../store/services/kept-source.js';
import type { KeptSpan } from '../store/spans/kept-span.js';
import {
  SESSION_FORMAT,
  SESSION_VERSION,
  type SessionColumns,
  type SessionHeader,
  type SessionLine,
  type SessionSeries,
} from './session-format.js';

/**
 * Everything that is kept, as one file: see `session-format.ts`. The chunks are made as they are read; what arrives meanwhile may be part of
 * it or not.
 */
export function* exportSession(
  store: LiveStore,
  broadcaster: Broadcaster,
  nowMs: number,
): Generator<Uint8Array, void, undefined> {
  const header: SessionHeader = { format: SESSION_FORMAT, version: SESSION_VERSION, exportedMs: nowMs };
  let lines = [JSON.stringify(header)];
  let size = 0;
  for (const line of sessionLines(store, broadcaster)) {
    const text = JSON.stringify(line);
    lines.push(text);
    size += text.length;
    if (size < CHUNK_LENGTH) continue;
    yield compressed(lines);
    lines = [];
    size = 0;
  }
  if (lines.length > 0) yield compressed(lines);
}

/** About 5 ms to compress. */
const CHUNK_LENGTH = 262_144;

function compressed(lines: readonly string[]): Uint8Array {
  return gzipSync(`${lines.join('\n')}\n`);
}

function* sessionLines(store: LiveStore, broadcaster: Broadcaster): Generator<SessionLine, void, undefined> {
  const numbers = new Map<KeptSource, number>();
  function* sourceOf(source: KeptSource): Generator<SessionLine, number, undefined> {
    const known = numbers.get(source);
    if (known !== undefined) return known;
    const number = numbers.size;
    numbers.set(source, number);
    yield { source: { number, resource: resourceOf(source) } };
    return number;
  }
  // Copies of the lists: they change while the file is read.
  for (const span of [...store.spans.spans()])
    yield { span: { source: yield* sourceOf(span.source), ...spanOf(span) } };
  for (const line of [...store.logs.lines()]) yield { log: { source: yield* sourceOf(line.source), ...logOf(line) } };
  const histories = new Set<SourceHistory>();
  for (const metric of [...store.metrics.metrics.values()]) {
    for (const part of [...metric.parts]) {
      const source = yield* sourceOf(part.source);
      const { history } = part;
      if (!histories.has(history)) {
        histories.add(history);
        yield { rows: { source, fine: history.fine.times(), coarse: history.coarse.times() } };
      }
      for (const line of [...part.lines.values()]) yield { series: { source, ...seriesOf(metric, part, line) } };
    }
  }
  for (const { topic } of broadcaster.statistics()) {
    const { messages } = broadcaster.read({ topic, limit: MAX_MESSAGES });
    for (const message of [...messages].reverse()) yield { message };
  }
}

/** More than any topic keeps. */
export const MAX_MESSAGES: number = 1_000_000;

function resourceOf({ service, instance, owner, pid, runtime }: KeptSource): readonly unknown[] {
  const all: ReadonlyArray<readonly [string, unknown]> = [
    ['service.name', service],
    ['service.instance.id', instance],
    ['service.version', owner.version],
    ['telemetry.sdk.language', owner.language],
    ['process.pid', pid],
    ['process.runtime.name', runtime?.name],
    ['process.runtime.version', runtime?.version],
  ];
  return all.filter(([, value]) => value !== undefined && value !== null).flat();
}

function spanOf(span: KeptSpan) {
  const { traceId, spanId, parentSpanId = null, name, kind, status, startMs, durationMs, scope, attributes } = span;
  const { statusMessage = null, events = [], links = [], leftOut = 0 } = span.detail ?? {};
  return {
    ...{ traceId, spanId, parentSpanId, name, kind, status, statusMessage, startMs, durationMs, scope, attributes },
    ...{ events, links, leftOut },
  };
}

function logOf({ timeMs, level, logger, message, attributes, traceId, spanId }: KeptLog) {
  return { timeMs, level, logger, message, attributes, traceId, spanId };
}

/** Without what a line took the place of, and without exemplars. */
function seriesOf(metric: KeptMetric, { history }: MetricPart, line: Line): Omit<SessionSeries, 'source'> {
  const { name, help, unit, kind } = metric;
  const { labels, startMs, sinceMs, lastMs } = line.head;
  const column = (channel: number): SessionColumns | undefined =>
    channel < 0 ? undefined : withoutNaN(history, channel);
  const columns = (channels: Iterable<readonly [number, number]>): Array<readonly [number, SessionColumns]> =>
    [...channels].map(([key, channel]) => [key, withoutNaN(history, channel)]);
  const common = { name, help, unit, kind, labels, startMs, sinceMs, lastMs };
  if (line instanceof NumberLine) {
    return { ...common, current: finite(line.value), sum: null, counts: column(line.increases.channel) };
  }
  const counted = {
    ...common,
    current: finite(line.count),
    sum: finite(line.sum),
    counts: column(line.counts.channel),
    sums: column(line.sums.channel),
  };
  if (line instanceof SummaryLine) return { ...counted, quantiles: columns(line.quantiles) };
  return histogramOf(counted, line, columns(line.buckets ?? []));
}

function histogramOf(
  counted: Omit<SessionSeries, 'source'>,
  { bounds, scale }: HistogramLine,
  buckets: Array<readonly [number, SessionColumns]>,
): Omit<SessionSeries, 'source'> {
  return bounds === undefined ? { ...counted, scale, buckets } : { ...counted, bounds, buckets };
}

function withoutNaN(history: SourceHistory, channel: number): SessionColumns {
  const { fine, coarse } = history.columns(channel);
  return { fine: fine.map(finite), coarse: coarse.map(finite) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
