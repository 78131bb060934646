import type { SpanRow } from '../../../src/model/answers.js';

/** The spans of a trace as a tree that can be folded; spans come depth first. */
export interface SpanTree {
  readonly spans: readonly SpanRow[];
  /** By index: the first index after the span and all below it. */
  readonly ends: Int32Array;
}

export function spanTree(spans: readonly SpanRow[]): SpanTree {
  const ends = new Int32Array(spans.length);
  const open: number[] = [];
  for (let index = 0; index <= spans.length; index++) {
    const depth = spans[index]?.depth ?? -1;
    for (let last = open.at(-1); last !== undefined && (spans[last]?.depth ?? 0) >= depth; last = open.at(-1)) {
      ends[last] = index;
      open.pop();
    }
    open.push(index);
  }
  return { spans, ends };
}

/** Indexes of the spans in sight: those below a folded span are not. */
export function visibleSpans({ spans, ends }: SpanTree, folded: ReadonlySet<string>): Int32Array {
  const visible = new Int32Array(spans.length);
  if (folded.size === 0) return visible.map((_, index) => index);
  let count = 0;
  for (let index = 0; index < spans.length; ) {
    visible[count++] = index;
    index = folded.has(spans[index]?.spanId ?? '') ? (ends[index] ?? index + 1) : index + 1;
  }
  return visible.subarray(0, count);
}

export function hasChildren({ ends }: SpanTree, index: number): boolean {
  return (ends[index] ?? 0) > index + 1;
}

/** The index of the parent; -1 for a root. */
export function parentIndex({ spans }: SpanTree, index: number): number {
  const depth = spans[index]?.depth ?? 0;
  let parent = index - 1;
  while (parent >= 0 && (spans[parent]?.depth ?? 0) >= depth) parent--;
  return parent;
}

/** The time of a span during which none of its children ran. */
export function selfTimeMs({ spans, ends }: SpanTree, index: number): number {
  const span = spans[index];
  if (span === undefined) return 0;
  const end = span.offsetMs + span.durationMs;
  const children: Array<readonly [number, number]> = [];
  for (let child = index + 1; child < (ends[index] ?? 0); child = ends[child] ?? child + 1) {
    const { offsetMs = 0, durationMs = 0 } = spans[child] ?? {};
    // Only what lies within the span: clocks differ, and children may outlive their parents.
    children.push([Math.max(span.offsetMs, Math.min(end, offsetMs)), Math.min(end, offsetMs + durationMs)]);
  }
  children.sort(([a], [b]) => a - b);
  let covered = 0;
  let until = span.offsetMs;
  for (const [from, to] of children) {
    if (to <= until) continue;
    covered += to - Math.max(from, until);
    until = to;
  }
  return Math.max(0, span.durationMs - covered);
}
