import type { Point } from './point.js';

/** How an edge is drawn. */
export interface EdgeLine {
  /** From the border of one node to that of the other. */
  readonly points: readonly Point[];
  /** The middle of its numbers. */
  readonly label: Point;
  readonly isBackward: boolean;
}

/** An edge from left to right, as it passes the layers: upper left x and middle y of its nodes and of its ways between others. */
export interface EdgeRoute {
  readonly places: readonly Point[];
  /** Its direction is from right to left. */
  readonly isBackward: boolean;
}

export interface EdgeLineOptions {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Of an edge's numbers, by the edge's index. */
  readonly labelSize?: (index: number) => { readonly width: number; readonly height: number };
}

/** Each edge has a place of its own at the border of its nodes, so that one sees where it comes from and where its arrow ends. */
export function edgeLines(routes: readonly EdgeRoute[], options: EdgeLineOptions): readonly EdgeLine[] {
  const { nodeWidth, labelSize = () => ({ width: 0, height: 0 }) } = options;
  const right = portsOf(routes, 'right', options.nodeHeight);
  const left = portsOf(routes, 'left', options.nodeHeight);
  const lines = routes.map(({ places, isBackward }, index) => {
    const points = places.flatMap(({ x, y }, at) => {
      // Two edges there and back pass the same places.
      const passing = y + (isBackward ? 4 : -4);
      if (at === 0) return [{ x: x + nodeWidth, y: right.get(index)?.y ?? y }];
      if (at === places.length - 1) return [{ x, y: left.get(index)?.y ?? y }];
      return [
        { x, y: passing },
        { x: x + nodeWidth, y: passing },
      ];
    });
    const isLabelLeft = (right.get(index)?.count ?? 0) < (left.get(index)?.count ?? 0);
    return { points: isBackward ? points.toReversed() : points, label: labelPlace(points, isLabelLeft), isBackward };
  });
  const labels = apart(
    lines.map(({ label }) => label),
    labelSize,
  );
  return lines.map((line, index) => ({ ...line, label: labels[index] ?? line.label }));
}

interface Port {
  readonly y: number;
  /** Edges on this side of the node. */
  readonly count: number;
}

const mostPortGap = 14;

function portsOf(routes: readonly EdgeRoute[], side: 'left' | 'right', nodeHeight: number): ReadonlyMap<number, Port> {
  const sides = new Map<string, Array<{ index: number; nextY: number; y: number }>>();
  for (const [index, { places }] of routes.entries()) {
    const [node, next] = side === 'right' ? places : places.toReversed();
    if (node === undefined || next === undefined) continue;
    const key = `${node.x} ${node.y}`;
    sides.set(key, [...(sides.get(key) ?? []), { index, nextY: next.y, y: node.y }]);
  }
  const ports = new Map<number, Port>();
  for (const edges of sides.values()) {
    edges.sort((a, b) => a.nextY - b.nextY || a.index - b.index);
    const gap = Math.min(mostPortGap, (nodeHeight - 16) / Math.max(1, edges.length - 1));
    edges.forEach(({ index, y }, at) => {
      ports.set(index, { y: y + (at - (edges.length - 1) / 2) * gap, count: edges.length });
    });
  }
  return ports;
}

/** At the end where fewer edges meet, on the curve that `edgePath` draws, whose control points lie half way. */
function labelPlace(points: readonly Point[], isLeft: boolean): Point {
  const [from, to] = isLeft ? points.slice(0, 2) : points.slice(-2);
  if (from === undefined || to === undefined) return { x: 0, y: 0 };
  const half = (from.x + to.x) / 2;
  const share = isLeft ? 1 - labelShare : labelShare;
  return { x: bezier(from.x, half, half, to.x, share), y: bezier(from.y, from.y, to.y, to.y, share) };
}

const labelShare = 0.6;

function bezier(start: number, first: number, second: number, end: number, share: number): number {
  const rest = 1 - share;
  return rest ** 3 * start + 3 * rest ** 2 * share * first + 3 * rest * share ** 2 * second + share ** 3 * end;
}

/** Moves labels up and down until none covers another. */
function apart(
  labels: readonly Point[],
  sizeOf: (index: number) => { readonly width: number; readonly height: number },
): readonly Point[] {
  const sizes = labels.map((_, index) => sizeOf(index));
  const moved = labels.map(({ x, y }) => ({ x, y }));
  for (let round = 0, isMoved = true; isMoved && round < 60; round++) {
    isMoved = false;
    moved.forEach((label, index) => {
      for (let other = index + 1; other < moved.length; other++) {
        const [next, size, nextSize] = [moved[other], sizes[index], sizes[other]];
        if (next === undefined || size === undefined || nextSize === undefined) continue;
        const missing = (size.height + nextSize.height) / 2 - Math.abs(next.y - label.y);
        if (missing < 0.5 || Math.abs(next.x - label.x) >= (size.width + nextSize.width) / 2) continue;
        const [upper, lower] = label.y <= next.y ? [label, next] : [next, label];
        upper.y -= missing / 2;
        lower.y += missing / 2;
        isMoved = true;
      }
    });
  }
  return moved;
}
