import type { Socket } from 'node:net';
import type { NodeRequest } from './node-messages.js';

/**
 * Calls `listener` when the connection of an HTTP/1 request closes; returns what takes it back. Responses that wait behind others of a pipeline
 * have no connection yet, and hear nothing of its end. One listener per connection, however many requests wait on it.
 */
export function onSocketClosed(request: NodeRequest, listener: () => void): () => void {
  if (request.httpVersionMajor >= 2) return () => {};
  const { socket } = request as { socket?: Socket | undefined };
  if (typeof socket?.once !== 'function') return () => {};
  let waiting = waitingOn.get(socket);
  if (waiting === undefined) {
    const added = new Set<() => void>();
    waiting = added;
    waitingOn.set(socket, added);
    socket.once('close', () => {
      for (const each of [...added]) each();
    });
  }
  waiting.add(listener);
  return () => void waiting.delete(listener);
}

const waitingOn = new WeakMap<Socket, Set<() => void>>();
