import type { Clock } from '@sightline/base';
import { type DeltaBatch, deltas, type MetricsSource } from '@sightline/core/backend';
import { type LogSnapshotOptions, logSnapshotSettings } from './settings.js';
import { type LineMetrics, snapshotLine } from './snapshot-line.js';
import { writtenFamilies } from './written-families.js';

export interface MetricsWindowOptions extends Pick<LogSnapshotOptions, 'keys' | 'include' | 'exclude'> {
  /** The collector's clock. Default: the system clock. */
  clock?: Clock | undefined;
}

/** A window that the service reads itself, instead of writing it to the log. */
export interface MetricsWindow {
  /**
   * The window so far, as in `metrics` of a log line, but with `windowSeconds` instead of `window_seconds`. Runs no collect callback
   * and omits included sources.
   */
  getMetrics(): WindowMetrics;
  /** The same after a collection, with included sources: all that a log line holds. Never rejects. */
  collect(): Promise<WindowMetrics>;
  /**
   * Begins a new window at the end of the last read, so that it includes what was recorded since. Begins now if this window was not
   * read.
   */
  reset(): void;
  /** Frees the memory of the window. Do not read it afterwards. */
  shutdown(): void;
}

/** Without prototype, so that any metric name is allowed. */
export type WindowMetrics = LineMetrics & { readonly windowSeconds: number };

/**
 * Begins a window over a collector. It has its own reader, so backends and other windows are not affected. Throws an `Error` for wrong
 * options.
 *
 * Quantiles have the small error of an exponential histogram if the collector keeps one: if a backend computes quantiles (the log,
 * StatsD) or the histogram is declared `exponential`. Otherwise they are interpolated from the buckets.
 */
export function metricsWindow(source: MetricsSource, options: MetricsWindowOptions = {}): MetricsWindow {
  const { clock, ...others } = options;
  const settings = logSnapshotSettings.resolve(others);
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
    shutdown: () => reader.shutdown(),
  };
}
