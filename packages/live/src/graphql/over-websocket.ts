import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Timer } from '@sightline/base';
import { type DocumentNode, type ExecutionResult, GraphQLError } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuseUpgrade } from '../http/refuse-upgrade.js';
import { RETRY_LATER } from '../http/viewers.js';
import { withoutTracing } from '../http/without-tracing.js';
import { ClientSocket } from './client-socket.js';
import type { GraphqlOptions } from './graphql-options.js';
import { type OperationContext, operationContext } from './live-schema.js';
import type { Operations } from './operations.js';
import { QueryTurns } from './query-turns.js';

/** Answers GraphQL over WebSocket, by the protocol `graphql-transport-ws`. */
export class WebSockets {
  readonly #options: GraphqlOptions;
  readonly #protocol: Server<Extra>;
  readonly #server: WebSocketServer;
  readonly #clients = new Set<ClientSocket>();
  #timer: Timer | undefined;

  constructor(options: GraphqlOptions, operations: Operations) {
    this.#options = options;
    this.#protocol = protocolServer(operations);
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
      clientTracking: false,
      autoPong: false,
      handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { places } = this.#options;
    const leave = places.take();
    if (leave === undefined) {
      refuseUpgrade(socket, 503, places.problem, RETRY_LATER);
      return;
    }
    socket.once('close', leave);
    if (socket.destroyed) leave();
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#opened(webSocket, request));
  }

  shutdown(): void {
    for (const client of [...this.#clients]) client.close(GOING_AWAY, 'The service shuts down.');
  }

  /** Ends at once what did not end by itself. */
  cut(): void {
    for (const client of [...this.#clients]) client.terminate();
  }

  #opened(webSocket: WebSocket, request: IncomingMessage): void {
    const client = new ClientSocket(webSocket);
    const extra: Extra = {
      mayIntrospect: this.#options.mayIntrospect(request),
      subscriptions: 0,
      queries: new QueryTurns(() => client.whenDrained()),
    };
    const closed = withoutTracing(() => this.#protocol.opened(client, extra));
    this.#clients.add(client);
    this.#setTimer();
    webSocket.once('close', (code, reason) => {
      this.#clients.delete(client);
      closed(code, String(reason)).catch(() => {}); // ends the subscriptions, which cannot fail
    });
  }

  /** A client that has not answered the ping before is cut: it is gone, or does not read. */
  #setTimer(): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      for (const client of [...this.#clients]) client.ping();
      if (this.#clients.size > 0) this.#setTimer();
    }, PING_MS);
    this.#timer.unref();
  }
}

/** What belongs to one socket. */
interface Extra {
  readonly mayIntrospect: boolean;
  /** Subscriptions that run. */
  subscriptions: number;
  readonly queries: QueryTurns;
}

/** The context of an operation of a socket. */
interface SocketContext extends OperationContext {
  readonly socket: Extra;
}

/**
 * All of GraphQL is given, so that it is of the same copy of `graphql` as the schema, which another copy would refuse: services bring
 * their own.
 */
function protocolServer(operations: Operations): Server<Extra> {
  const introspecting = new WeakSet<DocumentNode>();
  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    schema: ({ extra }, _id, _payload, { document }) => {
      if (extra.mayIntrospect) introspecting.add(document);
      return operations.schema;
    },
    roots: { query: { ...operations.rootValue }, subscription: { ...operations.rootValue } },
    context: ({ extra }): SocketContext => ({ ...operationContext(), socket: extra }),
    parse: (source) => operations.parse(String(source)),
    validate: (_schema, document) => operations.validate(document, introspecting.has(document)),
    execute: (args) => (args.contextValue as SocketContext).socket.queries.run(() => operations.execute(args)),
    subscribe: (args) => counted((args.contextValue as SocketContext).socket, () => operations.subscribe(args)),
    onNext: (_context, _id, _payload, _args, result) => operations.presentable(result as ExecutionResult),
  });
}

/** Subscribes, if the socket may have one more. */
async function counted(
  socket: Extra,
  subscribe: () => ReturnType<Operations['subscribe']>,
): ReturnType<Operations['subscribe']> {
  if (socket.subscriptions >= MAX_SUBSCRIPTIONS) return tooMany;
  socket.subscriptions++;
  const results = await subscribe();
  if ('next' in results) return whenEnded(results, () => socket.subscriptions--);
  socket.subscriptions--;
  return results;
}

/** Calls `onEnd` once, whichever side ends it. */
function whenEnded(results: Results, onEnd: () => void): Results {
  let isEnded = false;
  const passed = (result: IteratorResult<ExecutionResult, void>): IteratorResult<ExecutionResult, void> => {
    if (result.done === true && !isEnded) {
      isEnded = true;
      onEnd();
    }
    return result;
  };
  const { next, return: end, throw: fail } = results;
  results.next = async () => passed(await next.call(results));
  results.return = async (value) => passed(await end.call(results, value));
  results.throw = async (error) => passed(await fail.call(results, error));
  return results;
}

type Results = AsyncGenerator<ExecutionResult, void, void>;

const MAX_SUBSCRIPTIONS = 20;
const tooMany = {
  errors: [new GraphQLError(`The socket has ${MAX_SUBSCRIPTIONS} subscriptions already. Complete one of them first.`)],
};

const MAX_FRAME_BYTES = 65_536;
const INIT_TIMEOUT_MS = 3000;
const PING_MS = 15_000;
/** RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;
