import { randomUUID } from 'node:crypto';
import { consoleLog, safeLog, systemClock } from '@sightline/base';
import { openLimitedServer } from '@sightline/base/server';
import { createBroadcaster } from '../broadcaster/index.js';
import type { LossRow, ServicesAnswer } from '../model/answers.js';
import type { AnswersByPath } from '../model/answers-by-path.js';
import { createLiveApi } from '../queries/index.js';
import { type OtlpReceiver, openOtlpGrpc, openOtlpHttp, RequestBudget } from '../receive/index.js';
import { liveHandler } from '../serve/index.js';
import { createLiveSession } from '../session/index.js';
import { createLiveStore, viewerLimits } from '../store/index.js';
import type { Viewer } from './viewer.js';
import { viewerHost } from './viewer-host.js';
import { resolveViewerOptions, type ViewerOptions } from './viewer-options.js';

/**
 * Opens a viewer of everything that is sent over OTLP to this machine. Rejects if a port is taken; throws a `ConfigurationError` for wrong
 * options.
 */
export async function openViewer(given: ViewerOptions = {}): Promise<Viewer> {
  const options = resolveViewerOptions(given);
  const log = safeLog(given.log ?? consoleLog);
  const clock = systemClock;
  const bootId = randomUUID();
  const broadcaster = createBroadcaster({
    ...options,
    bootId,
    service: 'viewer',
    clock,
    maxBytes: options.maxBytes / 4,
  });
  const { maxSpans, maxLogLines, maxSeries, maxBytes } = options;
  const limits = { ...viewerLimits, maxSpans, maxLogLines, maxChannels: maxSeries, maxBytes };
  const store = createLiveStore({ limits, broadcaster, clock });
  const opened: Array<{ shutdown(options: { timeoutMs: number }): Promise<void> }> = [];
  const shutdown = async ({ timeoutMs = SHUTDOWN_MS }: { readonly timeoutMs?: number | undefined } = {}) => {
    // The page first: to a client, a subscription that ends before its connection is complete, and it does not come back.
    for (const each of [...opened].reverse()) await each.shutdown({ timeoutMs });
    broadcaster.shutdown();
  };

  try {
    const { host, otlpKey: key, allowedHosts } = options;
    const receiver = { host, intake: store.intake, key, allowedHosts, budget: new RequestBudget() };
    const http = await openOtlpHttp({ ...receiver, port: options.otlpHttpPort });
    opened.push(http);
    const grpc = await openOtlpGrpc({ ...receiver, port: options.otlpGrpcPort });
    opened.push(grpc);
    const receives = { http: http.address.url, grpc: grpc.address.url };
    const losses = (): readonly LossRow[] => [http, grpc].flatMap((each: OtlpReceiver) => each.losses());
    const session = createLiveSession(store, broadcaster, clock);
    const api = createLiveApi({
      store,
      broadcaster,
      host: viewerHost({ bootId, clock, options, receives, losses }),
      clock,
      session,
    });
    const page = liveHandler({
      api,
      broadcaster,
      bootId,
      access: options,
      clock,
      log,
      services: () => (api.get('services', new URLSearchParams()) as ServicesAnswer).services,
    });
    const server = await openLimitedServer(
      {
        port: options.port,
        host,
        headersTimeoutMs: 5000,
        requestTimeoutMs: 300_000, // to import a session takes as long as the client sends
        responseTimeoutMs: 60_000, // a stream sends a sign of life more often
        maxConnections: 128,
        keepsProcessAlive: true,
        onUpgrade: page.upgrade,
        owner: { name: 'live', freePort: '{ port: 0 }', portVariable: '--port', hostVariable: '--host' },
      },
      page.handler,
    );
    opened.push(server, page);
    return {
      url: page.link(server.address.url),
      pageUrl: `${server.address.url}/live/`,
      otlpHttpUrl: receives.http,
      otlpGrpcUrl: receives.grpc,
      get: async (path, parameters = {}) =>
        (await api.get(path, searchParameters(parameters))) as AnswersByPath[typeof path],
      importSession: async (file) => void (await session.import(file)),
      exportSession: () => session.export().file.chunks,
      shutdown,
    };
  } catch (error) {
    await shutdown({ timeoutMs: 0 });
    throw error;
  }
}

const SHUTDOWN_MS = 2000;

function searchParameters(given: Readonly<Record<string, string | readonly string[]>>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, each])),
  );
}
