import { type Clock, systemClock, type Timer } from '@sightline/sdk';
import { channelNames } from './exchange-message.js';
import { type ExchangeSocket, openWebSocket } from './exchange-socket.js';
import type { Subscription } from './market-event.js';

/** A connection that is made anew whenever it is lost, until it is stopped. */
export interface ExchangeConnection {
  start(): void;
  /** Resolves when the connection is closed. Nothing is reported from then on. */
  stop(): Promise<void>;
  isOpen(): boolean;
  /** What waits in the socket to be sent. */
  bufferedBytes(): number;
}

export interface ConnectionEvents {
  onMessage(data: Uint8Array): void;
  /** A connection could not be made, or broke with an error. */
  onFailure(error: Error): void;
  /** A connection that was open is not any more; the next attempt follows by itself. */
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
  /** A ping is sent after this long without a sign of life, and after as long again without one the connection is dead. Default 15 000. */
  readonly silenceMs?: number | undefined;
  readonly openSocket?: ((url: string) => ExchangeSocket) | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1, for the jitter. */
  readonly random?: (() => number) | undefined;
}

export function exchangeConnection(events: ConnectionEvents, options: ExchangeConnectionOptions): ExchangeConnection {
  const { url, subscriptions, clock = systemClock, random = Math.random, openSocket = openWebSocket } = options;
  const { subscribeIntervalMs = 0, minRetryMs = 500, maxRetryMs = 30_000, silenceMs = 15_000 } = options;
  const { host } = new URL(url); // what else an address holds may be secret
  let socket: ExchangeSocket | undefined;
  let isOpen = false;
  let isStopped = false;
  let hasBeenOpen = false;
  let attempts = 0;
  /** For the next attempt, or for the requests and pings of the connection that is open. */
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
      // Only now: an exchange that accepts connections and drops them at once must not be called without a pause.
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

  /** Between half and all of the wait, so that the clients of a restarted exchange do not come back all at once. */
  function retryMs(): number {
    const waitMs = Math.min(maxRetryMs, minRetryMs * 2 ** Math.min(attempts++, 30));
    return waitMs * (0.5 + random() / 2);
  }

  return {
    start: open,
    async stop() {
      isStopped = true;
      cancelTimers();
      await socket?.end();
    },
    isOpen: () => isOpen,
    bufferedBytes: () => socket?.bufferedBytes() ?? 0,
  };
}

function describeEnd(code: number, reason: string): string {
  return reason === '' ? `code ${code}` : `code ${code}, ${JSON.stringify(reason.slice(0, 100))}`;
}
