import type { SpanRow, TraceAnswer } from '@sightline/live';

/** Draws a trace as a tree, in order of time. Marks spans with a missing parent. */
export function drawTrace({ traceId, services, spans }: TraceAnswer): string {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  const labels = spans.map(({ name }, i) => `${branchesTo(spans, i)}${name}`);
  const labelWidth = Math.max(...labels.map(({ length }) => length));
  const serviceWidth = Math.max(...services.map(({ length }) => length));
  const lines = spans.map((span, i) => {
    const time = `${span.durationMs.toFixed(1)} ms`.padStart(10);
    const label = (labels[i] ?? '').padEnd(labelWidth);
    return `${span.service.padEnd(serviceWidth)}  ${label}  ${span.kind.padEnd(8)} ${time}${notesOf(span, names)}`;
  });
  return [`Trace ${traceId}: ${spans.length} spans of ${services.length} services`, ...lines].join('\n');
}

/** `│  ├─ `: for each level whether more spans of it follow. */
function branchesTo(spans: readonly SpanRow[], at: number): string {
  const depth = spans[at]?.depth ?? 0;
  const rest = spans.slice(at + 1);
  return Array.from({ length: depth }, (_, i) => {
    const level = i + 1;
    const next = rest.find((span) => span.depth <= level);
    const continues = next?.depth === level;
    if (level === depth) return continues ? '├─ ' : '└─ ';
    return continues ? '│  ' : '   ';
  }).join('');
}

function notesOf(
  { status, statusMessage, links, isParentMissing }: SpanRow,
  names: ReadonlyMap<string, string>,
): string {
  const error = status === 'error' ? `  ERROR ${statusMessage ?? ''}`.trimEnd() : '';
  const linked = links.map(({ traceId, spanId }) => names.get(spanId) ?? `${traceId}-${spanId}`);
  return `${error}${linked.map((name) => `  -> ${name}`).join('')}${isParentMissing ? '  (its parent is missing)' : ''}`;
}
