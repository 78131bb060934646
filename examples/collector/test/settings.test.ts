import { expect, test } from 'vitest';
import { readSettings } from '../src/settings.js';

test('an empty environment means a simulated exchange and streams in memory', () => {
  expect(readSettings({})).toEqual({
    exchangeUrl: undefined,
    exchange: 'simulated',
    subscribeIntervalMs: 0,
    symbols: ['BTC_JPY', 'ETH_JPY', 'XRP_JPY'],
    redisUrl: undefined,
    simulator: { seed: 1, messagesPerSecond: 100 },
  });
});

test('a real exchange is called by its host and asked slowly', () => {
  const settings = readSettings({ EXCHANGE_WS_URL: 'wss://api.coin.z.com/ws/public/v1', SYMBOLS: 'BTC, BTC_JPY,BTC' });
  expect(settings).toMatchObject({
    exchange: 'api.coin.z.com',
    subscribeIntervalMs: 1100,
    symbols: ['BTC', 'BTC_JPY'],
  });
});

test('all problems are reported together, without an address that may hold a password', () => {
  const env = {
    EXCHANGE_WS_URL: 'https://exchange.test',
    REDIS_URL: 'user:secret@host',
    SYMBOLS: 'btc',
    SIMULATOR_SEED: 'x',
  };
  expect(() => readSettings(env)).toThrow(
    [
      '[collector] EXCHANGE_WS_URL is not an address. Give one that begins with ws:// or wss://.',
      '[collector] SYMBOLS is "btc". Give up to 50, separated by commas, such as BTC_JPY,ETH_JPY.',
      '[collector] REDIS_URL is not an address. Give one that begins with redis:// or rediss://.',
      '[collector] SIMULATOR_SEED is "x". Give a number from 0 to 4294967295.',
    ].join('\n'),
  );
});
