import { defineOps } from '@sightline/ops';

/** The service of cases/ops.mjs. */
export default defineOps({
  service: 'bench',
  team: 'bench',
  declare(metrics) {
    metrics.counter('orders_placed_total', { help: 'Orders placed.', labelNames: ['channel'] });
    metrics.gauge('order_queue_jobs', { help: 'Orders that wait.' });
  },
  packs: ['http-server', 'database'],
  slos: {
    availability: { signal: 'http-server', objective: 0.999 },
    latency: { signal: 'http-server', objective: 0.95, withinSeconds: 0.2 },
  },
  queues: [{ metric: 'order_queue_jobs' }],
  database: 'postgres',
  host: 'node-exporter',
});
