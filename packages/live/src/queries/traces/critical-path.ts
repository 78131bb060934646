import type { SpanNode } from '../../store/spans/span-tree.js';

/**
 * The spans without which the trace would have ended earlier. Goes back from the last end: the child that ended last is waited for, then the
 * one that ended last before that child began, and so on. A child that outlives its parent counts as what the trace ends with.
 * @param nodes depth first, as `spanTree` returns them
 */
export function criticalPath(nodes: readonly SpanNode[]): ReadonlySet<SpanNode> {
  const ends = endsOf(nodes);
  const endOf = (node: SpanNode): number => ends.get(node) ?? node.startMs;
  const critical = new Set<SpanNode>();
  const open: SpanNode[] = [];
  let last: SpanNode | undefined;
  for (const node of nodes) {
    if (node.parent === undefined && (last === undefined || endOf(node) > endOf(last))) last = node;
  }
  if (last !== undefined) open.push(last);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    critical.add(node);
    let untilMs = endOf(node);
    for (const child of [...node.children].sort((a, b) => endOf(b) - endOf(a))) {
      if (endOf(child) > untilMs) continue; // something else was waited for in that time
      open.push(child);
      untilMs = child.startMs;
    }
  }
  return critical;
}

/** When each span and all below it have ended. */
function endsOf(nodes: readonly SpanNode[]): ReadonlyMap<SpanNode, number> {
  const ends = new Map<SpanNode, number>();
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as SpanNode;
    const endMs = Math.max(ends.get(node) ?? Number.NEGATIVE_INFINITY, node.startMs + node.span.durationMs);
    ends.set(node, endMs);
    if (node.parent !== undefined) ends.set(node.parent, Math.max(ends.get(node.parent) ?? endMs, endMs));
  }
  return ends;
}
