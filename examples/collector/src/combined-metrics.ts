import type { CollectorMetrics } from './collector-metrics.js';

/** Reports to each of `all` what it takes. */
export function combinedMetrics(...all: ReadonlyArray<Partial<CollectorMetrics>>): CollectorMetrics {
  const toEach = (report: (metrics: Partial<CollectorMetrics>) => void): void => all.forEach(report);
  return {
    incrementReceived: (event) => toEach((each) => each.incrementReceived?.(event)),
    incrementPublished: (event) => toEach((each) => each.incrementPublished?.(event)),
    incrementErrors: (type) => toEach((each) => each.incrementErrors?.(type)),
    incrementReconnects: () => toEach((each) => each.incrementReconnects?.()),
    observePublishLatency: (event, seconds) => toEach((each) => each.observePublishLatency?.(event, seconds)),
    observeMessageSize: (bytes) => toEach((each) => each.observeMessageSize?.(bytes)),
    setLastMessageTime: () => toEach((each) => each.setLastMessageTime?.()),
    watchSendBuffer: (bytes) => toEach((each) => each.watchSendBuffer?.(bytes)),
  };
}
