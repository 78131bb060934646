import { MAP_ENTRY, stringBytes } from '../sizes.js';
import type { Line } from './line.js';
import type { KeptMetric } from './metric-part.js';

// Estimates of what metrics take, without the numbers of their histories.

export const MAX_HELP = 512;
export const PART_BYTES: number = 700 + MAP_ENTRY;

/** A key holds all values of the labels, so its size is theirs. */
export function lineBytes(line: Line, key: string): number {
  const labels = Object.keys(line.head.labels).length;
  return line.bytes + MAP_ENTRY + 2 * stringBytes(key) + labels * (MAP_ENTRY + 24);
}

/** With its exemplars, and a help of the longest. */
const METRIC_BYTES = 20 * 400 + 1200 + 2 * MAX_HELP;

export function metricBytes({ name }: KeptMetric): number {
  return METRIC_BYTES + MAP_ENTRY + 2 * stringBytes(name);
}
