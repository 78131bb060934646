import type { TimeWindow } from './parameters.js';

/** Seconds of the window in which anything could be observed: at least one, and not those before the start. */
export function observedSeconds({ fromMs, endMs }: TimeWindow, startedMs: number): number {
  return Math.max(1, (endMs - Math.max(fromMs, startedMs)) / 1000);
}
