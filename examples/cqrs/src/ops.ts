import type { CqrsEvents } from '@sightline/cqrs';
import { createEvents, recordEvents } from '@sightline/events';
import { defineOps } from '@sightline/ops';
import { serviceNames } from './domain/contracts.js';
import { shopMetrics } from './shop-metrics.js';

/** What operations must know of the shop, whose processes share one job: `sightline ops generate dist/ops.js` makes the folder `ops` of it. */
export default defineOps({
  service: 'shop',
  team: 'sales',
  declare(metrics) {
    recordEvents(createEvents<CqrsEvents>({ metrics }), metrics, shopMetrics);
  },
  packs: ['messages'],
  signals: {
    commands: {
      title: 'Commands',
      requests: 'command.processing.duration',
      duration: 'command.processing.duration',
      by: 'command_type',
    },
    queries: {
      title: 'Queries',
      requests: 'query.execution.duration',
      duration: 'query.execution.duration',
      by: 'query_type',
    },
  },
  slos: {
    'saga-success': { signal: 'sagas', objective: 0.98 },
    'messages-handled': { signal: 'messages', objective: 0.999 },
  },
  kpis: ['shop.orders.placed.count', 'shop.orders.closed.count', 'shop.revenue.euros'],
  host: 'node-exporter',
  target: { addresses: ['shop', ...serviceNames].map((name) => `${name}:9464`) },
});
