import type { ServerResponse } from 'node:http';

/**
 * Counts the requests of connections that are not answered yet. One packet can hold hundreds of them, and each answer waits in memory for
 * the one before it (RFC 9112, section 9.3.2).
 */
export class RequestsOfSockets {
  readonly #running = new WeakMap<object, number>();

  isFull(socket: object): boolean {
    return (this.#running.get(socket) ?? 0) >= MAX_REQUESTS;
  }

  add(socket: object, response: ServerResponse): void {
    this.#running.set(socket, (this.#running.get(socket) ?? 0) + 1);
    response.once('close', () => this.#running.set(socket, (this.#running.get(socket) ?? 1) - 1));
  }
}

/** A page over HTTP/2 asks for some files at a time. */
const MAX_REQUESTS = 16;
