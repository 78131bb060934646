import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { MetricGroup } from './metric-group.js';
import { loopStates } from './process-label-values.js';

/**
 * The share of time in which the event loop was busy. From the counter every reader can compute the share of its own window. The gauge
 * covers the last minute, or the time since the previous read if that is longer. Readers do not affect each other.
 */
export const eventLoopUtilization: MetricGroup = (metrics, { clock }) => {
  const time = metrics.counter('nodejs_eventloop_time_seconds_total', {
    help: 'Time that the event loop spent idle and active.',
    unit: 'seconds',
    labelNames: ['state'],
    labelValues: { state: loopStates },
    startTimeMs: performance.timeOrigin,
  });
  const ratio = metrics.gauge('nodejs_eventloop_utilization_ratio', {
    help: 'Share of the last minute in which the event loop was active.',
    unit: 'ratio',
  });
  const window = new UtilizationWindow();
  return metrics.onCollect(
    () => {
      const now = performance.eventLoopUtilization();
      for (const state of loopStates) {
        const missing = now[state] / 1000 - (time.value({ state }) ?? 0);
        if (missing > 0) time.inc({ state }, missing);
      }
      ratio.set(window.advance(clock.monotonicMs(), now));
    },
    { name: 'nodejs.eventloop.utilization' },
  );
};

type LoopTimes = Pick<EventLoopUtilization, 'idle' | 'active'>;

const windowMs = 60_000;
// Enough for a collection per second. Bounds the list if a collector collects more often.
const maxReadings = 128;

/** Readings of the last minute, and the one before them as the baseline. */
export class UtilizationWindow {
  readonly #readings: Array<{ readonly timeMs: number; readonly times: LoopTimes }> = [
    { timeMs: Number.NEGATIVE_INFINITY, times: { idle: 0, active: 0 } },
  ];

  /** @returns the share of active time since the start of the window, 0 if no time has passed */
  advance(timeMs: number, times: LoopTimes): number {
    const readings = this.#readings;
    while (readings.length > maxReadings || (readings[1]?.timeMs ?? Number.POSITIVE_INFINITY) <= timeMs - windowMs) {
      readings.shift();
    }
    const first = readings[0]?.times ?? times;
    readings.push({ timeMs, times: { idle: times.idle, active: times.active } });
    const active = times.active - first.active;
    const total = active + times.idle - first.idle;
    return total > 0 ? active / total : 0;
  }
}
