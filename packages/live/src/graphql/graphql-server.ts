import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../http/exchange.js';
import type { GraphqlOptions } from './graphql-options.js';
import { Operations } from './operations.js';
import { answerOverHttp, type OpenStream } from './over-http.js';
import { WebSockets } from './over-websocket.js';

/** Answers GraphQL over HTTP, server-sent events and WebSocket. Loaded when it is first used: `graphql` and `ws` take 100 ms. */
export interface GraphqlServer {
  /** Rejects with a `RequestError` for a request that is no GraphQL. */
  answer(exchange: Exchange): Promise<void>;
  /** Takes over a socket. Its request has been checked. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Informs all clients that the service goes away. */
  shutdown(): void;
  /** Cuts those that did not go. */
  cut(): void;
}

export function graphqlServer(options: GraphqlOptions): GraphqlServer {
  const operations = new Operations(options);
  const sockets = new WebSockets(options, operations);
  const streams = new Set<OpenStream>();
  return {
    answer: (exchange) => answerOverHttp(exchange, options, operations, streams),
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    shutdown() {
      for (const stream of [...streams]) stream.end();
      sockets.shutdown();
    },
    cut() {
      for (const stream of [...streams]) stream.cut();
      sockets.cut();
    },
  };
}
