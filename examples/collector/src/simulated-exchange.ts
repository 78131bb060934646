import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock, type Timer } from '@sightline/sdk';
import { WebSocket, WebSocketServer } from 'ws';
import { channelNames } from './exchange-message.js';
import { channels, type Subscription } from './market-event.js';
import { seededRandom } from './seeded-random.js';
import { simulatedFeed } from './simulated-feed.js';

export interface SimulatedExchangeOptions {
  /** Equal seeds and calls of the clock give equal messages. Default 1. */
  readonly seed?: number | undefined;
  /** Per connection, on average and without bursts. Default 100. */
  readonly messagesPerSecond?: number | undefined;
  /** Share of malformed messages. Default 0.005. */
  readonly malformedRatio?: number | undefined;
  /** Mean time until a connection is dropped; Infinity for never. Default 45. */
  readonly secondsBetweenDrops?: number | undefined;
  /** Mean time until a burst of half a second with ten times the messages; Infinity for never. Default 15. */
  readonly secondsBetweenBursts?: number | undefined;
  /** Share of connections that are refused with 503 after a dropped one. Default 0.3. */
  readonly refusalRatio?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** An exchange with the faults of a real one, on a free port of the loopback interface. */
export interface SimulatedExchange {
  readonly url: string;
  /** The messages sent to open connections so far. */
  readonly sent: SentMessages;
  /** Cuts every connection without a closing handshake. */
  dropConnections(): void;
  /** Goes on listening and keeping connections, but sends nothing more. */
  pause(): void;
  shutdown(): Promise<void>;
}

export interface SentMessages {
  /** By channel and symbol, such as `ticker:BTC_JPY`. */
  readonly events: ReadonlyMap<string, number>;
  readonly malformed: number;
}

export async function startSimulatedExchange(options: SimulatedExchangeOptions = {}): Promise<SimulatedExchange> {
  const { seed = 1, messagesPerSecond = 100, malformedRatio = 0.005, clock = systemClock } = options;
  const { secondsBetweenDrops = 45, secondsBetweenBursts = 15, refusalRatio = 0.3 } = options;
  const random = seededRandom(seed);
  const events = new Map<string, number>();
  const sent = { events, malformed: 0 };
  const timers = new Map<WebSocket, Timer>();
  let connections = 0;
  let isPaused = false;
  let hasDropped = false;

  function serve(socket: WebSocket): void {
    const feed = simulatedFeed({ seed: seed + connections++, malformedRatio });
    const subscriptions: Subscription[] = [];
    let owed = 0;
    let burstUntilMs = 0;

    function tick(): void {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (random() < tickSeconds / secondsBetweenDrops) return drop();
      if (random() < tickSeconds / secondsBetweenBursts) burstUntilMs = clock.monotonicMs() + 500;
      if (subscriptions.length > 0 && !isPaused) {
        owed += messagesPerSecond * tickSeconds * (clock.monotonicMs() < burstUntilMs ? 10 : 1);
        for (; owed >= 1; owed--) send();
      }
      timers.set(socket, clock.setTimer(tick, tickSeconds * 1000));
    }

    function send(): void {
      const { data, subscription } = feed.next(subscriptions, clock.now());
      socket.send(data);
      if (subscription === undefined) {
        sent.malformed++;
      } else {
        const key = `${subscription.channel}:${subscription.symbol}`;
        events.set(key, (events.get(key) ?? 0) + 1);
      }
    }

    function drop(): void {
      hasDropped = true;
      if (random() < 0.5) socket.terminate();
      else socket.close(1001, 'maintenance');
    }

    socket.on('message', (data) => {
      const subscription = requestedBy(data.toString());
      if (subscription === undefined) socket.send('{"error":"ERR-5106 Invalid request parameter."}');
      else subscriptions.push(subscription);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      timers.get(socket)?.cancel();
      timers.delete(socket);
    });
    tick();
  }

  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  const server = createServer((_, response) => response.writeHead(426).end('This is a WebSocket server.\n'));
  server.on('upgrade', (request, socket, head) => {
    if (hasDropped && random() < refusalRatio) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    } else {
      sockets.handleUpgrade(request, socket, head, serve);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    dropConnections() {
      hasDropped = true;
      for (const socket of sockets.clients) socket.terminate();
    },
    pause() {
      isPaused = true;
    },
    async shutdown() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const tickSeconds = 0.05;

function requestedBy(request: string): Subscription | undefined {
  try {
    const { command, channel: name, symbol } = JSON.parse(request);
    const channel = channels.find((each) => channelNames[each] === name);
    const isRight = command === 'subscribe' && channel !== undefined && /^[A-Z]{2,10}(_[A-Z]{2,10})?$/.test(symbol);
    return isRight ? { channel, symbol } : undefined;
  } catch {
    return undefined;
  }
}
