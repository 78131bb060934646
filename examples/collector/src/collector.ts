import { type Clock, type Log, systemClock } from '@sightline/sdk';
import type { CollectorMetrics } from './collector-metrics.js';
import type { EventStream } from './event-stream.js';
import type { ConnectionEvents, ExchangeConnection } from './exchange-connection.js';
import { readMessage } from './exchange-message.js';
import type { MarketEvent, Subscription } from './market-event.js';
import { outage } from './outage.js';

export interface Collector {
  start(): void;
  /** Resolves when the connection is closed and every event in progress has been published or given up. */
  shutdown(): Promise<void>;
  /** Whether the connection to the exchange is open. */
  isConnected(): boolean;
}

export interface CollectorOptions {
  readonly connect: (events: ConnectionEvents) => ExchangeConnection;
  readonly subscriptions: readonly Subscription[];
  /** Belongs to the caller, who shuts it down after the collector. */
  readonly stream: EventStream;
  readonly metrics: CollectorMetrics;
  readonly log: Log;
  readonly clock?: Clock | undefined;
}

/** Reads messages of the exchange and publishes them. Faults are counted, and logged when they begin and end; none is thrown. */
export function createCollector({
  connect,
  subscriptions,
  stream,
  metrics,
  log,
  clock = systemClock,
}: CollectorOptions): Collector {
  const subscribed = new Set(subscriptions.map(keyOf));
  const underWay = new Set<Promise<void>>();
  const parsing = outage({
    log,
    clock,
    began: 'Some messages cannot be read',
    ended: 'All messages can be read again',
    calmMs: 60_000,
  });
  const publishing = outage({ log, clock, began: 'Publishing fails', ended: 'Publishing works again' });
  const connecting = outage({
    log,
    clock,
    began: 'The exchange connection fails',
    ended: 'The exchange connection works again',
  });

  async function publish(event: MarketEvent): Promise<void> {
    const beganMs = clock.monotonicMs();
    try {
      await stream.publish(event);
      metrics.incrementPublished(event);
      metrics.observePublishLatency(event, (clock.monotonicMs() - beganMs) / 1000);
      publishing.worked();
    } catch (error) {
      metrics.incrementErrors('publish_error');
      publishing.failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function take(event: MarketEvent): void {
    metrics.setLastMessageTime();
    metrics.incrementReceived(event);
    parsing.worked();
    connecting.worked();
    const published = publish(event).finally(() => underWay.delete(published));
    underWay.add(published);
  }

  const connection = connect({
    onMessage(data) {
      metrics.observeMessageSize(data.byteLength);
      const message = readMessage(data, (subscription) => subscribed.has(keyOf(subscription)));
      switch (message.kind) {
        case 'event':
          take(message.event);
          break;
        case 'refusal':
          metrics.incrementErrors('api_error');
          connecting.failed(new Error(`The exchange refuses a request: ${message.reason}`));
          break;
        case 'malformed':
          metrics.incrementErrors('parse_error');
          parsing.failed(new Error(`A message of ${data.byteLength} bytes is malformed: ${message.reason}`));
          break;
      }
    },
    onFailure(error) {
      metrics.incrementErrors('api_error');
      connecting.failed(error);
    },
    onLost: (reason) => connecting.failed(reason),
    onReconnected: () => metrics.incrementReconnects(),
  });
  metrics.watchSendBuffer(() => connection.bufferedBytes());

  return {
    start: () => connection.start(),
    async shutdown() {
      await connection.shutdown();
      await Promise.all(underWay);
    },
    isConnected: () => connection.isOpen(),
  };
}

function keyOf({ channel, symbol }: Subscription): string {
  return `${channel}:${symbol}`;
}
