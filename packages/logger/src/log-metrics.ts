import type { CounterSeries, MetricsCollector } from '@sightline/core';
import type { LoggerFields } from './layouts/layout.js';
import { levelNameOf } from './levels/level-names.js';
import { dropReasons } from './log-label-values.js';

export type DropReason = (typeof dropReasons)[number];

/** Counts lines. */
export interface LogMetrics {
  written(logger: LoggerFields, level: number): void;
  dropped(reason: DropReason, count: number): void;
  /** How many were dropped for the destination so far: a line that adds to it was not written. */
  readonly lostByDestination: number;
}

export const noLogMetrics: LogMetrics = { written: () => {}, dropped: () => {}, lostByDestination: 0 };

export function logMetrics(collector: MetricsCollector): LogMetrics {
  const lines = collector.counter('log_lines_total', {
    help: 'Log lines written, by level and logger.',
    labelNames: ['level', 'logger'],
  });
  const dropped = collector.counter('log_dropped_total', {
    help: 'Log lines that were not written, or not given to a sink, by reason.',
    labelNames: ['reason'],
    labelValues: { reason: dropReasons },
  });
  // Bound once per logger and level: a look-up by labels costs more than the rest of the counting.
  const bound = new WeakMap<LoggerFields, Array<CounterSeries | undefined>>();
  let lastLogger: LoggerFields | undefined;
  let last: Array<CounterSeries | undefined> = [];
  let lostByDestination = 0;

  return {
    written(logger, level) {
      if (logger !== lastLogger) {
        last = bound.get(logger) ?? [];
        bound.set(logger, last);
        lastLogger = logger;
      }
      const slot = Math.min(6, Math.max(1, Math.floor(level / 10)));
      let series = last[slot];
      if (series === undefined) {
        series = lines.labels({ level: levelNameOf(level), logger: logger.logger ?? '' });
        last[slot] = series;
      }
      series.inc();
    },
    dropped(reason, count) {
      if (reason === 'destination') lostByDestination += count;
      dropped.inc({ reason }, count);
    },
    get lostByDestination() {
      return lostByDestination;
    },
  };
}
