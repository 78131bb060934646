// A collector of market data: the metrics of such a service, recorded once. Where they go is up to the environment.
import { createObservability } from '@sightline/sdk';

const obs = createObservability({
  serviceName: 'ws-collector',
  logSnapshot: {
    keys: {
      collector_messages_received_total: 'received',
      collector_messages_published_total: 'published',
      collector_errors_total: 'errors',
      collector_reconnects_total: 'reconnects',
    },
  },
});
const collector = collectorMetrics(obs.metrics);
const pulled = obs.window();
await obs.ready;

for (let i = 0; i < 150; i++) collector.received.inc({ channel: 'ticker', symbol: 'BTC_JPY' });
for (let i = 0; i < 149; i++) collector.published.inc({ stream: 'md:ticker', symbol: 'BTC_JPY' });
for (let i = 1; i <= 100; i++) collector.latency.observe({ stream: 'md:ticker', symbol: 'BTC_JPY' }, i / 1000);
collector.errors.inc({ error_type: 'publish_error' });
collector.reconnects.inc();
collector.size.observe(512);
collector.sendBuffer.set(64);
collector.lastMessage.setToCurrentTime();

const exchange = exchangeMetrics(obs.metrics);
exchange.received.inc({ exchange: 'bitflyer', type: 'ticker', symbol: 'BTC_JPY' });
exchange.published.inc({ exchange: 'bitflyer', type: 'ticker', symbol: 'BTC_JPY' });
exchange.publishErrors.inc({ exchange: 'bitflyer' });
exchange.publishLatency.observe({ exchange: 'bitflyer', type: 'ticker' }, 7);
exchange.reconnects.inc();

const first = pulled.getMetrics();
pulled.reset();
const second = pulled.getMetrics();
console.log(JSON.stringify({ recorded: true, address: obs.address ?? null, first, second, explained: obs.explain() }));
// As the service's connections would.
setInterval(() => {}, 60_000);

/** What the service depends on: `MetricsCollector`, an interface. */
function collectorMetrics(metrics) {
  return {
    received: metrics.counter('collector_messages_received_total', {
      help: 'Messages received.',
      labelNames: ['channel', 'symbol'],
    }),
    published: metrics.counter('collector_messages_published_total', {
      help: 'Messages published.',
      labelNames: ['stream', 'symbol'],
    }),
    errors: metrics.counter('collector_errors_total', {
      help: 'Errors by type.',
      labelNames: ['error_type'],
      labelValues: { error_type: ['parse_error', 'publish_error', 'api_error'] },
    }),
    reconnects: metrics.counter('collector_reconnects_total', { help: 'Reconnects.' }),
    latency: metrics.histogram('collector_publish_latency_seconds', {
      help: 'Time to publish.',
      labelNames: ['stream', 'symbol'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
    }),
    size: metrics.histogram('collector_message_size_bytes', { help: 'Size of messages.', buckets: [128, 1024] }),
    sendBuffer: metrics.gauge('collector_send_buffer_bytes', { help: 'Bytes that wait to be sent.' }),
    lastMessage: metrics.gauge('last_message_timestamp', { help: 'Unix time of the last message.' }),
  };
}

function exchangeMetrics(metrics) {
  const labelNames = ['exchange', 'type', 'symbol'];
  return {
    received: metrics.counter('ws_events_received_total', { help: 'Events received.', labelNames }),
    published: metrics.counter('ws_events_published_total', { help: 'Events published.', labelNames }),
    publishErrors: metrics.counter('redis_publish_errors_total', {
      help: 'Events not published.',
      labelNames: ['exchange'],
    }),
    publishLatency: metrics.histogram('redis_publish_latency_ms', {
      help: 'Time to publish.',
      labelNames: ['exchange', 'type'],
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    }),
    reconnects: metrics.counter('ws_reconnects_total', { help: 'Reconnects.' }),
  };
}
