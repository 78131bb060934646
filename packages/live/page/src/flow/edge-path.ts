import type { Point } from './point.js';

/** A line through the points, as the `d` of an SVG path, that leaves and enters nodes straight. */
export function edgePath(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${round(x)} ${round(y)}`;
      const half = round((before.x + x) / 2);
      return `C${half} ${round(before.y)} ${half} ${round(y)} ${round(x)} ${round(y)}`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
