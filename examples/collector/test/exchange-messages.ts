/** Messages as the exchange's documentation shows them. */
export const ticker = {
  channel: 'ticker',
  ask: '750760',
  bid: '750600',
  high: '762302',
  last: '756662',
  low: '704874',
  symbol: 'BTC_JPY',
  timestamp: '2018-03-30T12:34:56.789Z',
  volume: '194785.8484',
};

export const orderBook = {
  channel: 'orderbooks',
  asks: [{ price: '455659', size: '0.1' }],
  bids: [{ price: '455665', size: '0.2' }],
  symbol: 'BTC_JPY',
  timestamp: '2018-03-30T12:34:56.789Z',
};

export const trade = {
  channel: 'trades',
  price: '750760',
  side: 'BUY',
  size: '0.1',
  timestamp: '2018-03-30T12:34:56.789Z',
  symbol: 'BTC_JPY',
};

export const timeMs = Date.UTC(2018, 2, 30, 12, 34, 56, 789);

export function bytes(message: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}
