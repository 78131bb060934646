import type { CqrsEvents } from '@sightline/cqrs';
import { createEvents, recordEvents } from '@sightline/events';
import { createObservability } from '@sightline/sdk';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { collectorObservability } from '../../../examples/collector/src/observability.js';
import collectorOps from '../../../examples/collector/src/ops.js';
import { startService as startCollector } from '../../../examples/collector/src/service.js';
import { readSettings } from '../../../examples/collector/src/settings.js';
import { startSimulatedExchange } from '../../../examples/collector/src/simulated-exchange.js';
import { memoryBroker } from '../../../examples/cqrs/src/bus/memory-broker.js';
import { openBuses } from '../../../examples/cqrs/src/bus/open-buses.js';
import { shopQueues } from '../../../examples/cqrs/src/bus/shop-queues.js';
import { buy } from '../../../examples/cqrs/src/customer.js';
import { serviceNames } from '../../../examples/cqrs/src/domain/contracts.js';
import cqrsOps from '../../../examples/cqrs/src/ops.js';
import { shopMetrics } from '../../../examples/cqrs/src/shop-metrics.js';
import { startService } from '../../../examples/cqrs/src/start-service.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { resolveFacts } from '../src/facts/resolve-facts.js';
import { watchService } from './watched-service.js';

const cleanUps: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const listening = { METRICS_BACKEND: 'prometheus', METRICS_PORT: '0', METRICS_HOST: '127.0.0.1', LOG_LEVEL: 'silent' };

/** Gauges and histograms of parts that a service may have and these have not. Counters of them show 0. */
const unused = ['sightline_scheduled_last_success_timestamp_seconds'];
const isUsed = (query: string): boolean => !unused.some((name) => query.includes(name));

describe.skipIf(!requireServer('prometheus', 'prometheus-node-exporter'))(
  'every panel has data, of our example',
  () => {
    test('that collects market data', async () => {
      const exchange = await startSimulatedExchange({ messagesPerSecond: 200, malformedRatio: 0.05 });
      cleanUps.push(() => exchange.shutdown());
      const obs = collectorObservability({ env: { ...listening, EXCHANGE_NAME: 'simulated' } });
      cleanUps.push(() => obs.shutdown());
      await obs.ready;
      const settings = readSettings({
        EXCHANGE_WS_URL: exchange.url,
        SUBSCRIBE_INTERVAL_MS: '0',
        EXCHANGE_NAME: 'simulated',
      });
      const service = await startCollector({ settings, metrics: obs.metrics, log: obs.logger });
      cleanUps.push(() => service.shutdown());
      const watched = await watchService({ job: 'ws-collector', pageUrl: `${obs.address?.url}/metrics` });
      cleanUps.push(() => watched.stop());

      await vi.waitUntil(
        async () =>
          Number(
            (await watched.prometheus.query('count_over_time(collector_errors_total{error_type="parse_error"}[1m])'))[0]
              ?.value,
          ) > 6,
        {
          timeout: 60_000,
          interval: 200,
        },
      );
      const { empty, all } = await watched.emptyQueries(await resolveFacts(collectorOps), isUsed);
      expect(empty).toEqual([]);
      expect(all).toBeGreaterThan(80);
    });

    test('that takes orders', async () => {
      const obs = createObservability({ serviceName: 'shop', env: listening, tracing: false, signals: false });
      cleanUps.push(() => obs.shutdown());
      await obs.ready;
      const { logger: log } = obs;
      const telemetry = { spans: obs.spans, metrics: obs.metrics };
      const memory = memoryBroker(shopQueues, log);
      const card = { charge: async ({ order }: { order: string }) => `receipt-${order}`, refund: async () => {} };
      for (const name of serviceNames) {
        const broker = memory.connect();
        await startService(name, { broker, telemetry, log, card });
        cleanUps.push(() => broker.stopConsuming(5000));
      }
      const events = createEvents<CqrsEvents>({ metrics: obs.metrics, log });
      recordEvents(events, obs.metrics, shopMetrics);
      const broker = memory.connect();
      cleanUps.push(() => broker.shutdown());
      const buses = await openBuses({ service: 'shop', broker, telemetry, log, events });
      let isOpen = true;
      const buying = (async () => {
        for (let i = 0; isOpen; i++) {
          await buy(buses, { product: i % 3 === 0 ? 'piano' : 'tea', quantity: 1 });
          await buses.queries.dispatch('StockOf', { product: 'tea' });
        }
      })();
      cleanUps.push(async () => {
        isOpen = false;
        await buying;
      });
      const watched = await watchService({ job: 'shop', pageUrl: `${obs.address?.url}/metrics` });
      cleanUps.push(() => watched.stop());

      await vi.waitUntil(
        async () =>
          Number((await watched.prometheus.query('count_over_time(saga_duration_seconds_count[1m])'))[0]?.value) > 6,
        {
          timeout: 60_000,
          interval: 200,
        },
      );
      const { empty, all } = await watched.emptyQueries(await resolveFacts(cqrsOps), isUsed);
      expect(empty).toEqual([]);
      expect(all).toBeGreaterThan(80);
    });
  },
);
