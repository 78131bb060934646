import type { ReceivedSpan } from './received-span.js';

/** Draws spans as one tree for each trace, in order of time. Marks spans with a missing parent. */
export function drawTraces(spans: readonly ReceivedSpan[]): string {
  const byTrace = new Map<string, ReceivedSpan[]>();
  for (const span of [...spans].sort((a, b) => Number(a.start - b.start))) {
    byTrace.set(span.traceId, [...(byTrace.get(span.traceId) ?? []), span]);
  }
  const names = new Map(spans.map(({ traceId, spanId, name }) => [`${traceId}-${spanId}`, name]));
  return [...byTrace].map(([traceId, ofTrace]) => drawTrace(traceId, ofTrace, names)).join('\n\n');
}

function drawTrace(traceId: string, spans: readonly ReceivedSpan[], names: ReadonlyMap<string, string>): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId));
  const rows = roots.flatMap((root) => rowsOf(root, spans, '', ''));
  const width = Math.max(...rows.map(({ label }) => label.length));
  const services = Math.max(...spans.map(({ service }) => service.length));
  const count = new Set(spans.map(({ service }) => service)).size;
  const lines = rows.map(({ label, span }) => {
    const { service, kind, durationMs, parentSpanId } = span;
    const orphan = parentSpanId === undefined || ids.has(parentSpanId) ? '' : '  (its parent is missing)';
    const time = `${durationMs.toFixed(1)} ms`.padStart(10);
    return `${service.padEnd(services)}  ${label.padEnd(width)}  ${kind.padEnd(8)} ${time}${notesOf(span, names)}${orphan}`;
  });
  return [`Trace ${traceId}: ${spans.length} spans of ${count} services`, ...lines].join('\n');
}

interface Row {
  readonly label: string;
  readonly span: ReceivedSpan;
}

function rowsOf(span: ReceivedSpan, spans: readonly ReceivedSpan[], indent: string, below: string): readonly Row[] {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  return [
    { label: `${indent}${span.name}`, span },
    ...children.flatMap((child, i) => {
      const isLast = i === children.length - 1;
      return rowsOf(child, spans, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`);
    }),
  ];
}

function notesOf({ isError, message, links }: ReceivedSpan, names: ReadonlyMap<string, string>): string {
  const error = isError ? `  ERROR ${message ?? ''}`.trimEnd() : '';
  const linked = links.map(({ traceId, spanId }) => names.get(`${traceId}-${spanId}`) ?? `${traceId}-${spanId}`);
  return `${error}${linked.map((name) => `  -> ${name}`).join('')}`;
}
