import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type Log, leaveUnobserved, valueText } from '@sightline/base';
import { parametersOf } from '../http/exchange.js';
import { FaultLog } from '../http/fault-log.js';
import { isGraphqlUpgrade, mountOf } from '../http/mount.js';
import { refuseUpgrade } from '../http/refuse-upgrade.js';
import { RequestError } from '../http/request-error.js';
import { RequestsOfSockets } from '../http/requests-of-sockets.js';
import { MAX_VIEWERS, ViewerPlaces, type Viewers } from '../http/viewers.js';
import { withoutTracing } from '../http/without-tracing.js';
import type { ServiceRow } from '../model/answers.js';
import type { LiveApi } from '../model/api.js';
import type { Broadcaster } from '../model/broadcaster.js';
import { createAccess, type Refusals } from './access/access.js';
import type { AccessOptions } from './access/access-options.js';
import { LazyGraphql } from './lazy-graphql.js';
import { LiveRoutes } from './live-routes.js';

export interface LiveHandlerOptions {
  readonly api: LiveApi;
  readonly broadcaster: Broadcaster;
  /** Differs after a restart. */
  readonly bootId: string;
  readonly access: AccessOptions;
  /** The folder of the page's build. Default: the one that this package contains. */
  readonly pageFolder?: string | undefined;
  /** Where the page is, below what a router takes off. Default: `/live`. */
  readonly basePath?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Who has sent something: for GraphQL. */
  readonly services: () => readonly ServiceRow[] | Promise<readonly ServiceRow[]>;
  /** Streams and sockets at a time. Default: 10. */
  readonly maxViewers?: number | undefined;
}

/** Serves the dashboard: in a server of its own, or mounted in one of the service. */
export interface LiveHandler {
  /**
   * Answers a request below the base path. Others go to `next`, or get 404. Works as the listener of a `node:http` server and as middleware
   * of Express; never throws.
   */
  readonly handler: (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void;
  /**
   * Takes over a WebSocket of the GraphQL endpoint, and returns true; returns false for others, which stay the caller's. For the event
   * `upgrade` of a server.
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /**
   * The link that logs in; without a token that of the page.
   * @param origin `http://127.0.0.1:9466`
   */
  link(origin: string): string;
  readonly viewers: Viewers;
  /** How many requests were refused, by reason. */
  readonly refused: Refusals;
  /** Ends all streams and sockets. Those that have not gone after `timeoutMs` are cut. Later requests get 503. */
  shutdown(options: { readonly timeoutMs: number }): Promise<void>;
}

/** Throws for wrong options, and for access that would let everyone in. */
export function liveHandler(options: LiveHandlerOptions): LiveHandler {
  const { clock, basePath = '/live', maxViewers = MAX_VIEWERS } = options;
  checkOptions(basePath, maxViewers);
  const faults = new FaultLog(options.log, clock);
  const access = createAccess(options.access, clock);
  const places = new ViewerPlaces(maxViewers);
  const graphql = new LazyGraphql({ ...options, faults, places, mayIntrospect: access.mayIntrospect });
  const routes = new LiveRoutes({ ...options, pageFolder: options.pageFolder, faults, access, places, graphql });
  const pipelined = new RequestsOfSockets();
  let isShutDown = false;

  async function upgradeChecked(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      if (isShutDown) throw shuttingDown();
      access.checkHost(request);
      access.checkOrigin(request);
      await access.checkClient(request);
      const server = await graphql.load();
      if (isShutDown) throw shuttingDown();
      if (!socket.destroyed) server.upgrade(request, socket, head);
    } catch (error) {
      const known = error instanceof RequestError ? error : new RequestError(500, 'The upgrade failed.');
      if (known !== error) faults.failed('A WebSocket of the dashboard', error);
      refuseUpgrade(socket, known.status, known.message, known.headers);
    }
  }

  return {
    handler(request, response, next) {
      const mount = mountOf(request, basePath);
      if (mount === undefined) {
        passOn(request, response, next);
        return;
      }
      leaveUnobserved(request);
      // A middleware of the service may have opened its own API to other origins.
      for (const name of response.getHeaderNames()) if (name.startsWith('access-control-')) response.removeHeader(name);
      const exchange = { request, response, ...mount, parameters: parametersOf(request) };
      const refusal = isShutDown ? shuttingDown() : pipelined.isFull(request.socket) ? tooManyAtOnce() : undefined;
      pipelined.add(request.socket, response);
      withoutTracing(() => void routes.answer(exchange, refusal));
    },
    upgrade(request, socket, head) {
      if (!isGraphqlUpgrade(request, basePath)) return false;
      socket.on('error', () => {}); // the client closed the connection
      withoutTracing(() => void upgradeChecked(request, socket, head).catch(() => socket.destroy()));
      return true;
    },
    link: (origin) => `${origin.replace(/\/$/, '')}${basePath}/${access.loginQuery ?? ''}`,
    viewers: places,
    get refused() {
      return access.refused;
    },
    async shutdown({ timeoutMs }) {
      isShutDown = true;
      routes.shutdown();
      graphql.shutdown();
      await viewersGone(places, timeoutMs, clock);
      routes.cut();
      graphql.cut();
    },
  };
}

function passOn(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void {
  if (next !== undefined) {
    next();
    return;
  }
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(request.method === 'HEAD' ? undefined : 'Not found\n');
}

function shuttingDown(): RequestError {
  return new RequestError(503, 'The service shuts down.', { 'Retry-After': '5' });
}

function tooManyAtOnce(): RequestError {
  return new RequestError(429, 'The connection has too many requests that are not answered yet. Wait for an answer.', {
    'Retry-After': '1',
  });
}

function viewersGone(places: ViewerPlaces, timeoutMs: number, clock: Clock): Promise<void> {
  if (places.count === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      stop();
      resolve();
    };
    const timer = clock.setTimer(done, Math.max(0, timeoutMs));
    const stop = places.onChange((count) => {
      if (count === 0) done();
    });
  });
}

function checkOptions(basePath: string, maxViewers: number): void {
  if (!/^(?:\/[\w.~-]+)+$/.test(basePath)) {
    throw new Error(
      `[live] basePath is ${valueText(basePath)}. Give a path such as "/live", without a slash at its end.`,
    );
  }
  if (!(Number.isInteger(maxViewers) && maxViewers > 0)) {
    throw new Error(`[live] maxViewers is ${valueText(maxViewers)}. Give a whole number above 0.`);
  }
}
