import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '@sightline/base';

/**
 * An answer of server-sent events. It has no queue: its owner asks `isBlocked`, or waits for `writable`, before it sends. A client that
 * takes nothing for a minute is cut, so that it does not keep its place.
 */
export class EventStream {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #maxBufferedBytes: number;
  readonly #ping: string;
  readonly #onClose = new Set<() => void>();
  #onDrain: Array<() => void> = [];
  #mustDrain = false;
  /** Bytes that the client had taken at the last ping. */
  #bytesTaken = 0;
  #pingsWithoutProgress = 0;
  /** Whether nothing more can be sent. */
  #isClosed = false;
  /** Whether the answer is over, for the client as well. */
  #isGone = false;
  #timer: Timer | undefined;

  /** Answers with status 200. */
  constructor({ request, response, headers, clock, maxBufferedBytes = 0, pings }: EventStreamOptions) {
    this.#request = request;
    this.#response = response;
    this.#clock = clock;
    this.#maxBufferedBytes = maxBufferedBytes;
    this.#ping = pings === 'events' ? 'event: ping\ndata: {}\n\n' : ': ping\n\n';
    response
      .on('drain', this.#drained)
      .on('close', this.#gone)
      .on('error', () => {});
    response.writeHead(200, { ...headers, ...streamHeaders });
    response.flushHeaders();
    this.#setTimer();
    if (response.destroyed) this.#gone();
    else if (request.method === 'HEAD') this.end();
  }

  /** Whether more than `maxBufferedBytes` wait for the client. */
  get isBlocked(): boolean {
    return this.#mustDrain && (this.#response.writableLength ?? Number.POSITIVE_INFINITY) > this.#maxBufferedBytes;
  }

  /** Whether nothing more can be sent. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @param json without line breaks, as `JSON.stringify` writes it */
  send(event: string, json: string): void {
    this.#write(`event: ${event}\ndata: ${json}\n\n`);
  }

  /** Resolves when the client has taken all that was sent, about, or the stream is closed. */
  writable(): Promise<void> {
    if (!this.#mustDrain || this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => this.#onDrain.push(resolve));
  }

  /** Calls `listener` once when the connection or the answer has ended, at once if that has happened already. */
  onClose(listener: () => void): void {
    if (this.#isGone) listener();
    else this.#onClose.add(listener);
  }

  /** Sends nothing more. */
  end(): void {
    if (this.#isClosed) return;
    this.#stop();
    this.#response.end();
  }

  /** Ends at once, if the client has not taken all. */
  cut(): void {
    if (!this.#isGone) this.#response.destroy();
  }

  #write(text: string): void {
    if (this.#isClosed) return;
    if (!this.#response.write(text)) this.#mustDrain = true;
    (this.#response as { flush?: () => void }).flush?.(); // of a compression middleware
  }

  readonly #drained = (): void => {
    this.#mustDrain = false;
    for (const resolve of this.#onDrain.splice(0)) resolve();
  };

  #stop(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#drained();
  }

  readonly #gone = (): void => {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#stop();
    for (const listener of this.#onClose) listener();
    this.#onClose.clear();
  };

  /** Keeps proxies from closing a connection without traffic, and finds clients that take nothing. */
  #setTimer(): void {
    this.#timer = this.#clock.setTimer(() => {
      if (this.#mustDrain) this.#checkProgress();
      else this.#write(this.#ping);
      if (!this.#isClosed) this.#setTimer();
    }, PING_MS);
    this.#timer.unref();
  }

  #checkProgress(): void {
    const { bytesWritten } = this.#request.socket;
    const hasProgress = bytesWritten !== this.#bytesTaken;
    this.#bytesTaken = bytesWritten;
    this.#pingsWithoutProgress = hasProgress ? 0 : this.#pingsWithoutProgress + 1;
    if (this.#pingsWithoutProgress >= MAX_PINGS_WITHOUT_PROGRESS) this.cut();
  }
}

export interface EventStreamOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** How much may wait for the client before the stream counts as blocked. Default: as much as the system takes at once. */
  readonly maxBufferedBytes?: number | undefined;
  /** Whether scripts of a browser see the signs of life, which they do of events alone. Default: comments, which all clients ignore. */
  readonly pings?: 'events' | undefined;
}

const PING_MS = 15_000;
const MAX_PINGS_WITHOUT_PROGRESS = 4;

const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // `no-transform`: a middleware or proxy that compresses would hold events back.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};
