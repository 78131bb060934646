/** What the service publishes: one exchange's messages in a form that the next exchange's would have too. */
export type MarketEvent = Ticker | OrderBook | Trade;

export const channels = ['ticker', 'orderbook', 'trade'] as const;
export type Channel = (typeof channels)[number];

/** What is asked of the exchange, and therefore all that may come from it. */
export interface Subscription {
  readonly channel: Channel;
  readonly symbol: string;
}

export interface Ticker extends EventBase {
  readonly channel: 'ticker';
  readonly bid: Decimal;
  readonly ask: Decimal;
  readonly last: Decimal;
  /** Traded within the last 24 hours. */
  readonly volume: Decimal;
}

export interface OrderBook extends EventBase {
  readonly channel: 'orderbook';
  /** Whether it replaces the book. Otherwise it has only the levels that changed, those of size 0 being gone. */
  readonly isSnapshot: boolean;
  readonly bids: readonly PriceLevel[];
  readonly asks: readonly PriceLevel[];
}

export interface Trade extends EventBase {
  readonly channel: 'trade';
  readonly side: 'buy' | 'sell';
  readonly price: Decimal;
  readonly size: Decimal;
}

export interface PriceLevel {
  readonly price: Decimal;
  readonly size: Decimal;
}

interface EventBase {
  readonly symbol: string;
  /** The exchange's Unix time in milliseconds. */
  readonly timeMs: number;
}

/** A number >= 0 as the exchange wrote it: prices do not survive a conversion to binary and back. */
export type Decimal = string;
