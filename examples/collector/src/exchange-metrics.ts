import type { MetricsCollector } from '@sightline/core';
import type { CollectorMetrics } from './collector-metrics.js';
import { channels } from './market-event.js';

/**
 * The same facts under the names of dashboards that compare exchanges: `ws_*` and `redis_*`, with the exchange as a label.
 * They exist in addition to `collector_*`, and no other code in the service knows them.
 */
export function exchangeMetrics(
  metrics: MetricsCollector,
  { exchange, symbols }: { exchange: string; symbols: readonly string[] },
): Partial<CollectorMetrics> {
  const eventLabels = {
    labelNames: ['exchange', 'type', 'symbol'],
    labelValues: { exchange: [exchange], type: channels, symbol: symbols },
  } as const;
  const received = metrics.counter('ws_events_received_total', {
    help: 'Market events received by exchange.',
    ...eventLabels,
  });
  const published = metrics.counter('ws_events_published_total', {
    help: 'Market events published by exchange.',
    ...eventLabels,
  });
  const publishErrors = metrics.counter('redis_publish_errors_total', {
    help: 'Market events that were not published, by exchange.',
    labelNames: ['exchange'],
    labelValues: { exchange: [exchange] },
  });
  const publishLatency = metrics.histogram('redis_publish_latency_ms', {
    help: 'Time until the stream has accepted an event, by exchange.',
    unit: 'milliseconds',
    labelNames: ['exchange', 'type'],
    labelValues: { exchange: [exchange], type: channels },
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
  });
  const reconnects = metrics.counter('ws_reconnects_total', {
    help: 'Reconnections of WebSockets after a lost connection.',
  });

  return {
    incrementReceived: ({ channel, symbol }) => received.inc({ exchange, type: channel, symbol }),
    incrementPublished: ({ channel, symbol }) => published.inc({ exchange, type: channel, symbol }),
    incrementErrors(type) {
      if (type === 'publish_error') publishErrors.inc({ exchange });
    },
    incrementReconnects: () => reconnects.inc(),
    observePublishLatency: ({ channel }, seconds) =>
      publishLatency.observe({ exchange, type: channel }, seconds * 1000),
  };
}
