import { CloseCode, type WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';

/**
 * One client, as the protocol sees it. `send` resolves when the message has left the process, so that a subscription reads its next
 * message only then, and a client that does not read makes nothing grow. While much waits to be sent, nothing more is read either.
 */
export class ClientSocket implements ProtocolSocket {
  readonly #socket: WebSocket;
  #isAlive = true;
  readonly #draining: Array<() => void> = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.once('close', () => this.#drained());
    socket.on('error', () => {}); // such as a frame that is too long; `ws` closes the connection
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    // Not left to `ws`, so that a client cannot send pings without end and read none of the answers.
    socket.on('ping', (data) => {
      if (socket.readyState === socket.OPEN) socket.pong(data, false, () => this.#sent());
      this.#stopReadingIfFull();
    });
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(data: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.readyState !== this.#socket.OPEN) {
        resolve();
        return;
      }
      this.#socket.send(data, () => {
        this.#sent();
        resolve(); // an error means that the connection closes
      });
      this.#stopReadingIfFull();
    });
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  onMessage(handle: (message: string) => Promise<void>): void {
    this.#socket.on('message', (data) => {
      handle(String(data)).catch(() => this.close(CloseCode.BadRequest, 'The message is not one that a client sends.'));
    });
  }

  ping(): void {
    if (!this.#isAlive) {
      this.terminate();
      return;
    }
    this.#isAlive = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Resolves when less waits to be sent than stops the reading, or when the connection is closed. */
  whenDrained(): Promise<void> {
    if (this.#socket.bufferedAmount < MAX_BUFFERED || this.#socket.readyState !== this.#socket.OPEN) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#draining.push(resolve);
    });
  }

  #sent(): void {
    if (this.#socket.bufferedAmount >= MAX_BUFFERED) return;
    this.#drained();
    if (this.#socket.isPaused) this.#socket.resume();
  }

  #drained(): void {
    for (const resolve of this.#draining.splice(0)) resolve();
  }

  #stopReadingIfFull(): void {
    if (this.#socket.bufferedAmount >= MAX_BUFFERED) this.#socket.pause();
  }
}

const MAX_BUFFERED = 262_144;
