import { createTestMetrics, type TestMetrics } from '@sightline/testing';
import '@sightline/testing/vitest';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startRedis } from '../../../scripts/servers/redis.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { channels, type MarketEvent } from '../src/market-event.js';
import { openRedisStream } from '../src/redis-stream.js';
import { type Service, startService } from '../src/service.js';
import { readSettings } from '../src/settings.js';
import { type SimulatedExchange, startSimulatedExchange } from '../src/simulated-exchange.js';
import { type CapturedLog, capturedLog } from './captured-log.js';

const symbols = ['BTC_JPY', 'ETH_JPY'];
const event: MarketEvent = { channel: 'trade', symbol: 'BTC_JPY', timeMs: 1, side: 'buy', price: '1.50', size: '2' };

const cleanUps: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function redisServer(port?: number): Promise<Awaited<ReturnType<typeof startRedis>>> {
  const server = await startRedis({ port });
  cleanUps.push(() => server.stop());
  return server;
}

async function collecting(redisUrl: string): Promise<{
  service: Service;
  exchange: SimulatedExchange;
  metrics: TestMetrics;
  log: CapturedLog;
}> {
  const exchange = await startSimulatedExchange({
    messagesPerSecond: 1000,
    malformedRatio: 0.01,
    secondsBetweenDrops: Number.POSITIVE_INFINITY,
  });
  cleanUps.push(() => exchange.shutdown());
  const metrics = createTestMetrics({ observationLimit: 1e6 });
  const log = capturedLog();
  const settings = readSettings({
    EXCHANGE_WS_URL: exchange.url,
    SUBSCRIBE_INTERVAL_MS: '0',
    SYMBOLS: symbols.join(),
    REDIS_URL: redisUrl,
  });
  const service = await startService({ settings, metrics, log });
  cleanUps.push(() => service.shutdown());
  return { service, exchange, metrics, log };
}

/** By stream and symbol, as the metric has them. No stream is long enough to be cut. */
async function entriesIn(url: string): Promise<Map<string, number>> {
  const redis = new Redis(url);
  const entries = new Map<string, number>();
  for (const channel of channels) {
    for (const [, fields] of await redis.xrange(`md:${channel}`, '-', '+')) {
      const symbol = fields[fields.indexOf('symbol') + 1];
      entries.set(`md:${channel}:${symbol}`, (entries.get(`md:${channel}:${symbol}`) ?? 0) + 1);
    }
  }
  redis.disconnect();
  return entries;
}

function publishedBy(metrics: TestMetrics): Map<string, number> {
  const series = metrics.series('collector_messages_published_total').filter(({ value }) => value > 0);
  return new Map(series.map(({ labels, value }) => [`${labels['stream']}:${labels['symbol']}`, value]));
}

const errors = (metrics: TestMetrics, error_type: string) =>
  metrics.value('collector_errors_total', { error_type }) ?? 0;
const total = (metrics: TestMetrics) => metrics.value('collector_messages_published_total') ?? 0;
const until = (isTrue: () => boolean) => vi.waitUntil(isTrue, { timeout: 60_000, interval: 20 });

describe.skipIf(!requireServer('redis-server'))('Redis Streams', () => {
  test('have as many entries as the published counter says, and both what the exchange sent', async () => {
    const server = await redisServer();
    const { service, exchange, metrics } = await collecting(server.url);
    await until(() => total(metrics) > 1000);
    exchange.pause();
    const sent = [...exchange.sent.events.values()].reduce((sum, count) => sum + count, 0);
    // A thousand round trips, which share the processors with other tests.
    const isAllThere = (): boolean =>
      total(metrics) === sent && errors(metrics, 'parse_error') === exchange.sent.malformed;
    await until(isAllThere);
    await service.shutdown();

    const entries = await entriesIn(server.url);
    expect(entries.size).toBe(channels.length * symbols.length);
    expect(entries).toEqual(publishedBy(metrics));
    for (const [key, count] of exchange.sent.events) {
      const [channel, symbol] = key.split(':') as [string, string];
      expect(metrics).toHaveCounted('collector_messages_received_total', { channel, symbol }, count);
    }
    expect(exchange.sent.malformed).toBeGreaterThan(0);
    expect(metrics).toHaveCounted('collector_errors_total', { error_type: 'publish_error' }, 0);
  });

  test('that go away raise publish_error at once, and are used again when they are back', async () => {
    const first = await redisServer();
    const { service, exchange, metrics, log } = await collecting(first.url);
    await until(() => total(metrics) > 200 && errors(metrics, 'parse_error') > 0); // of which a line follows, before the others
    await first.stop();
    await until(() => errors(metrics, 'publish_error') > 200);
    const beforeReturn = publishedBy(metrics);
    expect(metrics).toHaveCounted('redis_publish_errors_total', errors(metrics, 'publish_error'));

    const second = await redisServer(first.port);
    const totalBefore = total(metrics);
    await until(() => total(metrics) > totalBefore + 500 && log.messages.includes('Publishing works again'));
    exchange.pause();
    await service.shutdown();

    // The new Redis began empty, so it has exactly what was counted since.
    const since = new Map([...publishedBy(metrics)].map(([key, count]) => [key, count - (beforeReturn.get(key) ?? 0)]));
    expect(await entriesIn(second.url)).toEqual(since);
    expect(log.messages).toEqual(['Some messages cannot be read', 'Publishing fails', 'Publishing works again']);
    expect(log.reasons.join()).toMatch(/Redis at 127\.0\.0\.1:\d+ did not take an entry/);
  });

  test('may come up after the service', async () => {
    const first = await redisServer();
    await first.stop();
    const { metrics } = await collecting(first.url);
    await until(() => errors(metrics, 'publish_error') > 0);
    await redisServer(first.port);
    await until(() => total(metrics) > 0);
  });

  test('hold the event and what it is found by, and stay short', async () => {
    const server = await redisServer();
    const stream = await openRedisStream({ url: server.url, maxLength: 100 });
    for (let i = 0; i < 1000; i++) await stream.publish(event);
    await stream.shutdown();
    const redis = new Redis(server.url);
    const length = await redis.xlen('md:trade');
    const [newest] = await redis.xrevrange('md:trade', '+', '-', 'COUNT', 1);
    redis.disconnect();
    // "~" lets Redis keep what is left of a node of 100 entries.
    expect(length).toBeGreaterThanOrEqual(100);
    expect(length).toBeLessThanOrEqual(300);
    expect(newest?.[1]).toEqual(['symbol', 'BTC_JPY', 'time_ms', '1', 'event', JSON.stringify(event)]);
  });

  test('that hang are given up, and take no more than so many entries meanwhile', async () => {
    const server = await redisServer();
    const stream = await openRedisStream({ url: server.url, maxInFlight: 10, timeoutMs: 300 });
    const blocker = new Redis(server.url);
    await blocker.client('PAUSE', 60_000, 'ALL');
    const outcomes = await Promise.allSettled(Array.from({ length: 15 }, () => stream.publish(event)));
    blocker.disconnect();
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : 'taken'));
    expect(reasons.filter((reason) => reason.includes('10 entries wait for Redis'))).toHaveLength(5);
    expect(reasons.filter((reason) => reason.includes('did not take an entry'))).toHaveLength(10);
    await stream.shutdown();
  });

  test('refuse an event after shutdown', async () => {
    const server = await redisServer();
    const stream = await openRedisStream({ url: server.url });
    await stream.shutdown();
    await expect(stream.publish(event)).rejects.toThrow('did not take an entry');
  });
});
