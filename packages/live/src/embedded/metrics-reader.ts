import type { Clock } from '@sightline/base';
import type { MetricsSource } from '@sightline/core/backend';
import type { LiveIntake, LiveSource } from '../model/intake.js';

export interface MetricsReaderOptions {
  readonly metrics: MetricsSource;
  readonly intake: LiveIntake;
  readonly source: LiveSource;
  readonly clock: Clock;
  /** Whether the page has a viewer. */
  readonly isWatched: () => boolean;
}

export interface MetricsReader {
  /** Reads now: the page was opened. */
  read(): void;
  /** Reads if the last reading is a second ago: for a request, which may come without a viewer. */
  refresh(): void;
  shutdown(): void;
}

/**
 * Reads the service's numbers for their history: once a second while there is a viewer, otherwise every ten seconds. A read copies the numbers; each
 * tenth is a collection, which runs the service's collect callbacks as a scrape does.
 */
export function readMetrics({ metrics, intake, source, clock, isWatched }: MetricsReaderOptions): MetricsReader {
  let ticks = 0;
  let isCollecting = false;
  let isShutDown = false;
  let readMs = Number.NEGATIVE_INFINITY;

  function read(): void {
    readMs = clock.monotonicMs();
    const { families, timeMs } = metrics.snapshot();
    intake.families(families, timeMs, source);
  }

  async function collect(): Promise<void> {
    if (isCollecting) return;
    isCollecting = true;
    try {
      const { families, timeMs } = await metrics.collect();
      if (!isShutDown) intake.families(families, timeMs, source);
    } finally {
      isCollecting = false;
    }
  }

  const tick = (): void => {
    if (isShutDown) return;
    if (ticks++ % COLLECTS_EVERY === 0) void collect().catch(() => {});
    else if (isWatched()) read();
    timer = clock.setTimer(tick, INTERVAL_MS);
    timer.unref();
  };
  let timer = clock.setTimer(tick, 0);
  timer.unref();
  return {
    read() {
      if (!isShutDown) read();
    },
    refresh() {
      if (!isShutDown && clock.monotonicMs() - readMs >= INTERVAL_MS) read();
    },
    shutdown() {
      isShutDown = true;
      timer.cancel();
    },
  };
}

const INTERVAL_MS = 1000;
const COLLECTS_EVERY = 10;
