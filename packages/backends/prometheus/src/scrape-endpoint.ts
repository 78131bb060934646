import { pipeline, type Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Headers, Reply } from '@sightline/base/server';
import type { BackendContext } from '@sightline/core/backend';
import { bearerTokenCheck } from './bearer-token.js';
import type { Exposition } from './exposition-format.js';
import { negotiateExposition, prefersGzip } from './negotiate.js';
import type { ResolvedOptions } from './options.js';
import { pageChunks } from './page-chunks.js';
import { declareSelfMetrics, type SelfMetrics } from './self-metrics.js';
import { targetInfo, withTargetInfo } from './target-info.js';

/** Answers requests for the page, whatever server they came through, and bounds what they may cost. */
export interface ScrapeEndpoint {
  /** From now on there is something to answer with. */
  open(context: BackendContext): void;
  /** Rejects only where `reply` throws. */
  serve(request: ScrapeRequest, reply: Reply): Promise<void>;
  /** Resolves when a page was delivered whose request came after this call. */
  nextScrape(): Promise<void>;
  /** Answers 503 from now on. */
  close(): void;
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
    open(context) {
      running = { context, selfMetrics: declareSelfMetrics(context.selfMetrics), hasLogged: false };
    },
    async serve(request, reply) {
      const selfMetrics = running?.selfMetrics;
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        selfMetrics?.refusedRequests.inc({ reason: 'method' });
        reply.send(405, { ...plainText, Allow: 'GET, HEAD' }, 'Only GET and HEAD.\n');
      } else if (!isAuthorized(request.header('authorization'))) {
        selfMetrics?.refusedRequests.inc({ reason: 'unauthorized' });
        reply.send(401, { ...plainText, 'WWW-Authenticate': 'Bearer realm="metrics"' }, 'A bearer token is needed.\n');
      } else if (running === undefined) {
        reply.send(503, { ...plainText, 'Retry-After': '1' }, 'Metrics are not being collected.\n');
      } else if (inFlight >= options.maxConcurrentScrapes) {
        selfMetrics?.refusedRequests.inc({ reason: 'busy' });
        reply.send(503, { ...plainText, 'Retry-After': '1' }, 'Too many scrapes at once.\n');
      } else if (request.method === 'HEAD') {
        reply.send(200, pageHeaders(negotiateExposition(request.header('accept')), false), '');
      } else {
        const toldAfterwards = waiting;
        inFlight++;
        const isDelivered = await deliver(request, reply, running, options);
        inFlight--;
        if (!isDelivered) return;
        for (const tell of toldAfterwards) tell();
        waiting = waiting.filter((tell) => !toldAfterwards.includes(tell));
      }
    },
    nextScrape: () =>
      new Promise((resolve) => {
        waiting = [...waiting, resolve];
      }),
    close() {
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

function pageHeaders({ contentType }: Exposition, isGzip: boolean): Headers {
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
    const page = pageChunks(withTargetInfo(families, targetInfo(options.resource)), {
      format: exposition.format,
      createdTimestamps: options.createdTimestamps,
      monotonicMs: () => clock.monotonicMs(),
      onLeftOut: (metric, reason) => selfMetrics.leftOut.inc({ metric, reason }),
    });
    await reply.stream(pageHeaders(exposition, isGzip), isGzip ? gzipped(page) : page, timeout.signal);
    selfMetrics.scrapes.inc({ format: exposition.format });
    selfMetrics.scrapeSeconds.observe((clock.monotonicMs() - startMs) / 1000);
    return true;
  } catch (error) {
    const reason = timeout.signal.aborted ? 'timeout' : isClientGone(error) ? 'client_closed' : 'error';
    selfMetrics.abortedScrapes.inc({ reason });
    reply.send(500, plainText, 'Making the page failed.\n');
    if (reason === 'error' && !running.hasLogged) {
      running.hasLogged = true;
      log.error({ err: error }, '[backend-prometheus] Making the page failed; further failures are only counted.');
    }
    return false;
  } finally {
    timer.cancel();
  }
}

/** Level 1: a tenth larger than level 6 for a third of the processor time, which is spent on another thread. */
export function gzipped(page: Readable): Readable {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  return pipeline(page, gzip, () => {});
}

const clientGone = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE', 'ABORT_ERR']);

function isClientGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && clientGone.has(error.code);
}
