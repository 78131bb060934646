import { valueText } from '@sightline/base';
import type { LogRow, SpanKindName, SpanRow, TraceAnswer } from '../../model/answers.js';
import { ApiError } from '../../model/api.js';
import type { Broadcaster } from '../../model/broadcaster.js';
import type { LiveStore } from '../../store/live-store.js';
import { type SpanNode, spanTree } from '../../store/spans/span-tree.js';
import { traceIdOf } from '../../store/spans/trace-ids.js';
import { attributesOf } from '../../store/values/record-values.js';
import { logRow } from '../logs/log-row.js';
import { criticalPath } from './critical-path.js';

/** `traces/<id>`. */
export function traceAnswer(store: LiveStore, broadcaster: Broadcaster, id: string): TraceAnswer {
  const traceId = traceIdOf(id);
  if (traceId === undefined) {
    throw new ApiError(404, `${valueText(id)} is no trace id. It has 32 hexadecimal digits.`);
  }
  const trace = store.spans.traces.get(traceId);
  if (trace === undefined) {
    const { overwritten } = store.spans;
    const why =
      overwritten > 0 ? ` ${overwritten} older spans were overwritten by newer ones.` : ' It may not have arrived yet.';
    throw new ApiError(404, `No span of the trace ${traceId} is kept.${why}`);
  }
  const nodes = spanTree(trace.spans());
  const critical = criticalPath(nodes);
  const shown = nodes.slice(0, MAX_SPANS);
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  const services = new Set<string>();
  for (const { span, startMs: correctedMs } of nodes) {
    startMs = Math.min(startMs, correctedMs);
    endMs = Math.max(endMs, correctedMs + span.durationMs);
    services.add(span.source.service);
  }
  const { lines, more } = logLinesOf(store, traceId);
  return {
    traceId,
    startMs,
    durationMs: endMs - startMs,
    services: [...services],
    errors: trace.errors,
    spans: shown.map((node) => spanRow(store, node, startMs, critical.has(node))),
    logLines: lines,
    moreLogLines: more,
    messages: broadcaster.read({ traceId, limit: MAX_MESSAGES }).messages.map((message) => message.id),
    moreSpans: nodes.length - shown.length,
  };
}

export const kindNames: readonly SpanKindName[] = ['internal', 'server', 'client', 'producer', 'consumer'];

const MAX_SPANS = 20_000;
const MAX_LOG_LINES = 500;
const MAX_MESSAGES = 1000;
const statuses = ['unset', 'ok', 'error'] as const;
const noDetail = { statusMessage: undefined, events: [], links: [], leftOut: 0 } as const;

function spanRow(store: LiveStore, node: SpanNode, traceStartMs: number, isCritical: boolean): SpanRow {
  const { span, startMs, depth, isParentMissing } = node;
  const { statusMessage, events, links, leftOut } = span.detail ?? noDetail;
  const correctedMs = startMs - span.startMs;
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? null,
    isParentMissing,
    depth,
    service: span.source.service,
    name: span.name,
    kind: kindNames[span.kind] ?? 'internal',
    startMs: span.startMs,
    offsetMs: startMs - traceStartMs,
    durationMs: span.durationMs,
    correctedMs,
    status: statuses[span.status] ?? 'unset',
    statusMessage: statusMessage ?? null,
    isCritical,
    scope: span.scope,
    attributes: attributesOf(span.attributes),
    events: events.map(({ name, timeMs, attributes }) => ({
      name,
      offsetMs: timeMs + correctedMs - traceStartMs,
      attributes: attributesOf(attributes),
    })),
    links: links.map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: attributesOf(attributes),
      isKept: store.spans.traces.has(traceId),
    })),
    leftOut,
  };
}

/** The first lines of a trace, oldest first. */
function logLinesOf(
  { logs }: LiveStore,
  traceId: string,
): { readonly lines: readonly LogRow[]; readonly more: number } {
  const lines: LogRow[] = [];
  let more = 0;
  for (const line of logs.lines()) {
    if (line.traceId !== traceId) continue;
    if (lines.length < MAX_LOG_LINES) lines.push(logRow(line));
    else more++;
  }
  return { lines, more };
}
