import { expect, test } from 'vitest';
import type { MarketEvent } from '../src/market-event.js';
import { memoryStream } from '../src/memory-stream.js';

const trade = (timeMs: number): MarketEvent => ({
  channel: 'trade',
  symbol: 'BTC_JPY',
  timeMs,
  side: 'buy',
  price: '1',
  size: '1',
});

test('keeps the newest events of a stream and counts all', async () => {
  const stream = memoryStream({ maxLength: 2 });
  for (const timeMs of [1, 2, 3]) await stream.publish(trade(timeMs));
  expect(stream.events('md:trade').map(({ timeMs }) => timeMs)).toEqual([2, 3]);
  expect(stream.added('md:trade')).toBe(3);
  expect(stream.added('md:ticker')).toBe(0);
});

test('accepts nothing after shutdown()', async () => {
  const stream = memoryStream();
  await stream.shutdown();
  await expect(stream.publish(trade(1))).rejects.toThrow('The stream is closed');
});
