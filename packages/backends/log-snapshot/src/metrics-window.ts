import type { Clock } from '@sightline/base';
import { type DeltaBatch, deltas, type MetricsSource } from '@sightline/core/backend';
import { checkedOptions, type LogSnapshotOptions } from './options.js';
import { type LineMetrics, snapshotLine } from './snapshot-line.js';
import { writtenFamilies } from './written-families.js';

export interface MetricsWindowOptions extends Pick<LogSnapshotOptions, 'keys' | 'include' | 'exclude'> {
  /** That of the collector. Default: the system's. */
  clock?: Clock | undefined;
}

/** What happened in a window that a service reads itself, instead of having it written to the log. */
export interface MetricsWindow {
  /**
   * The window so far: what a log line holds under `metrics`, with `windowSeconds` in place of `window_seconds`. Runs no
   * collect callback, and has nothing of included sources.
   */
  getMetrics(): WindowMetrics;
  /** The same after collect callbacks have run, with included sources: all that a line of the log holds. Never rejects. */
  collect(): Promise<WindowMetrics>;
  /**
   * Begins a new window where the last read ended, so that what was recorded since is part of it; now, where this window was not
   * read.
   */
  reset(): void;
  /** Frees what the window keeps; what it is asked for afterwards is unspecified. */
  close(): void;
}

/** Without prototype: any metric's name is only a name. */
export type WindowMetrics = LineMetrics & { readonly windowSeconds: number };

/**
 * Begins a window over a collector. It has a reader of its own: neither backends nor other windows notice it, and each begins
 * with its call. Throws an `Error` for wrong options.
 *
 * Quantiles are exact to the error of an exponential histogram where the collector keeps one: where a backend computes quantiles
 * (the log, StatsD) or the histogram is declared `exponential`. Elsewhere they are interpolated from the buckets.
 */
export function metricsWindow(source: MetricsSource, options: MetricsWindowOptions = {}): MetricsWindow {
  const { clock, ...others } = options;
  const settings = checkedOptions(others);
  const isWritten = writtenFamilies(settings);
  const reader = deltas(source, { includeUnchanged: true, clock });
  reader.read().commit(); // what was recorded before is in no window
  let lastRead: DeltaBatch | undefined;

  const metricsOf = (batch: DeltaBatch): WindowMetrics => {
    lastRead = batch;
    const { families, elapsedMs } = batch;
    const window = { families: families.filter(isWritten), elapsedMs, cumulative: source.snapshot() };
    return snapshotLine(window, settings.keys, 'windowSeconds') as WindowMetrics;
  };
  return {
    getMetrics: () => metricsOf(reader.read()),
    collect: async () => metricsOf(await reader.collect()),
    reset() {
      (lastRead ?? reader.read()).commit();
      lastRead = undefined;
    },
    close: () => reader.close(),
  };
}
