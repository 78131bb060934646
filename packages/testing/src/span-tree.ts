import type { SpanReading } from './span-reading.js';

/** Spans with their children, in the order of their starts. */
export interface SpanTree {
  readonly roots: readonly SpanNode[];
  /** One line per span: its name and special properties. */
  readonly text: string;
}

export interface SpanNode {
  readonly span: SpanReading;
  readonly isOpen: boolean;
  readonly children: readonly SpanNode[];
}

/** @param spans in the order in which they were started */
export function spanTree(spans: ReadonlyArray<{ readonly span: SpanReading; readonly isOpen: boolean }>): SpanTree {
  const nodes = spans.map((each) => ({ ...each, children: [] as SpanNode[] }));
  const byId = new Map(nodes.map((node) => [idOf(node.span.traceId, node.span.spanId), node]));
  const roots: SpanNode[] = [];
  for (const node of nodes) {
    const { traceId, parentSpanId } = node.span;
    // An unknown parent is in a caller or in another test double.
    const parent = parentSpanId === undefined ? undefined : byId.get(idOf(traceId, parentSpanId));
    (parent?.children ?? roots).push(node);
  }
  return { roots, text: roots.flatMap((root) => linesOf(root, '', '')).join('\n') };
}

function linesOf({ span, isOpen, children }: SpanNode, indent: string, below: string): string[] {
  const lines = [`${indent}${span.name}${isOpen ? ' (open)' : ''}${statusOf(span)}`];
  for (const [i, child] of children.entries()) {
    const isLast = i === children.length - 1;
    lines.push(...linesOf(child, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`));
  }
  return lines;
}

function statusOf({ status, statusMessage }: SpanReading): string {
  if (status === 'unset') return '';
  return statusMessage === undefined ? ` ${status}` : ` ${status}: ${statusMessage}`;
}

function idOf(traceId: string, spanId: string): string {
  return `${traceId}-${spanId}`;
}
