import type { MetricsCollector } from '@sightline/core';
import { streamOf } from './event-stream.js';
import { channels, type MarketEvent } from './market-event.js';

/** What the collector reports, in its own terms. It knows neither the metrics nor their backends. */
export interface CollectorMetrics {
  incrementReceived(event: MarketEvent): void;
  incrementPublished(event: MarketEvent): void;
  incrementErrors(type: ErrorType): void;
  incrementReconnects(): void;
  observePublishLatency(event: MarketEvent, seconds: number): void;
  observeMessageSize(bytes: number): void;
  setLastMessageTime(): void;
  /** @param bytes returns the bytes that wait in the socket; called at each collection of metrics */
  watchSendBuffer(bytes: () => number): void;
}

export const errorTypes = ['parse_error', 'publish_error', 'api_error'] as const;
/** A malformed message; an event that was not published; a request or connection refused by the exchange. */
export type ErrorType = (typeof errorTypes)[number];

/** The metrics `collector_*`. The first four are declared first, so that they come first in the log line. */
export function collectorMetrics(
  metrics: MetricsCollector,
  { symbols }: { symbols: readonly string[] },
): CollectorMetrics {
  const streams = channels.map((channel) => streamOf({ channel }));
  const received = metrics.counter('collector_messages_received_total', {
    help: 'Market events received from the exchange.',
    labelNames: ['channel', 'symbol'],
    labelValues: { channel: channels, symbol: symbols },
  });
  const published = metrics.counter('collector_messages_published_total', {
    help: 'Market events accepted by the stream.',
    labelNames: ['stream', 'symbol'],
    labelValues: { stream: streams, symbol: symbols },
  });
  const errors = metrics.counter('collector_errors_total', {
    help: 'Errors by type.',
    labelNames: ['error_type'],
    labelValues: { error_type: errorTypes },
  });
  const reconnects = metrics.counter('collector_reconnects_total', {
    help: 'Reconnections to the exchange after a lost connection.',
  });
  const publishLatency = metrics.histogram('collector_publish_latency_seconds', {
    help: 'Time until the stream has accepted an event.',
    unit: 'seconds',
    labelNames: ['stream', 'symbol'],
    labelValues: { stream: streams, symbol: symbols },
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
  });
  const messageSize = metrics.histogram('collector_message_size_bytes', {
    help: 'Size of the messages from the exchange.',
    unit: 'bytes',
    buckets: [128, 256, 512, 1024, 2048, 4096, 16_384, 65_536],
  });
  let sendBuffer = () => 0;
  metrics.gauge('collector_send_buffer_bytes', {
    help: 'Bytes that wait in the socket to be sent to the exchange.',
    unit: 'bytes',
    collect: () => sendBuffer(),
  });
  const lastMessage = metrics.gauge('last_message_timestamp', {
    help: 'Unix time in seconds of the last market event; alert on its age to notice a silent feed.',
  });

  return {
    incrementReceived: ({ channel, symbol }) => received.inc({ channel, symbol }),
    incrementPublished: (event) => published.inc({ stream: streamOf(event), symbol: event.symbol }),
    incrementErrors: (type) => errors.inc({ error_type: type }),
    incrementReconnects: () => reconnects.inc(),
    observePublishLatency: (event, seconds) =>
      publishLatency.observe({ stream: streamOf(event), symbol: event.symbol }, seconds),
    observeMessageSize: (bytes) => messageSize.observe(bytes),
    setLastMessageTime: () => lastMessage.setToCurrentTime(),
    watchSendBuffer(bytes) {
      sendBuffer = bytes;
    },
  };
}

/** The metrics in the log line, with their keys there. */
export const logLineKeys = {
  collector_messages_received_total: 'received',
  collector_messages_published_total: 'published',
  collector_errors_total: 'errors',
  collector_reconnects_total: 'reconnects',
  // By exchange and channel, in milliseconds: shorter and easier to read than the one by stream and symbol.
  redis_publish_latency_ms: 'publish_latency_ms',
  collector_message_size_bytes: 'message_size_bytes',
  collector_send_buffer_bytes: 'send_buffer_bytes',
  last_message_timestamp: 'last_message_timestamp',
} as const;
