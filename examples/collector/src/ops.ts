import { defineOps } from '@sightline/ops';
import { collectorMetrics } from './collector-metrics.js';
import { exchangeMetrics } from './exchange-metrics.js';

const symbols = ['BTC_JPY', 'ETH_JPY', 'XRP_JPY'];

/** What operations must know of the collector: `sightline ops generate dist/ops.js` makes the folder `ops` of it. */
export default defineOps({
  service: 'ws-collector',
  team: 'market-data',
  declare(metrics) {
    collectorMetrics(metrics, { symbols });
    exchangeMetrics(metrics, { exchange: 'simulated', symbols });
  },
  signals: {
    publish: {
      title: 'Publishing',
      requests: 'collector_messages_published_total',
      errors: { metric: 'collector_errors_total', where: { error_type: 'publish_error' }, relation: 'besides' },
      duration: 'collector_publish_latency_seconds',
      by: 'stream',
      slow: { withinSeconds: 0.5 },
    },
    receive: {
      title: 'Receiving',
      requests: 'collector_messages_received_total',
      errors: { metric: 'collector_errors_total', where: { error_type: 'parse_error' }, relation: 'besides' },
      by: 'channel',
    },
  },
  slos: {
    'publish-availability': { signal: 'publish', objective: 0.999 },
    'publish-latency': { signal: 'publish', objective: 0.95, withinSeconds: 0.1 },
  },
  queues: [{ metric: 'collector_send_buffer_bytes', limit: 1_000_000 }],
  freshness: [{ metric: 'last_message_timestamp', maxAgeSeconds: 60 }],
  host: 'node-exporter',
});
