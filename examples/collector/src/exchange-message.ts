import type { Channel, Decimal, MarketEvent, PriceLevel, Subscription } from './market-event.js';

export type ExchangeMessage =
  | { readonly kind: 'event'; readonly event: MarketEvent }
  /** The exchange refuses something: an unknown symbol, too many requests. */
  | { readonly kind: 'refusal'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * Reads one message of the exchange. Never throws. Accepts only subscribed channels and symbols, so that a fault of the
 * exchange cannot invent label values.
 *
 * The format is that of GMO Coin's public WebSocket API (`{"channel":"ticker","symbol":"BTC_JPY","bid":"…",…}`), with
 * `"kind":"delta"` for an order book that holds only what changed.
 */
export function readMessage(
  data: Uint8Array | string,
  isSubscribed: (subscription: Subscription) => boolean,
): ExchangeMessage {
  try {
    const message: unknown = JSON.parse(typeof data === 'string' ? data : utf8.decode(data));
    if (isRecord(message) && typeof message['error'] === 'string') {
      return { kind: 'refusal', reason: message['error'].slice(0, 200) };
    }
    const event = normalise(record(message));
    if (!isSubscribed(event)) throw new Malformed(`no subscription to ${event.channel} of this symbol`);
    return { kind: 'event', event };
  } catch (error) {
    return { kind: 'malformed', reason: error instanceof Malformed ? error.message : 'not JSON in UTF-8' };
  }
}

/** The channels' names on the exchange. */
export const channelNames: Readonly<Record<Channel, string>> = {
  ticker: 'ticker',
  orderbook: 'orderbooks',
  trade: 'trades',
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

class Malformed extends Error {}

function normalise(message: JsonRecord): MarketEvent {
  const base = { symbol: text(message, 'symbol'), timeMs: timeMs(message['timestamp']) };
  switch (message['channel']) {
    case channelNames.ticker:
      return {
        channel: 'ticker',
        ...base,
        bid: decimal(message['bid']),
        ask: decimal(message['ask']),
        last: decimal(message['last']),
        volume: decimal(message['volume']),
      };
    case channelNames.orderbook:
      return {
        channel: 'orderbook',
        ...base,
        isSnapshot: message['kind'] !== 'delta',
        bids: priceLevels(message['bids']),
        asks: priceLevels(message['asks']),
      };
    case channelNames.trade:
      return {
        channel: 'trade',
        ...base,
        side: side(message['side']),
        price: decimal(message['price']),
        size: decimal(message['size']),
      };
    default:
      throw new Malformed('unknown channel');
  }
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown): JsonRecord {
  if (isRecord(value)) return value;
  throw new Malformed('not an object');
}

function text(message: JsonRecord, name: string): string {
  const value = message[name];
  if (typeof value === 'string') return value;
  throw new Malformed(`${name} is not a string`);
}

function decimal(value: unknown): Decimal {
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written === 'string' && /^\d{1,20}(\.\d{1,20})?$/.test(written)) return written;
  throw new Malformed('not a decimal number');
}

function timeMs(value: unknown): number {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value)) {
    const time = Date.parse(value);
    if (Number.isFinite(time)) return time;
  }
  throw new Malformed('timestamp is not a time in ISO 8601');
}

function side(value: unknown): 'buy' | 'sell' {
  if (value === 'BUY') return 'buy';
  if (value === 'SELL') return 'sell';
  throw new Malformed('side is neither BUY nor SELL');
}

function priceLevels(value: unknown): PriceLevel[] {
  if (!Array.isArray(value)) throw new Malformed('price levels are not a list');
  return value.map((level) => {
    const { price, size } = record(level);
    return { price: decimal(price), size: decimal(size) };
  });
}
