import type { CounterSeries, MetricsCollector } from '@sightline/core';
import { levelNameOf } from './levels/level-names.js';
import type { Scope } from './scope.js';

/** Why a line was not written: `sampled`, `repeated`, `destination`, `buffer`, `sink`, `unwritable`. */
export type DropReason = 'sampled' | 'repeated' | 'destination' | 'sink' | 'unwritable';

/** Counts lines. */
export interface LogMetrics {
  written(scope: Scope, level: number): void;
  dropped(reason: DropReason, count: number): void;
}

export const noLogMetrics: LogMetrics = { written: () => {}, dropped: () => {} };

export function logMetrics(collector: MetricsCollector): LogMetrics {
  const lines = collector.counter('log_lines_total', {
    help: 'Log lines written, by level and logger.',
    labelNames: ['level', 'logger'],
  });
  const dropped = collector.counter('log_dropped_total', {
    help: 'Log lines that were not written, or not given to a sink, by reason.',
    labelNames: ['reason'],
    labelValues: { reason: ['sampled', 'repeated', 'destination', 'sink', 'unwritable'] },
  });
  // Bound once per scope and level: a look-up by labels costs more than the rest of the counting.
  const bound = new WeakMap<Scope, Array<CounterSeries | undefined>>();
  let lastScope: Scope | undefined;
  let last: Array<CounterSeries | undefined> = [];

  return {
    written(scope, level) {
      if (scope !== lastScope) {
        last = bound.get(scope) ?? [];
        bound.set(scope, last);
        lastScope = scope;
      }
      const slot = Math.min(6, Math.max(1, Math.floor(level / 10)));
      let series = last[slot];
      if (series === undefined) {
        series = lines.labels({ level: levelNameOf(level), logger: scope.logger ?? '' });
        last[slot] = series;
      }
      series.inc();
    },
    dropped: (reason, count) => dropped.inc({ reason }, count),
  };
}
