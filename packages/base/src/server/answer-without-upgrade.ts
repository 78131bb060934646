import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NodeHandler } from './node-reply.js';

/**
 * Answers a request that asks for another protocol by the one that it came with, as servers may (RFC 9110, section 7.8), and closes the
 * connection. Clients such as Java's ask for HTTP/2 with each request. Node.js has let go of the connection: it would read no body.
 * @param timeoutMs without traffic, after which the connection is cut
 */
export function answerWithoutUpgrade(
  request: IncomingMessage,
  socket: Socket,
  timeoutMs: number,
  onRequest: NodeHandler,
): void {
  socket.setTimeout(timeoutMs, () => socket.destroy());
  socket.resume();
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('drain', () => response.emit('drain'));
  response.once('finish', () => {
    response.detachSocket(socket);
    socket.destroySoon();
  });
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined && !(Number(headers['content-length']) > 0)) {
    onRequest(request, response);
    return;
  }
  response.writeHead(501, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`Send a body without "Upgrade: ${headers.upgrade}".\n`);
}
