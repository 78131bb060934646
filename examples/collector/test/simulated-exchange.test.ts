import { once } from 'node:events';
import { fakeClock } from '@sightline/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readMessage } from '../src/exchange-message.js';
import type { Subscription } from '../src/market-event.js';
import { type SimulatedExchange, startSimulatedExchange } from '../src/simulated-exchange.js';
import { simulatedFeed } from '../src/simulated-feed.js';

const subscriptions: Subscription[] = [
  { channel: 'ticker', symbol: 'BTC_JPY' },
  { channel: 'orderbook', symbol: 'BTC_JPY' },
  { channel: 'trade', symbol: 'ETH_JPY' },
];

describe('the simulated feed', () => {
  const messages = (seed: number, malformedRatio: number) => {
    const feed = simulatedFeed({ seed, malformedRatio });
    return Array.from({ length: 3000 }, (_, i) => feed.next(subscriptions, 1_703_689_200_000 + i));
  };
  const isAsked = ({ channel, symbol }: Subscription) =>
    subscriptions.some((each) => each.channel === channel && each.symbol === symbol);

  test('is the same for the same seed, and another for another', () => {
    expect(messages(7, 0.1)).toEqual(messages(7, 0.1));
    expect(messages(7, 0.1)).not.toEqual(messages(8, 0.1));
  });

  test('is read as what it says it is: events of the subscription, or malformed', () => {
    for (const { data, subscription } of messages(3, 0.2)) {
      const read = readMessage(data, isAsked);
      expect(read).toMatchObject(
        subscription === undefined ? { kind: 'malformed' } : { kind: 'event', event: subscription },
      );
    }
  });

  test('has as many faults as was asked for, of several kinds', () => {
    const faults = messages(5, 0.1).filter(({ subscription }) => subscription === undefined);
    expect(faults.length).toBeGreaterThan(240);
    expect(faults.length).toBeLessThan(360);
    const reasons = faults.map(({ data }) => readMessage(data, isAsked)).map((read) => JSON.stringify(read));
    expect(new Set(reasons).size).toBeGreaterThanOrEqual(4);
  });

  test('sends whole books now and then, and changes in between', () => {
    const books = messages(2, 0)
      .map(({ data }) => readMessage(data, isAsked))
      .flatMap((read) => (read.kind === 'event' && read.event.channel === 'orderbook' ? [read.event] : []));
    const snapshots = books.filter(({ isSnapshot }) => isSnapshot);
    expect(books[0]?.isSnapshot).toBe(true);
    expect(snapshots.length).toBeGreaterThan(5);
    expect(snapshots.length).toBeLessThan(books.length / 10);
    for (const { bids, asks } of snapshots) expect(Number(bids[0]?.price)).toBeLessThan(Number(asks[0]?.price));
  });
});

describe('the simulated exchange', () => {
  const running: SimulatedExchange[] = [];
  const sockets: WebSocket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    for (const exchange of running.splice(0)) await exchange.shutdown();
  });

  async function connected(exchange: SimulatedExchange): Promise<{ socket: WebSocket; received: string[] }> {
    running.push(exchange);
    const socket = new WebSocket(exchange.url);
    sockets.push(socket);
    const received: string[] = [];
    socket.on('message', (data) => received.push(data.toString()));
    await once(socket, 'open');
    return { socket, received };
  }

  test('sends only what was subscribed to, and counts it', async () => {
    const clock = fakeClock();
    const exchange = await startSimulatedExchange({
      clock,
      malformedRatio: 0,
      secondsBetweenDrops: Number.POSITIVE_INFINITY,
    });
    const { socket, received } = await connected(exchange);
    await clock.advanceAsync(1000);
    socket.send(JSON.stringify({ command: 'subscribe', channel: 'trades', symbol: 'ETH_JPY' }));
    socket.send('what?');
    await once(socket, 'message');
    expect(received).toEqual(['{"error":"ERR-5106 Invalid request parameter."}']);
    const whole = new Promise<void>((resolve) => socket.on('message', () => received.length === 101 && resolve()));
    clock.advance(1000);
    await whole;
    expect(new Set(received.slice(1).map((text) => JSON.parse(text).channel))).toEqual(new Set(['trades']));
    expect(exchange.sent).toEqual({ events: new Map([['trade:ETH_JPY', 100]]), malformed: 0 });
  });

  test('drops connections and turns some of those that follow away', async () => {
    const clock = fakeClock();
    const exchange = await startSimulatedExchange({ clock, secondsBetweenDrops: 0.01, refusalRatio: 1 });
    running.push(exchange);
    const socket = new WebSocket(exchange.url);
    const [code] = await once(socket, 'close');
    expect([1001, 1006]).toContain(code);
    const [error] = await once(new WebSocket(exchange.url), 'error');
    expect(String(error)).toContain('503');
  });
});
