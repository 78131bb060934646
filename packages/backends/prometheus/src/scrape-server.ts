import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeHandler } from './node-handler.js';
import { nodeReply } from './node-handler.js';
import type { ResolvedOptions } from './options.js';

/** A server of its own for the page and `/healthz`. */
export interface ScrapeServer {
  readonly address: ListenAddress;
  /** Takes no new connection, lets running answers end, and after `timeoutMs` cuts those that have not. */
  close(timeoutMs: number): Promise<void>;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Of the page, as this machine can reach it. */
  readonly url: string;
}

/** Rejects where the port or host cannot be had. */
export async function listenForScrapes(options: ResolvedOptions, page: NodeHandler): Promise<ScrapeServer> {
  let isClosing = false;
  const server = limitedServer(options, (request, response) => {
    if (isClosing) response.setHeader('Connection', 'close');
    const path = pathOf(request);
    if (path === options.path) page(request, response);
    else if (path === '/healthz') answerHealth(request, response);
    else nodeReply(request, response).send(404, plainText, `Not found. Metrics are at ${options.path}.\n`);
  });
  const { address, port } = await listening(server, options);
  const host = address === '::' || address === '0.0.0.0' ? 'localhost' : address;
  return {
    address: { host: address, port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}${options.path}` },
    close(timeoutMs) {
      isClosing = true;
      return closed(server, timeoutMs);
    },
  };
}

const plainText = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };

function limitedServer(options: ResolvedOptions, onRequest: NodeHandler): Server {
  const { headersTimeoutMs, requestTimeoutMs } = options;
  const server = createServer(
    {
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      // Node.js looks for overdue requests only this often; its default is 30 s.
      connectionsCheckingInterval: Math.max(50, Math.min(headersTimeoutMs, requestTimeoutMs) / 2),
      // Above the usual scrape intervals of 15 to 60 s, so that Prometheus keeps its connection.
      keepAliveTimeout: 75_000,
      maxHeaderSize: 8192,
    },
    onRequest,
  );
  server.maxConnections = options.maxConnections;
  if (options.keepsProcessAlive) return server;
  server.on('connection', (socket) => socket.unref());
  return server.unref();
}

/** The path without query, also of the absolute form that proxies send (RFC 9112, section 3.2.2). */
function pathOf({ url = '/' }: IncomingMessage): string {
  return /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1] || '/';
}

function answerHealth(request: IncomingMessage, response: ServerResponse): void {
  const reply = nodeReply(request, response);
  if (request.method === 'GET' || request.method === 'HEAD') reply.send(200, plainText, 'ok\n');
  else reply.send(405, { ...plainText, Allow: 'GET, HEAD' }, 'Only GET and HEAD.\n');
}

function listening(server: Server, { port, host }: ResolvedOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {}); // accepting can fail for want of file descriptors; the next connection is tried anew
      resolve(server.address() as AddressInfo);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string | undefined): Error {
  const message = {
    EADDRINUSE: `Port ${port} is in use. Set METRICS_PORT, or pass { port: 0 } for a free one.`,
    EACCES: `Port ${port} may not be opened by this user. Set METRICS_PORT to one above 1023.`,
    EADDRNOTAVAIL: `Host "${host}" is no address of this machine. Set METRICS_HOST, or leave it out for all interfaces.`,
    ENOTFOUND: `Host "${host}" is not known. Set METRICS_HOST, or leave it out for all interfaces.`,
  }[error.code ?? ''];
  const text = message ?? `Cannot listen on port ${port}: ${error.message}.`;
  return Object.assign(new Error(`[backend-prometheus] ${text}`, { cause: error }), { code: error.code });
}

function closed(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), Math.max(0, timeoutMs));
    // Connections that were busy when closing began stay open, idle, when their answer has ended.
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
}
