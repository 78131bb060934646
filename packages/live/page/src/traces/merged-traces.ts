import type { SpanRow } from '../../../src/model/answers.js';

/** A row of two traces side by side: the same span of both, or one of only one of them. */
export interface MergedSpan {
  readonly depth: number;
  readonly left: SpanRow | null;
  readonly right: SpanRow | null;
}

/**
 * Lays two traces over each other: spans are the same if they have the same parent, service, name and kind, the first with the first, the
 * second with the second. Both must come depth first. Every span of both is in exactly one row.
 */
export function mergedTraces(left: readonly SpanRow[], right: readonly SpanRow[]): readonly MergedSpan[] {
  const rows: MergedSpan[] = [];
  // A stack of its own: a trace may be deeper than calls may be.
  const leftTree = treeOf(left);
  const rightTree = treeOf(right);
  const waiting = pairs(leftTree.roots, rightTree.roots, 0).reverse();
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    rows.push(pair);
    const below = pairs(
      pair.left === null ? [] : (leftTree.children.get(pair.left) ?? []),
      pair.right === null ? [] : (rightTree.children.get(pair.right) ?? []),
      pair.depth + 1,
    );
    for (let at = below.length - 1; at >= 0; at--) waiting.push(below[at] as MergedSpan);
  }
  return rows;
}

function pairs(left: readonly SpanRow[], right: readonly SpanRow[], depth: number): MergedSpan[] {
  const unmatched = new Map<string, SpanRow[]>();
  for (const span of right) {
    const same = unmatched.get(identity(span));
    if (same === undefined) unmatched.set(identity(span), [span]);
    else same.push(span);
  }
  const result: MergedSpan[] = left.map((span) => ({
    depth,
    left: span,
    right: unmatched.get(identity(span))?.shift() ?? null,
  }));
  const rest = [...unmatched.values()].flat().map((span) => ({ depth, left: null, right: span }));
  return [...result, ...rest].sort((a, b) => start(a) - start(b));
}

function identity({ service, name, kind }: SpanRow): string {
  return `${service}\n${kind}\n${name}`;
}

function start({ left, right }: MergedSpan): number {
  return Math.min(left?.offsetMs ?? Number.POSITIVE_INFINITY, right?.offsetMs ?? Number.POSITIVE_INFINITY);
}

function treeOf(spans: readonly SpanRow[]): {
  roots: readonly SpanRow[];
  children: ReadonlyMap<SpanRow, readonly SpanRow[]>;
} {
  const roots: SpanRow[] = [];
  const children = new Map<SpanRow, SpanRow[]>();
  const ancestors: SpanRow[] = [];
  for (const span of spans) {
    while (ancestors.length > 0 && (ancestors.at(-1)?.depth ?? 0) >= span.depth) ancestors.pop();
    const parent = ancestors.at(-1);
    const siblings = parent === undefined ? roots : (children.get(parent) ?? []);
    if (parent !== undefined && siblings.length === 0) children.set(parent, siblings);
    siblings.push(span);
    ancestors.push(span);
  }
  return { roots, children };
}
