import { createConnection, type Socket } from 'node:net';
import { type Clock, messageOf, withDeadline } from '@sightline/base';
import { eventsHandled } from '@sightline/base/event-loop';
import type { HostAddresses } from './host-addresses.js';
import { RetryDelay } from './retry-delay.js';
import type { Transport, TransportEvents } from './transport.js';

export type StreamTarget =
  | { readonly protocol: 'tcp'; readonly host: string; readonly port: number; readonly addresses: HostAddresses }
  | { readonly protocol: 'unix'; readonly path: string };

type Destination = { readonly path: string } | { readonly host: string; readonly port: number };

/** The connection is closed if the peer reads nothing for so long. */
const writeTimeoutMs = 30_000;

/**
 * A connection over TCP or a Unix stream socket. A payload counts as sent when the kernel has all of it. It is unknown what a lost
 * connection still held there.
 */
export class StreamTransport implements Transport {
  readonly target: string;
  readonly #options: StreamTarget;
  readonly #clock: Clock;
  readonly #events: TransportEvents;
  readonly #retry: RetryDelay;
  #socket: Socket | undefined;
  #connecting: Socket | undefined;
  #lastError: Error | undefined;
  #isShutDown = false;

  constructor(options: StreamTarget, clock: Clock, events: TransportEvents) {
    this.target =
      options.protocol === 'tcp'
        ? `tcp://${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`
        : `unix://${options.path}`;
    this.#options = options;
    this.#clock = clock;
    this.#events = events;
    this.#retry = new RetryDelay(clock);
  }

  async open(timeoutMs: number): Promise<void> {
    // Notice whether the peer has closed the connection since the last push: a write to it would be lost.
    if (this.#socket !== undefined) await eventsHandled();
    if (this.#socket?.writable === true) return;
    if (!this.#retry.isDue && this.#lastError !== undefined) throw this.#lastError;
    try {
      const untilMs = this.#clock.monotonicMs() + timeoutMs;
      await this.#connectToAny(await this.#destinations(timeoutMs), untilMs);
      this.#retry.succeeded();
      this.#events.connected();
    } catch (error) {
      this.#retry.failed();
      if (this.#options.protocol === 'tcp') this.#options.addresses.doubt();
      this.#lastError = this.#explained(error);
      throw this.#lastError;
    }
  }

  async send(payload: Buffer): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) throw this.#lost(new Error('the connection is closed'));
    const written = new Promise<void>((resolve, reject) => {
      socket.write(payload, (error) => (error === undefined || error === null ? resolve() : reject(error)));
    });
    try {
      await withDeadline(written, writeTimeoutMs, 'The write', this.#clock);
    } catch (error) {
      socket.destroy();
      throw this.#lost(error);
    }
  }

  pause(): Promise<void> {
    return new Promise((resolve) => void setImmediate(resolve)); // a full buffer holds writes back by itself
  }

  async flush(): Promise<void> {}

  skipBackoff(): void {
    this.#retry.makeDue();
  }

  async shutdown(timeoutMs: number): Promise<void> {
    this.#isShutDown = true;
    this.#connecting?.destroy();
    const socket = this.#socket;
    if (socket === undefined) return;
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    socket.destroySoon(); // after everything that was written
    await withDeadline(closed, timeoutMs, 'Closing', this.#clock).catch(() => socket.destroy());
  }

  async #destinations(timeoutMs: number): Promise<readonly Destination[]> {
    if (this.#options.protocol === 'unix') return [{ path: this.#options.path }];
    const { port, addresses } = this.#options;
    return (await addresses.resolve(timeoutMs)).map(({ address }) => ({ host: address, port }));
  }

  /** Tries one after the other, each with its share of the remaining time, because an address may never answer. */
  async #connectToAny(destinations: readonly Destination[], untilMs: number): Promise<void> {
    let failure: unknown;
    for (const [i, destination] of destinations.entries()) {
      const shareMs = Math.max(0, untilMs - this.#clock.monotonicMs()) / (destinations.length - i);
      try {
        const connected = this.#connect(destination);
        return await withDeadline(connected, shareMs, `[backend-statsd] Connecting to ${this.target}`, this.#clock);
      } catch (error) {
        this.#connecting?.destroy();
        failure = error;
      }
    }
    throw failure;
  }

  #connect(destination: Destination): Promise<void> {
    if (this.#isShutDown) throw new Error('the backend was shut down');
    const socket = createConnection({ ...destination, noDelay: true });
    this.#connecting = socket;
    socket.unref();
    socket.resume(); // ignores data, but notices the end of the connection
    return new Promise((resolve, reject) => {
      socket.once('connect', () => {
        this.#connecting = undefined;
        this.#socket = socket;
        resolve();
      });
      socket.on('error', (error) => {
        this.#lastError = this.#explained(error);
        reject(error);
      });
      socket.once('close', () => {
        if (this.#connecting === socket) this.#connecting = undefined;
        if (this.#socket === socket) this.#socket = undefined;
        reject(new Error('the connection was closed'));
      });
    });
  }

  #lost(cause: unknown): Error {
    const reason = messageOf(cause).replace(/\.$/, '');
    return new Error(
      `[backend-statsd] The connection to ${this.target} was lost: ${reason}. The next push opens it again.`,
      {
        cause,
      },
    );
  }

  #explained(error: unknown): Error {
    const { code, message } = error as NodeJS.ErrnoException;
    if (message?.startsWith('[')) return error as Error;
    return new Error(`[backend-statsd] No connection to ${this.target}: ${this.#advice(code) ?? `${message}.`}`, {
      cause: error,
    });
  }

  #advice(code: string | undefined): string | undefined {
    const isUnix = this.#options.protocol === 'unix';
    switch (code) {
      case 'ECONNREFUSED':
        return isUnix
          ? 'no server listens on the socket. Start the server, or set another path.'
          : 'no server listens there. Start the server, or set STATSD_HOST and STATSD_PORT.';
      case 'ENOENT':
        return 'there is no such socket. Start the server, or set another path.';
      case 'EACCES':
        return 'this user may not write to the socket. Change its permissions.';
      case 'EPROTOTYPE':
        return 'it is a datagram socket, which Node.js cannot open. Let the server listen on a stream socket (dogstatsd_stream_socket of the Datadog agent), or use UDP.';
      default:
        return undefined;
    }
  }
}
