import type { MetricsCollector } from '@sightline/core';
import type { Log } from '@sightline/sdk';
import { createCollector } from './collector.js';
import { collectorMetrics } from './collector-metrics.js';
import { combinedMetrics } from './combined-metrics.js';
import { exchangeConnection } from './exchange-connection.js';
import { exchangeMetrics } from './exchange-metrics.js';
import { channels, type Subscription } from './market-event.js';
import { memoryStream } from './memory-stream.js';
import { openRedisStream } from './redis-stream.js';
import type { Settings } from './settings.js';
import { startSimulatedExchange } from './simulated-exchange.js';

export interface Service {
  /** Resolves when all events in progress have been published or given up, and counted. */
  shutdown(): Promise<void>;
  /** Whether the connection to the exchange is open. */
  isConnected(): boolean;
}

export interface ServiceOptions {
  readonly settings: Settings;
  readonly metrics: MetricsCollector;
  readonly log: Log;
}

/** Connects the components: the only file that knows all of them. */
export async function startService({ settings, metrics, log }: ServiceOptions): Promise<Service> {
  const { symbols, exchange, subscribeIntervalMs, redisUrl } = settings;
  const simulated = settings.exchangeUrl === undefined ? await startSimulatedExchange(settings.simulator) : undefined;
  const url = settings.exchangeUrl ?? simulated?.url ?? '';
  const stream = redisUrl === undefined ? memoryStream() : await openRedisStream({ url: redisUrl });
  const subscriptions: Subscription[] = symbols.flatMap((symbol) => channels.map((channel) => ({ channel, symbol })));

  const collector = createCollector({
    connect: (events) => exchangeConnection(events, { url, subscriptions, subscribeIntervalMs }),
    subscriptions,
    stream,
    metrics: combinedMetrics(collectorMetrics(metrics, { symbols }), exchangeMetrics(metrics, { exchange, symbols })),
    log,
  });
  collector.start();

  return {
    async shutdown() {
      await collector.shutdown();
      await stream.shutdown();
      await simulated?.shutdown();
    },
    isConnected: () => collector.isConnected(),
  };
}
