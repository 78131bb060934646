import cluster from 'node:cluster';
import { type Clock, systemClock } from '@sightline/base';
import type { LimitedServer, ListenAddress, NodeHandler } from '@sightline/base/server';
import type { MetricsBackend } from '@sightline/core';
import {
  type BackendContext,
  type DeadlineOptions,
  type PushLoop,
  pushLoop,
  type ShutdownOptions,
} from '@sightline/core/backend';
import { type FetchHandler, fetchHandler } from './fetch-handler.js';
import { nodeHandler } from './node-handler.js';
import { type PushGateway, pushGateway } from './push-gateway.js';
import { type ScrapeEndpoint, scrapeEndpoint } from './scrape-endpoint.js';
import { listenForScrapes } from './scrape-server.js';
import { type PrometheusOptions, prometheusSettings, type ResolvedOptions } from './settings.js';

/** Serves the metrics to Prometheus and other readers of its text formats. */
export interface PrometheusBackend extends MetricsBackend {
  /** Answers with the metrics at any path: for `node:http`, Express, Fastify's raw request and reply. */
  readonly handler: NodeHandler;
  /** The same for servers that speak the web's `Request` and `Response`. */
  readonly fetch: FetchHandler;
  /**
   * Opens a server for the metrics and `/healthz`, as `listen: true` does at start. Rejects if the port is taken; the error says what to
   * do. In a cluster worker it logs a warning and opens none.
   */
  listen(): Promise<void>;
  /** The address of the server; `undefined` while it does not listen. */
  readonly address: ListenAddress | undefined;
}

/** Makes the backend. Throws for wrong options. */
export function prometheusBackend(options: PrometheusOptions = {}): PrometheusBackend {
  const resolved = prometheusSettings.resolve(options);
  const endpoint = scrapeEndpoint(resolved);
  const gateway = resolved.pushGateway === undefined ? undefined : pushGateway(resolved.pushGateway);
  const handler = nodeHandler(endpoint);
  const state: State = { resolved, endpoint, handler, gateway, isShutDown: false };

  return {
    name: 'prometheus',
    histogramNeed: 'explicit',
    handler,
    fetch: fetchHandler(endpoint),
    get address() {
      return state.server?.address;
    },
    listen: () => listen(state),
    async start(context) {
      state.context = context;
      endpoint.start(context);
      if (gateway !== undefined) state.pushing = startPushing(gateway, context);
      if (resolved.listen) await listen(state);
    },
    async flush(deadline) {
      await state.pushing?.flush(deadline);
    },
    shutdown: (deadline) => shutDown(state, deadline),
  };
}

interface State {
  readonly resolved: ResolvedOptions;
  readonly endpoint: ScrapeEndpoint;
  readonly handler: NodeHandler;
  readonly gateway: PushGateway | undefined;
  context?: BackendContext;
  server?: LimitedServer;
  listening?: Promise<void>;
  pushing?: PushLoop;
  isShutDown: boolean;
}

function listen(state: State): Promise<void> {
  state.listening ??= open(state).catch((error: unknown) => {
    delete state.listening; // the port may be free when it is tried again
    throw error;
  });
  return state.listening;
}

async function open(state: State): Promise<void> {
  if (cluster.isWorker) {
    (state.context?.log ?? console).warn(
      {},
      '[backend-prometheus] This is a cluster worker, so no server was opened: workers share the port, and each scrape would reach ' +
        'another worker. Serve backend.handler on a port of each worker, or run one process per container.',
    );
    return;
  }
  const server = await listenForScrapes(state.resolved, state.handler);
  if (state.isShutDown) await server.shutdown({ timeoutMs: 0 });
  else state.server = server;
}

function startPushing(gateway: PushGateway, { source, selfMetrics, clock, log }: BackendContext): PushLoop {
  const pushes = selfMetrics.counter('sightline_prometheus_pushes_total', {
    help: 'Pushes to the Pushgateway by outcome.',
    labelNames: ['outcome'],
    labelValues: { outcome: ['accepted', 'failed'] },
  });
  const loop = pushLoop({
    name: 'prometheus',
    intervalMs: gateway.intervalMs,
    clock,
    log,
    async push(deadline) {
      try {
        await gateway.push(await source.collect(), deadline);
        pushes.inc({ outcome: 'accepted' });
      } catch (error) {
        pushes.inc({ outcome: 'failed' });
        throw error;
      }
    },
  });
  loop.start();
  return loop;
}

async function shutDown(state: State, { timeoutMs, lingerMs }: ShutdownOptions): Promise<void> {
  state.isShutDown = true;
  const clock = state.context?.clock ?? systemClock;
  const endMs = clock.monotonicMs() + timeoutMs;
  const leftMs = () => Math.max(0, endMs - clock.monotonicMs());
  const pushed = state.pushing?.shutdown({ timeoutMs });
  if (lingerMs > 0 && state.context !== undefined) {
    await within(Math.min(lingerMs, timeoutMs), state.endpoint.nextScrape(), clock);
  }
  await pushed;
  if (state.gateway?.deletesOnShutdown) await deleteGroup(state.gateway, state.context, { timeoutMs: leftMs() });
  state.endpoint.shutdown();
  await state.server?.shutdown({ timeoutMs: leftMs() });
  delete state.server;
}

async function deleteGroup(
  gateway: PushGateway,
  context: BackendContext | undefined,
  deadline: DeadlineOptions,
): Promise<void> {
  try {
    await gateway.delete(deadline);
  } catch (error) {
    context?.log.warn(
      { err: error },
      '[backend-prometheus] The group could not be deleted and is still at the Pushgateway. Delete it there.',
    );
  }
}

/** Waits for `event`, at most `timeoutMs`, and keeps the process alive meanwhile. */
function within(timeoutMs: number, event: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(resolve, timeoutMs);
    void event.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
