import type { KeptSource } from '../services/kept-source.js';
import { clockDifferenceMs, type Placed } from './clock-difference.js';
import type { KeptSpan } from './kept-span.js';

/** A span in the tree of its trace. */
export interface SpanNode {
  readonly span: KeptSpan;
  parent: SpanNode | undefined;
  isParentMissing: boolean;
  readonly children: SpanNode[];
  depth: number;
  /** Unix time in milliseconds, with the clock of its source corrected. */
  startMs: number;
}

/**
 * The spans of a trace, depth first, siblings by start. A span whose parent is missing is a root; so is one span of each cycle.
 */
export function spanTree(spans: Iterable<KeptSpan>): readonly SpanNode[] {
  const nodes = new Map<string, SpanNode>();
  for (const span of spans) {
    const { startMs, spanId } = span;
    nodes.set(spanId, { span, parent: undefined, isParentMissing: false, children: [], depth: 0, startMs });
  }
  const roots: SpanNode[] = [];
  for (const node of nodes.values()) {
    const { parentSpanId, spanId } = node.span;
    const parent = parentSpanId === undefined || parentSpanId === spanId ? undefined : nodes.get(parentSpanId);
    if (parent === undefined) {
      node.isParentMissing = parentSpanId !== undefined && parentSpanId !== spanId;
      roots.push(node);
    } else {
      node.parent = parent;
      parent.children.push(node);
    }
  }
  roots.push(...rootsOfCycles(nodes, roots));
  correctClocks(roots.sort(byStart));
  return depthFirst(roots.sort(byStart));
}

function byStart(a: SpanNode, b: SpanNode): number {
  return a.startMs - b.startMs;
}

/** Opens each cycle at its earliest span. */
function rootsOfCycles(nodes: ReadonlyMap<string, SpanNode>, roots: readonly SpanNode[]): SpanNode[] {
  const reached = new Set<SpanNode>();
  reach(roots, reached);
  const opened: SpanNode[] = [];
  if (reached.size === nodes.size) return opened;
  for (const node of [...nodes.values()].filter((each) => !reached.has(each)).sort(byStart)) {
    if (reached.has(node)) continue;
    const parent = node.parent;
    parent?.children.splice(parent.children.indexOf(node), 1);
    node.parent = undefined;
    opened.push(node);
    reach([node], reached);
  }
  return opened;
}

function reach(from: readonly SpanNode[], reached: Set<SpanNode>): void {
  const open = [...from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    for (const child of node.children) open.push(child);
  }
}

/**
 * A span cannot begin before its parent in another process, nor long after the call that it serves: then one of their clocks is wrong. All spans
 * of the process are moved by as much, so that their order stays. The process of the first root is right by definition.
 */
function correctClocks(roots: readonly SpanNode[]): void {
  const reference = roots[0]?.span.source;
  const offsets = new Map<KeptSource, number>();
  const offsetOf = (source: KeptSource): number => offsets.get(source) ?? 0;
  const moved = ({ kind, startMs, durationMs, source }: KeptSpan): Placed => ({
    kind,
    startMs: startMs + offsetOf(source),
    durationMs,
  });
  const nodes = depthFirst(roots);
  let isChanged = true;
  for (let pass = 0; pass < MAX_PASSES && isChanged; pass++) {
    isChanged = false;
    for (const { span, parent } of nodes) {
      if (parent === undefined || span.source === parent.span.source || span.source === reference) continue;
      const byMs = clockDifferenceMs(moved(parent.span), moved(span));
      if (byMs === 0) continue;
      offsets.set(span.source, offsetOf(span.source) + byMs);
      isChanged = true;
    }
  }
  if (offsets.size === 0) return;
  for (const node of nodes) node.startMs = node.span.startMs + offsetOf(node.span.source);
}

/** A correction can make that of a process further down necessary; two that call each other may never agree. */
const MAX_PASSES = 4;

function depthFirst(roots: readonly SpanNode[]): readonly SpanNode[] {
  const nodes: SpanNode[] = [];
  const open = [...roots].reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    node.depth = node.parent === undefined ? 0 : node.parent.depth + 1;
    nodes.push(node);
    if (node.children.length > 1) node.children.sort(byStart);
    for (let i = node.children.length - 1; i >= 0; i--) open.push(node.children[i] as SpanNode);
  }
  return nodes;
}
