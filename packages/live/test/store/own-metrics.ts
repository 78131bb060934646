import { type ActiveSpan, createMetrics, type Metrics } from '@sightline/core';
import type { LiveHost } from '../../src/model/host.js';
import type { LiveLimits } from '../../src/store/index.js';
import { type TestStore, testStore } from './test-store.js';

export interface OwnMetrics extends TestStore {
  readonly metrics: Metrics;
  /** Moves the clock, and reads all metrics. */
  read(seconds?: number): void;
}

/** A store with the metrics of the service `shop`. */
export function ownMetrics({
  limits = {},
  host = {},
  activeSpan,
}: {
  readonly limits?: Partial<LiveLimits>;
  readonly host?: Partial<LiveHost>;
  readonly activeSpan?: ActiveSpan;
} = {}): OwnMetrics {
  const own = testStore(limits, host);
  const metrics = createMetrics({ clock: own.clock, activeSpan });
  const source = own.source('shop');
  return Object.assign(own, {
    metrics,
    read(seconds = 0) {
      own.clock.advance(seconds * 1000);
      own.store.intake.families(metrics.snapshot().families, own.clock.now(), source);
      own.store.finishFamilies();
    },
  });
}
