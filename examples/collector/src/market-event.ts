/** The published event: messages of any exchange in the same form. */
export type MarketEvent = Ticker | OrderBook | Trade;

export const channels = ['ticker', 'orderbook', 'trade'] as const;
export type Channel = (typeof channels)[number];

/** A subscription at the exchange: only its messages are accepted. */
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
  /** Whether it replaces the book. Otherwise it has only changed levels; size 0 removes one. */
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

/** A number >= 0 as the exchange wrote it: a conversion to binary would change prices. */
export type Decimal = string;
