import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { readMessage } from '../src/exchange-message.js';
import type { Subscription } from '../src/market-event.js';
import { bytes, orderBook, ticker, timeMs, trade } from './exchange-messages.js';

vi.setConfig({ testTimeout: 60_000 }); // random inputs take as long as the machine lets them

const isBitcoin = ({ symbol }: Subscription) => symbol === 'BTC_JPY';
const read = (message: unknown) => readMessage(bytes(message), isBitcoin);

describe('a message of the exchange', () => {
  test('becomes a ticker, with prices as they were written', () => {
    expect(read({ ...ticker, last: '0.10' })).toEqual({
      kind: 'event',
      event: {
        channel: 'ticker',
        symbol: 'BTC_JPY',
        timeMs,
        bid: '750600',
        ask: '750760',
        last: '0.10',
        volume: '194785.8484',
      },
    });
  });

  test('becomes an order book, whole or as a change', () => {
    const book = { channel: 'orderbook', symbol: 'BTC_JPY', timeMs, bids: orderBook.bids, asks: orderBook.asks };
    expect(read(orderBook)).toEqual({ kind: 'event', event: { ...book, isSnapshot: true } });
    expect(read({ ...orderBook, kind: 'delta' })).toEqual({ kind: 'event', event: { ...book, isSnapshot: false } });
  });

  test('becomes a trade, also where numbers are not quoted', () => {
    expect(read({ ...trade, price: 750760.5 })).toEqual({
      kind: 'event',
      event: { channel: 'trade', symbol: 'BTC_JPY', timeMs, side: 'buy', price: '750760.5', size: '0.1' },
    });
  });

  test('may say what the exchange refuses', () => {
    expect(read({ error: 'ERR-5003 Request too many.' })).toEqual({
      kind: 'refusal',
      reason: 'ERR-5003 Request too many.',
    });
  });

  test.each([
    ['a symbol without a subscription', { ...ticker, symbol: '__proto__' }],
    ['a channel of another name', { ...ticker, channel: 'constructor' }],
    ['no price', { ...trade, price: undefined }],
    ['a negative price', { ...trade, price: -1 }],
    ['a price beyond all numbers', { ...trade, price: '9'.repeat(400) }],
    ['a price in words', { ...trade, price: 'NaN' }],
    ['a side of its own', { ...trade, side: 'HOLD' }],
    ['a date without a time', { ...trade, timestamp: '2018-03-30' }],
    ['a month too many', { ...trade, timestamp: '2018-13-30T12:34:56.789Z' }],
    ['levels that are none', { ...orderBook, asks: [null] }],
    ['levels that are no list', { ...orderBook, bids: { length: 1 } }],
  ])('is malformed with %s', (_, message) => {
    expect(read(message)).toEqual({ kind: 'malformed', reason: expect.any(String) });
  });

  test('is malformed when it is not UTF-8, not JSON, or cut off', () => {
    const malformed = { kind: 'malformed', reason: 'not JSON in UTF-8' };
    expect(readMessage(new Uint8Array([0x22, 0xff, 0x22]), isBitcoin)).toEqual(malformed);
    expect(readMessage('<html>', isBitcoin)).toEqual(malformed);
    expect(readMessage('', isBitcoin)).toEqual(malformed);
    expect(readMessage(`${'['.repeat(200_000)}`, isBitcoin)).toEqual(malformed);
  });

  test('never throws, for any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' }), fc.json()), (data) => {
        expect(['event', 'refusal', 'malformed']).toContain(readMessage(data, () => true).kind);
      }),
    );
  });

  test('never passes what is wrong in a single place', () => {
    const places = fc.constantFrom(
      ...[ticker, orderBook, trade].flatMap((message) => Object.keys(message).map((field) => ({ message, field }))),
    );
    fc.assert(
      fc.property(places, fc.jsonValue(), ({ message, field }, value) => {
        const result = read({ ...message, [field]: value });
        if (result.kind !== 'event') return;
        const { event } = result;
        expect(event.symbol).toBe('BTC_JPY');
        expect(Number.isFinite(event.timeMs)).toBe(true);
        const numbers =
          event.channel === 'ticker'
            ? [event.bid, event.ask, event.last, event.volume]
            : event.channel === 'trade'
              ? [event.price, event.size]
              : [...event.bids, ...event.asks].flatMap(({ price, size }) => [price, size]);
        for (const number of numbers) expect(Number(number)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: rounds(500) },
    );
  });
});
