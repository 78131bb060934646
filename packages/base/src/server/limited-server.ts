import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answerWithoutUpgrade } from './answer-without-upgrade.js';
import { limitConnections } from './connection-limit.js';
import type { NodeHandler } from './node-reply.js';

/** An HTTP server that is safe against slow, half-open and too many clients. */
export interface LimitedServer {
  readonly address: ListenAddress;
  /** Accepts no new connection, lets running answers end, and after `timeoutMs` cuts the others. */
  shutdown(options: { readonly timeoutMs: number }): Promise<void>;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The address for clients on this machine. */
  readonly url: string;
}

export interface LimitedServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: all interfaces. */
  readonly host: string | undefined;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** A connection with a running request is cut after so long without traffic, in milliseconds. */
  readonly responseTimeoutMs: number;
  /** A further connection replaces the one that was idle for longest. It is refused if all are busy. */
  readonly maxConnections: number;
  readonly keepsProcessAlive: boolean;
  /** Whether a cluster's worker listens by itself. Default: workers share the port, and each connection meets another one. */
  readonly isExclusive?: boolean | undefined;
  /** May take over a connection whose request asks for another protocol, such as WebSocket. Default: such a request is answered like any other. */
  readonly onUpgrade?: UpgradeHandler | undefined;
  /** The package that opens the server, and how to set its port and host: for messages. */
  readonly owner: ServerOwner;
}

export interface ServerOwner {
  readonly name: string;
  /** The option for a free port: `{ port: 0 }`. */
  readonly freePort: string;
  readonly portVariable: string;
  readonly hostVariable: string;
}

/**
 * Owns `socket` from now on, or returns false: then the request is answered like any other. The connection counts as busy until it is closed. Its errors are handled, and it ends when the client ends its side.
 * One that throws costs this connection only. Not called while the server shuts down. `head` holds the bytes read after the request.
 */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

/** Opens a server. Rejects if the port or host is not available; the error says what to do. */
export async function openLimitedServer(options: LimitedServerOptions, onRequest: NodeHandler): Promise<LimitedServer> {
  let isShuttingDown = false;
  const upgraded = new Set<Duplex>();
  const listener: NodeHandler = (request, response) => {
    if (isShuttingDown) response.setHeader('Connection', 'close');
    onRequest(request, response);
  };
  const server = limitedServer(options, listener);
  const limit = limitConnections(server, options.maxConnections);
  const { onUpgrade } = options;
  if (onUpgrade !== undefined) {
    server.on('upgrade', (request, _socket, head) => {
      const { socket } = request;
      limit.keep(socket);
      keepUntilClosed(socket, upgraded);
      if (isShuttingDown) refuse(socket);
      else if (!handOver(onUpgrade, request, socket, head)) {
        answerWithoutUpgrade(request, socket, options.responseTimeoutMs, listener);
      }
    });
  }
  const { address, port } = await listening(server, options);
  const host = address === '::' || address === '0.0.0.0' ? 'localhost' : address;
  return {
    address: { host: address, port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}` },
    shutdown({ timeoutMs }) {
      isShuttingDown = true;
      return closed(server, upgraded, timeoutMs);
    },
  };
}

function limitedServer(options: LimitedServerOptions, onRequest: NodeHandler): Server {
  const { headersTimeoutMs, requestTimeoutMs, responseTimeoutMs } = options;
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
  // Without it a client that does not read an answer would stay busy for ever.
  server.timeout = responseTimeoutMs;
  if (options.keepsProcessAlive) return server;
  server.on('connection', (socket) => socket.unref());
  return server.unref();
}

function keepUntilClosed(socket: Socket, upgraded: Set<Duplex>): void {
  socket.setTimeout(0); // the other protocol has its own time-outs
  socket.allowHalfOpen = false; // a client that has ended its side would otherwise keep its place for ever
  upgraded.add(socket);
  socket.once('close', () => upgraded.delete(socket));
  socket.on('error', () => {}); // the client closed the connection
}

function handOver(onUpgrade: UpgradeHandler, request: IncomingMessage, socket: Socket, head: Buffer): boolean {
  try {
    return onUpgrade(request, socket, head);
  } catch {
    socket.destroy(); // it must not end the process
    return true;
  }
}

function refuse(socket: Socket): void {
  socket.resume();
  socket.write('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  socket.destroySoon();
}

/** The path of a request without its query, also of the absolute form that proxies send (RFC 9112, section 3.2.2). */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1] || '/';
}

function listening(
  server: Server,
  { port, host, isExclusive = false, owner }: LimitedServerOptions,
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host, owner)));
    server.listen({ port, exclusive: isExclusive, ...(host === undefined ? {} : { host }) }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {}); // accepting can fail if there are no file descriptors left; later connections may work
      resolve(server.address() as AddressInfo);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string | undefined, owner: ServerOwner): Error {
  const message = {
    EADDRINUSE: `Port ${port} is in use. Set ${owner.portVariable}, or pass ${owner.freePort} for a free one.`,
    EACCES: `Port ${port} may not be opened by this user. Set ${owner.portVariable} to one above 1023.`,
    EADDRNOTAVAIL: `Host "${host}" is not an address of this machine. Set ${owner.hostVariable}, or omit it for all interfaces.`,
    ENOTFOUND: `Host "${host}" is not known. Set ${owner.hostVariable}, or omit it for all interfaces.`,
  }[error.code ?? ''];
  const text = message ?? `Cannot listen on port ${port}: ${error.message}.`;
  return Object.assign(new Error(`[${owner.name}] ${text}`, { cause: error }), { code: error.code });
}

function closed(server: Server, upgraded: ReadonlySet<Duplex>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(
      () => {
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy(); // closeAllConnections does not include them
      },
      Math.max(0, timeoutMs),
    );
    // A connection that was busy at the beginning of the shutdown stays open after its answer.
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
}
