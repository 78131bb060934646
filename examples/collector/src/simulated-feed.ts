import { channelNames } from './exchange-message.js';
import type { Subscription } from './market-event.js';
import { seededRandom } from './seeded-random.js';

export interface SimulatedFeedOptions {
  readonly seed: number;
  /** Share of malformed messages. */
  readonly malformedRatio: number;
}

export interface SimulatedMessage {
  readonly data: string | Uint8Array;
  /** Its subscription; `undefined` for a malformed message. */
  readonly subscription: Subscription | undefined;
}

/** The messages of an exchange: prices move, books change, some messages are broken. The same for the same seed. */
export interface SimulatedFeed {
  /** A message for one of the subscriptions; there must be at least one. */
  next(subscriptions: readonly Subscription[], timeMs: number): SimulatedMessage;
}

export function simulatedFeed({ seed, malformedRatio }: SimulatedFeedOptions): SimulatedFeed {
  const random = seededRandom(seed);
  const markets = new Map<string, Market>();
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  function marketOf(symbol: string): Market {
    const known = markets.get(symbol);
    if (known !== undefined) return known;
    const market = { price: startingPrices[symbol] ?? 1000, volume: 100 + random() * 1000, booksSent: 0 };
    markets.set(symbol, market);
    return market;
  }

  /** Around the price, worse with each level. */
  function levels(price: number, direction: 1 | -1, count: number): object[] {
    return Array.from({ length: count }, (_, i) => ({
      price: priceText(price * (1 + direction * 0.0001 * (i + 1))),
      size: (random() * 2).toFixed(4),
    }));
  }

  function content(channel: Subscription['channel'], market: Market): object {
    switch (channel) {
      case 'ticker':
        return {
          ask: priceText(market.price * 1.0001),
          bid: priceText(market.price * 0.9999),
          last: priceText(market.price),
          volume: market.volume.toFixed(4),
        };
      case 'orderbook': {
        if (market.booksSent++ % booksPerSnapshot === 0) {
          return { asks: levels(market.price, 1, 20), bids: levels(market.price, -1, 20) };
        }
        const count = () => Math.floor(random() * 4);
        return { kind: 'delta', asks: levels(market.price, 1, count()), bids: levels(market.price, -1, count()) };
      }
      case 'trade': {
        const size = random() ** 3;
        market.volume += size;
        return { side: random() < 0.5 ? 'BUY' : 'SELL', price: priceText(market.price), size: size.toFixed(4) };
      }
    }
  }

  return {
    next(subscriptions, timeMs) {
      const subscription = pick(subscriptions);
      const { channel, symbol } = subscription;
      const market = marketOf(symbol);
      market.price *= 1 + (random() - 0.5) * 0.0004;
      const message = JSON.stringify({
        channel: channelNames[channel],
        symbol,
        timestamp: new Date(timeMs).toISOString(),
        ...content(channel, market),
      });
      if (random() >= malformedRatio) return { data: message, subscription };
      return { data: pick(faults)(message, random), subscription: undefined };
    },
  };
}

interface Market {
  price: number;
  volume: number;
  booksSent: number;
}

const startingPrices: Readonly<Record<string, number>> = { BTC_JPY: 15_000_000, ETH_JPY: 550_000, XRP_JPY: 420 };
const booksPerSnapshot = 50;

/** Faults seen from real exchanges. */
const faults: ReadonlyArray<(message: string, random: () => number) => string | Uint8Array> = [
  (message, random) => message.slice(0, Math.floor(random() * message.length)),
  (_, random) => Uint8Array.from({ length: 1 + Math.floor(random() * 64) }, () => 0x80 + Math.floor(random() * 64)),
  () => '<html><body>502 Bad Gateway</body></html>',
  () => 'null',
  (message) => JSON.stringify([JSON.parse(message)]),
  (message) => JSON.stringify({ ...JSON.parse(message), symbol: 'TEST_ONLY' }),
  (message) => JSON.stringify({ ...JSON.parse(message), channel: 'maintenance' }),
  (message) => JSON.stringify({ ...JSON.parse(message), timestamp: 'yesterday' }),
];

function priceText(price: number): string {
  return price.toFixed(price < 10_000 ? 3 : 0);
}
