import { pipeline, type Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Headers, Reply } from '@sightline/base/server';
import type { BackendContext } from '@sightline/core/backend';
import { bearerTokenCheck } from './bearer-token.js';
import type { Exposition } from './exposition-format.js';
import { expositionStream } from './exposition-stream.js';
import { negotiateExposition, prefersGzip } from './negotiate.js';
import type { ResolvedOptions } from './options.js';
import { declareSelfMetrics, type SelfMetrics } from './self-metrics.js';
import { targetInfo, withTargetInfo } from './target-info.js';

/** Answers scrapes of any server, and bounds their cost. */
export interface ScrapeEndpoint {
  /** From now on answers with the metrics of `context`. */
  start(context: BackendContext): void;
  /** Answers a scrape. Rejects only if `reply` throws. */
  serve(request: ScrapeRequest, reply: Reply): Promise<void>;
  /** Resolves when a scrape that began after this call is delivered. */
  nextScrape(): Promise<void>;
  /** Answers 503 from now on. */
  shutdown(): void;
}

export interface ScrapeRequest {
  readonly method: string;
  /** @param name lower-case */
  header(name: string): string | undefined;
}

export function scrapeEndpoint(options: ResolvedOptions): ScrapeEndpoint {
  const isAuthorized = options.bearerToken === undefined ? () => true : bearerTokenCheck(options.bearerToken);
  let running: Running | undefined;
  let inFlight = 0;
  let waiting: Array<() => void> = [];

  return {
    start(context) {
      running = { context, selfMetrics: declareSelfMetrics(context.selfMetrics), hasLogged: false };
    },
    async serve(request, reply) {
      const selfMetrics = running?.selfMetrics;
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        selfMetrics?.refusedRequests.inc({ reason: 'method' });
        reply.send(405, { ...plainText, Allow: 'GET, HEAD' }, 'Only GET and HEAD.\n');
      } else if (!isAuthorized(request.header('authorization'))) {
        selfMetrics?.refusedRequests.inc({ reason: 'unauthorized' });
        reply.send(
          401,
          { ...plainText, 'WWW-Authenticate': 'Bearer realm="metrics"' },
          'A bearer token is required.\n',
        );
      } else if (running === undefined) {
        reply.send(503, { ...plainText, 'Retry-After': '1' }, 'Metrics are not being collected.\n');
      } else if (inFlight >= options.maxConcurrentScrapes) {
        selfMetrics?.refusedRequests.inc({ reason: 'busy' });
        reply.send(503, { ...plainText, 'Retry-After': '1' }, 'Too many scrapes at once.\n');
      } else if (request.method === 'HEAD') {
        reply.send(200, expositionHeaders(negotiateExposition(request.header('accept')), false), '');
      } else {
        const resolvedAfterwards = waiting;
        inFlight++;
        const isDelivered = await deliver(request, reply, running, options);
        inFlight--;
        if (!isDelivered) return;
        for (const resolve of resolvedAfterwards) resolve();
        waiting = waiting.filter((resolve) => !resolvedAfterwards.includes(resolve));
      }
    },
    nextScrape: () =>
      new Promise((resolve) => {
        waiting = [...waiting, resolve];
      }),
    shutdown() {
      running = undefined;
    },
  };
}

interface Running {
  readonly context: BackendContext;
  readonly selfMetrics: SelfMetrics;
  hasLogged: boolean;
}

const plainText: Headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };

function expositionHeaders({ contentType }: Exposition, isGzip: boolean): Headers {
  const headers = { 'Content-Type': contentType, 'Cache-Control': 'no-store', Vary: 'Accept, Accept-Encoding' };
  return isGzip ? { ...headers, 'Content-Encoding': 'gzip' } : headers;
}

async function deliver(
  request: ScrapeRequest,
  reply: Reply,
  running: Running,
  options: ResolvedOptions,
): Promise<boolean> {
  const { context, selfMetrics } = running;
  const { clock, source, log } = context;
  const exposition = negotiateExposition(request.header('accept'));
  const isGzip = options.gzip && prefersGzip(request.header('accept-encoding'));
  const startMs = clock.monotonicMs();
  const timeout = new AbortController();
  const timer = clock.setTimer(() => timeout.abort(), options.responseTimeoutMs);
  timer.unref();
  try {
    const { families } = await source.collect();
    const body = expositionStream(withTargetInfo(families, targetInfo(options.resource)), {
      format: exposition.format,
      createdTimestamps: options.createdTimestamps,
      monotonicMs: () => clock.monotonicMs(),
      onLeftOut: (metric, reason) => selfMetrics.leftOut.inc({ metric, reason }),
    });
    await reply.stream(expositionHeaders(exposition, isGzip), isGzip ? gzipped(body) : body, timeout.signal);
    selfMetrics.scrapes.inc({ format: exposition.format });
    selfMetrics.scrapeSeconds.observe((clock.monotonicMs() - startMs) / 1000);
    return true;
  } catch (error) {
    const reason = timeout.signal.aborted ? 'timeout' : isClientGone(error) ? 'client_closed' : 'error';
    selfMetrics.abortedScrapes.inc({ reason });
    reply.send(500, plainText, 'Rendering the metrics failed.\n');
    if (reason === 'error' && !running.hasLogged) {
      running.hasLogged = true;
      log.error(
        { err: error },
        '[backend-prometheus] Rendering the metrics failed. Further failures are counted, not logged.',
      );
    }
    return false;
  } finally {
    timer.cancel();
  }
}

/** Level 1: 10 % larger than level 6 for a third of its CPU time, which is spent on another thread. */
export function gzipped(body: Readable): Readable {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  return pipeline(body, gzip, () => {});
}

const clientGone = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE', 'ABORT_ERR']);

function isClientGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && clientGone.has(error.code);
}
