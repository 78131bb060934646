import type { Gauge } from '@sightline/core';
import { DelayWindow } from './delay-window.js';
import type { MetricGroup } from './metric-group.js';

/**
 * How much later than requested the event loop runs a timer. Samples go into a cumulative histogram and into a window of the last
 * minute, so that readers do not affect each other, unlike with resets of Node's `monitorEventLoopDelay`. A sample is the delay only,
 * without the timer's interval.
 */
export const eventLoopDelay: MetricGroup = (metrics, { clock, eventLoopResolutionMs }) => {
  const inSeconds = (name: string, help: string): Gauge => metrics.gauge(name, { help, unit: 'seconds' });
  const stops: Array<() => void> = [];

  const lag = inSeconds(
    'nodejs_eventloop_lag_seconds',
    'How long a callback waited for the event loop at this collection.',
  );
  stops.push(
    metrics.onCollect(
      async () => {
        const startMs = clock.monotonicMs();
        await new Promise((resolve) => setImmediate(resolve));
        lag.set((clock.monotonicMs() - startMs) / 1000);
      },
      { name: 'nodejs.eventloop.lag' },
    ),
  );
  if (eventLoopResolutionMs === 0) return stopAll;

  const delays = metrics.histogram('nodejs_eventloop_delay_seconds', {
    help: 'How much later than requested the event loop ran a timer.',
    unit: 'seconds',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    exemplars: false,
  });
  const ofLastMinute = (what: string, statistic: string): Gauge =>
    inSeconds(`nodejs_eventloop_lag_${statistic}_seconds`, `${what} of the event loop's delay over the last minute.`);
  const gauges = {
    min: ofLastMinute('Minimum', 'min'),
    max: ofLastMinute('Maximum', 'max'),
    mean: ofLastMinute('Mean', 'mean'),
    stddev: ofLastMinute('Standard deviation', 'stddev'),
    p50: ofLastMinute('Median', 'p50'),
    p90: ofLastMinute('90th percentile', 'p90'),
    p99: ofLastMinute('99th percentile', 'p99'),
  };
  const window = new DelayWindow({ lengthMs: 60_000, resolutionMs: eventLoopResolutionMs });
  stops.push(
    metrics.onCollect(
      () => {
        const summary = window.summary(clock.monotonicMs());
        if (summary === undefined) return;
        for (const statistic of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'] as const) {
          gauges[statistic].set(summary[statistic] / 1000);
        }
      },
      { name: 'nodejs.eventloop.delay' },
    ),
  );

  let timer = sampleLater();
  stops.push(() => timer.cancel());
  function sampleLater(): ReturnType<typeof clock.setTimer> {
    const dueMs = clock.monotonicMs() + eventLoopResolutionMs;
    const next = clock.setTimer(() => {
      const nowMs = clock.monotonicMs();
      const delayMs = Math.max(0, nowMs - dueMs);
      delays.observe(delayMs / 1000);
      window.add(nowMs, delayMs);
      timer = sampleLater();
    }, eventLoopResolutionMs);
    next.unref();
    return next;
  }
  return stopAll;

  function stopAll(): void {
    for (const stop of stops) stop();
  }
};
