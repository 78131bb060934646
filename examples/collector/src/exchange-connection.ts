import { type Clock, systemClock, type Timer } from '@sightline/sdk';
import { channelNames } from './exchange-message.js';
import { type ExchangeSocket, openWebSocket } from './exchange-socket.js';
import type { Subscription } from './market-event.js';

/** A connection that reconnects whenever it is lost, until `shutdown`. */
export interface ExchangeConnection {
  start(): void;
  /** Resolves when the connection is closed. From then on it reports nothing. */
  shutdown(): Promise<void>;
  isOpen(): boolean;
  /** Bytes that wait in the socket to be sent. */
  bufferedBytes(): number;
}

export interface ConnectionEvents {
  onMessage(data: Uint8Array): void;
  /** A connection could not be opened, or broke with an error. */
  onFailure(error: Error): void;
  /** An open connection was lost; the next attempt follows automatically. */
  onLost(reason: Error): void;
  onReconnected(): void;
}

export interface ExchangeConnectionOptions {
  readonly url: string;
  readonly subscriptions: readonly Subscription[];
  /** Least time between two requests to subscribe: exchanges limit them. Default 0. */
  readonly subscribeIntervalMs?: number | undefined;
  /** The first wait before an attempt; it doubles with each that fails. Default 500. */
  readonly minRetryMs?: number | undefined;
  /** Default 30 000. */
  readonly maxRetryMs?: number | undefined;
  /** After this long without a message a ping is sent; after as long again without an answer the connection is dead. Default 15 000. */
  readonly silenceMs?: number | undefined;
  readonly openSocket?: ((url: string) => ExchangeSocket) | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1, for the jitter. */
  readonly random?: (() => number) | undefined;
}

export function exchangeConnection(events: ConnectionEvents, options: ExchangeConnectionOptions): ExchangeConnection {
  const { url, subscriptions, clock = systemClock, random = Math.random, openSocket = openWebSocket } = options;
  const { subscribeIntervalMs = 0, minRetryMs = 500, maxRetryMs = 30_000, silenceMs = 15_000 } = options;
  const { host } = new URL(url); // other parts of a URL may be secret
  let socket: ExchangeSocket | undefined;
  let isOpen = false;
  let isStopped = false;
  let hasBeenOpen = false;
  let attempts = 0;
  /** Timers of the next attempt, or of the requests and pings of the open connection. */
  const timers = new Set<Timer>();

  function later(delayMs: number, callback: () => void): void {
    const timer = clock.setTimer(() => {
      timers.delete(timer);
      callback();
    }, delayMs);
    timers.add(timer);
  }

  function cancelTimers(): void {
    for (const timer of timers) timer.cancel();
    timers.clear();
  }

  function open(): void {
    const opened = openSocket(url);
    socket = opened;
    let hasLifeSign = true;
    let isPinged = false;

    function watchSilence(): void {
      later(silenceMs, () => {
        if (!hasLifeSign && isPinged) return opened.terminate();
        isPinged = !hasLifeSign;
        if (isPinged) opened.ping();
        hasLifeSign = false;
        watchSilence();
      });
    }

    opened.on('open', () => {
      if (isStopped) return;
      isOpen = true;
      if (hasBeenOpen) events.onReconnected();
      hasBeenOpen = true;
      subscribe(opened, 0);
      watchSilence();
    });
    opened.on('message', (data) => {
      hasLifeSign = true;
      // Only now: an exchange that accepts connections and drops them must not be called without a pause.
      attempts = 0;
      if (!isStopped) events.onMessage(data);
    });
    for (const sign of ['ping', 'pong'] as const) {
      opened.on(sign, () => {
        hasLifeSign = true;
      });
    }
    opened.on('error', (error) => {
      if (!isStopped) events.onFailure(error);
    });
    opened.on('close', (code, reason) => {
      cancelTimers();
      const wasOpen = isOpen;
      isOpen = false;
      if (isStopped) return;
      if (wasOpen) events.onLost(new Error(`The connection to ${host} ended with ${describeEnd(code, reason)}`));
      later(retryMs(), open);
    });
  }

  function subscribe(opened: ExchangeSocket, next: number): void {
    const subscription = subscriptions[next];
    if (subscription === undefined) return;
    const { channel, symbol } = subscription;
    opened.send(JSON.stringify({ command: 'subscribe', channel: channelNames[channel], symbol }));
    if (subscribeIntervalMs === 0) subscribe(opened, next + 1);
    else later(subscribeIntervalMs, () => subscribe(opened, next + 1));
  }

  /** Between half and all of the wait, so that clients of a restarted exchange do not reconnect at the same time. */
  function retryMs(): number {
    const waitMs = Math.min(maxRetryMs, minRetryMs * 2 ** Math.min(attempts++, 30));
    return waitMs * (0.5 + random() / 2);
  }

  return {
    start: open,
    async shutdown() {
      isStopped = true;
      cancelTimers();
      await socket?.shutdown();
    },
    isOpen: () => isOpen,
    bufferedBytes: () => socket?.bufferedBytes() ?? 0,
  };
}

function describeEnd(code: number, reason: string): string {
  return reason === '' ? `code ${code}` : `code ${code}, ${JSON.stringify(reason.slice(0, 100))}`;
}
