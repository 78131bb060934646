import { createTestMetrics } from '@sightline/testing';
import '@sightline/testing/vitest';
import { describe, expect, test } from 'vitest';
import { createCollector } from '../src/collector.js';
import { collectorMetrics } from '../src/collector-metrics.js';
import { combinedMetrics } from '../src/combined-metrics.js';
import type { EventStream } from '../src/event-stream.js';
import type { ConnectionEvents } from '../src/exchange-connection.js';
import { exchangeMetrics } from '../src/exchange-metrics.js';
import type { MarketEvent } from '../src/market-event.js';
import { memoryStream } from '../src/memory-stream.js';
import { capturedLog } from './captured-log.js';
import { bytes, orderBook, ticker, trade } from './exchange-messages.js';

const symbols = ['BTC_JPY'];
const subscriptions = (['ticker', 'orderbook', 'trade'] as const).map((channel) => ({ channel, symbol: 'BTC_JPY' }));

/** A collector whose exchange is the test. */
function setting({ stream = memoryStream() }: { stream?: EventStream } = {}) {
  const metrics = createTestMetrics();
  const log = capturedLog();
  let exchange: ConnectionEvents | undefined;
  const collector = createCollector({
    connect(events) {
      exchange = events;
      return { start() {}, shutdown: async () => {}, isOpen: () => true, bufferedBytes: () => 42 };
    },
    subscriptions,
    stream,
    metrics: combinedMetrics(
      collectorMetrics(metrics, { symbols }),
      exchangeMetrics(metrics, { exchange: 'gmo', symbols }),
    ),
    log,
    clock: metrics.clock,
  });
  if (exchange === undefined) throw new Error('The collector made no connection');
  return { metrics, log, collector, exchange };
}

