import type { TraceRow, TracesAnswer } from '../../model/answers.js';
import type { LiveStore } from '../../store/live-store.js';
import { CLIENT, type KeptSpan } from '../../store/spans/kept-span.js';
import type { KeptTrace } from '../../store/spans/kept-trace.js';
import { querySummary } from '../../store/spans/span-statistics.js';
import { attributeOf } from '../../store/values/record-values.js';
import { spanFactsOf } from '../../store/values/span-facts.js';
import { type Parameters, wrong } from '../parameters.js';
import { Top } from '../top.js';

/** `traces`. */
export function traceList(store: LiveStore, parameters: Parameters, nowMs: number): TracesAnswer {
  const filter = filterOf(parameters);
  const window = parameters.window(nowMs);
  const sort = parameters.choice('sort', ['newest', 'slowest', 'spans', 'errors']) ?? 'newest';
  const limit = parameters.limit(50, 500);
  const top = new Top<KeptTrace>(limit, orders[sort]);
  let matching = 0;
  let kept = 0;
  for (const trace of store.spans.traces.values()) {
    const { startMs, endMs } = trace.summary();
    if (endMs < window.fromMs || startMs > window.untilMs) continue;
    kept++;
    if (!matches(trace, filter)) continue;
    matching++;
    top.add(trace);
  }
  return {
    matching,
    kept,
    traces: top.sorted().map(traceRow),
    sampledOut: sampledOutOf(store, filter.service),
    spansKept: store.spans.size,
    spansOverwritten: store.spans.overwritten,
  };
}

export function traceRow(trace: KeptTrace): TraceRow {
  const { startMs, endMs, root, isRootMissing } = trace.summary();
  const services = new Set<string>();
  for (const { source } of trace.spans()) services.add(source.service);
  return {
    traceId: trace.traceId,
    startMs,
    durationMs: endMs - startMs,
    name: root?.name ?? '',
    service: root?.source.service ?? '',
    isRootMissing,
    services: [...services],
    spans: trace.size,
    errors: trace.errors,
  };
}

export function sampledOutOf(store: LiveStore, service: string | undefined): number {
  let sum = 0;
  for (const each of store.services.services.values()) {
    if (service === undefined || each.name === service) sum += each.sampledOut;
  }
  return sum;
}

interface TraceFilter {
  readonly service: string | undefined;
  /** In lower case. */
  readonly name: string | undefined;
  readonly minMs: number;
  readonly maxMs: number;
  readonly status: 'error' | 'ok' | undefined;
  readonly attributes: ReadonlyArray<{ readonly name: string; readonly value: string | undefined }>;
}

function filterOf(parameters: Parameters): TraceFilter {
  const minMs = parameters.number('minMs') ?? 0;
  const maxMs = parameters.number('maxMs') ?? Number.POSITIVE_INFINITY;
  if (minMs > maxMs) throw wrong(`"minMs" is ${minMs}, above "maxMs", which is ${maxMs}. No trace is both.`);
  return {
    service: parameters.text('service'),
    name: parameters.text('name')?.toLowerCase(),
    minMs,
    maxMs,
    status: parameters.choice('status', ['error', 'ok']),
    attributes: parameters.all('attribute').map((text) => {
      const at = text.indexOf('=');
      return at < 0 ? { name: text, value: undefined } : { name: text.slice(0, at), value: text.slice(at + 1) };
    }),
  };
}

function matches(trace: KeptTrace, { service, name, minMs, maxMs, status, attributes }: TraceFilter): boolean {
  const { startMs, endMs } = trace.summary();
  const durationMs = endMs - startMs;
  if (durationMs < minMs || durationMs > maxMs) return false;
  if (status !== undefined && (status === 'error') !== trace.errors > 0) return false;
  if (service !== undefined && !some(trace, ({ source }) => source.service === service)) return false;
  if (name !== undefined && !some(trace, (span) => span.name.toLowerCase().includes(name))) return false;
  return attributes.every((attribute) => some(trace, (span) => hasAttribute(span, attribute)));
}

function hasAttribute(span: KeptSpan, { name, value }: TraceFilter['attributes'][number]): boolean {
  const found = attributeOf(span.attributes, name) ?? (name === 'db.query.summary' ? summaryOf(span) : undefined);
  if (found === undefined) return false;
  if (value === undefined) return true;
  return typeof found === 'object' ? JSON.stringify(found) === value : String(found) === value;
}

/** What `database` calls a query, also of senders that do not say it themselves. */
function summaryOf({ kind, name, attributes }: KeptSpan): string | undefined {
  if (kind !== CLIENT) return undefined;
  const facts = spanFactsOf(attributes);
  return typeof facts.dbSystem === 'string' ? querySummary(name, facts) : undefined;
}

function some(trace: KeptTrace, test: (span: KeptSpan) => boolean): boolean {
  for (let span = trace.first; span !== undefined; span = span.next) if (test(span)) return true;
  return false;
}

const lengthOf = (trace: KeptTrace): number => trace.summary().endMs - trace.summary().startMs;
const newest = (a: KeptTrace, b: KeptTrace): number => b.summary().startMs - a.summary().startMs;

const orders: Readonly<Record<'newest' | 'slowest' | 'spans' | 'errors', (a: KeptTrace, b: KeptTrace) => number>> = {
  newest,
  slowest: (a, b) => lengthOf(b) - lengthOf(a) || newest(a, b),
  spans: (a, b) => b.size - a.size || newest(a, b),
  errors: (a, b) => b.errors - a.errors || newest(a, b),
};
