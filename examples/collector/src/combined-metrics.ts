import type { CollectorMetrics } from './collector-metrics.js';

/** Reports to each of `all`. */
export function combinedMetrics(...all: readonly CollectorMetrics[]): CollectorMetrics {
  return {
    incrementReceived(event) {
      for (const each of all) each.incrementReceived(event);
    },
    incrementPublished(event) {
      for (const each of all) each.incrementPublished(event);
    },
    incrementErrors(type) {
      for (const each of all) each.incrementErrors(type);
    },
    incrementReconnects() {
      for (const each of all) each.incrementReconnects();
    },
    observePublishLatency(event, seconds) {
      for (const each of all) each.observePublishLatency(event, seconds);
    },
    observeMessageSize(bytes) {
      for (const each of all) each.observeMessageSize(bytes);
    },
    setLastMessageTime() {
      for (const each of all) each.setLastMessageTime();
    },
    watchSendBuffer(bytes) {
      for (const each of all) each.watchSendBuffer(bytes);
    },
  };
}