describe('the collector', () => {
  test('counts what it received and published, by its own and by the exchange’s names', async () => {
    const stream = memoryStream();
    const { metrics, exchange, collector } = setting({ stream });
    for (const message of [ticker, ticker, orderBook, trade]) exchange.onMessage(bytes(message));
    await collector.shutdown();

    expect(metrics).toHaveCounted('collector_messages_received_total', { channel: 'ticker', symbol: 'BTC_JPY' }, 2);
    expect(metrics).toHaveCounted('collector_messages_published_total', { stream: 'md:ticker', symbol: 'BTC_JPY' }, 2);
    expect(metrics).toHaveCounted('collector_messages_published_total', { symbol: 'BTC_JPY' }, 4);
    expect(metrics).toHaveCounted('ws_events_received_total', { exchange: 'gmo', type: 'orderbook' }, 1);
    expect(metrics).toHaveCounted('ws_events_published_total', { exchange: 'gmo', type: 'trade' }, 1);
    expect(stream.events('md:ticker').map(({ symbol }) => symbol)).toEqual(['BTC_JPY', 'BTC_JPY']);
  });

  test('starts every series and every error type at zero', () => {
    const { metrics } = setting();
    expect(metrics).toHaveCounted('collector_messages_received_total', { channel: 'trade', symbol: 'BTC_JPY' }, 0);
    for (const error_type of ['parse_error', 'publish_error', 'api_error']) {
      expect(metrics).toHaveCounted('collector_errors_total', { error_type }, 0);
    }
    expect(metrics).toHaveCounted('collector_reconnects_total', 0);
    expect(metrics).toHaveCounted('redis_publish_errors_total', { exchange: 'gmo' }, 0);
  });

  test('measures how long the stream takes, in the unit of each name', async () => {
    let taken = () => {};
    const slow: EventStream = { publish: () => new Promise((resolve) => (taken = resolve)), shutdown: async () => {} };
    const { metrics, exchange, collector } = setting({ stream: slow });
    exchange.onMessage(bytes(ticker));
    metrics.clock.advance(30);
    expect(metrics).toHaveCounted('collector_messages_published_total', { stream: 'md:ticker' }, 0);
    taken();
    await collector.shutdown();

    expect(metrics).toHaveCounted('collector_messages_published_total', { stream: 'md:ticker' }, 1);
    expect(metrics).toHaveObserved('collector_publish_latency_seconds', {
      labels: { stream: 'md:ticker', symbol: 'BTC_JPY' },
      values: [0.03],
    });
    expect(metrics).toHaveObserved('redis_publish_latency_ms', { labels: { type: 'ticker' }, values: [30] });
  });

  test('counts a malformed message as parse error and nothing else but its size', async () => {
    const { metrics, exchange, collector } = setting();
    const changes = metrics.mark();
    exchange.onMessage(bytes('oops'));
    await collector.shutdown();
    expect(changes).toHaveCounted('collector_errors_total', { error_type: 'parse_error' }, 1);
    expect(changes).not.toHaveCounted('collector_messages_received_total');
    expect(metrics).toHaveObserved('collector_message_size_bytes', { values: [6] });
  });

  test('counts refused requests and connections that could not be made as API errors', () => {
    const { metrics, exchange } = setting();
    exchange.onMessage(bytes({ error: 'ERR-5003 Request too many.' }));
    exchange.onFailure(new Error('503'));
    expect(metrics).toHaveCounted('collector_errors_total', { error_type: 'api_error' }, 2);
  });

  test('counts reconnects', () => {
    const { metrics, exchange } = setting();
    exchange.onLost(new Error('code 1006'));
    exchange.onReconnected();
    expect(metrics).toHaveCounted('collector_reconnects_total', 1);
    expect(metrics).toHaveCounted('ws_reconnects_total', 1);
  });

  test('reports the time of the last event, and the bytes that wait in the socket', async () => {
    const { metrics, exchange } = setting();
    metrics.clock.setTime(1_703_689_200_500);
    exchange.onMessage(bytes(ticker));
    await metrics.collect();
    expect(metrics).toHaveGauge('last_message_timestamp', 1_703_689_200.5);
    expect(metrics).toHaveGauge('collector_send_buffer_bytes', 42);
  });

  test('counts each event that is not published, but logs an outage once and its end once', async () => {
    const stream = { isDown: true, published: [] as MarketEvent[] };
    const { metrics, log, exchange, collector } = setting({
      stream: {
        async publish(event) {
          if (stream.isDown) throw new Error('Connection refused');
          stream.published.push(event);
        },
        shutdown: async () => {},
      },
    });
    for (let i = 0; i < 3; i++) exchange.onMessage(bytes(ticker));
    await metrics.clock.advanceAsync(5000);
    stream.isDown = false;
    for (let i = 0; i < 2; i++) exchange.onMessage(bytes(ticker));
    await collector.shutdown();

    expect(metrics).toHaveCounted('collector_errors_total', { error_type: 'publish_error' }, 3);
    expect(metrics).toHaveCounted('redis_publish_errors_total', { exchange: 'gmo' }, 3);
    expect(metrics).toHaveCounted('collector_messages_published_total', { stream: 'md:ticker' }, 2);
    expect(metrics).toHaveObserved('collector_publish_latency_seconds', { labels: { stream: 'md:ticker' }, count: 2 });
    expect(log.messages).toEqual(['Publishing fails', 'Publishing works again']);
  });

  test('does not flood the log when every other event fails', async () => {
    let attempts = 0;
    const { metrics, log, exchange, collector } = setting({
      stream: {
        async publish() {
          if (attempts++ % 2 === 0) throw new Error('busy');
        },
        shutdown: async () => {},
      },
    });
    for (let i = 0; i < 100; i++) {
      exchange.onMessage(bytes(ticker));
      await metrics.clock.advanceAsync(10);
    }
    await collector.shutdown();
    expect(metrics).toHaveCounted('collector_errors_total', { error_type: 'publish_error' }, 50);
    expect(log.messages).toEqual(['Publishing fails']);
  });

  test('logs a lost connection once, however many attempts fail, and its return once', async () => {
    const { metrics, log, exchange, collector } = setting();
    exchange.onLost(new Error('code 1006'));
    for (let i = 0; i < 5; i++) exchange.onFailure(new Error('503'));
    metrics.clock.advance(5000);
    exchange.onReconnected();
    for (let i = 0; i < 5; i++) exchange.onMessage(bytes(ticker));
    await collector.shutdown();
    expect(log.messages).toEqual(['The exchange connection fails', 'The exchange connection works again']);
    expect(log.reasons).toEqual(['code 1006']);
    expect(metrics).toHaveCounted('collector_errors_total', { error_type: 'api_error' }, 5);
  });

  test('logs the first malformed message only, until none came for a minute', async () => {
    const { metrics, log, exchange, collector } = setting();
    for (let i = 0; i < 10; i++) {
      exchange.onMessage(bytes('oops'));
      exchange.onMessage(bytes(ticker));
      metrics.clock.advance(6000);
    }
    expect(log.messages).toEqual(['Some messages cannot be read']);
    metrics.clock.advance(60_000);
    exchange.onMessage(bytes(ticker));
    await collector.shutdown();
    expect(log.messages).toEqual(['Some messages cannot be read', 'All messages can be read again']);
  });

  test('writes nothing to the log for events that go well', async () => {
    const { log, exchange, collector } = setting();
    for (let i = 0; i < 100; i++) exchange.onMessage(bytes(ticker));
    await collector.shutdown();
    expect(log.messages).toEqual([]);
  });

  test('waits in shutdown() until events under way are published', async () => {
    let taken = () => {};
    const { metrics, exchange, collector } = setting({
      stream: { publish: () => new Promise((resolve) => (taken = resolve)), shutdown: async () => {} },
    });
    exchange.onMessage(bytes(ticker));
    const stopped = collector.shutdown();
    taken();
    await stopped;
    expect(metrics).toHaveCounted('collector_messages_published_total', { stream: 'md:ticker' }, 1);
  });
});
