import type { Log } from '@sightline/base';
import type { LimitedServer, ListenAddress, NodeHandler } from '@sightline/base/server';
import type { DeadlineOptions } from '@sightline/core/backend';
import type { ResolvedHttpOptions } from '../settings/http-settings.js';
import type { HealthChecks } from './health.js';
import { shortAnswer } from './short-answer.js';

export interface TelemetryServerOptions {
  readonly http: ResolvedHttpOptions;
  readonly health: HealthChecks;
  readonly log: Log;
}

/** The one server of an observability: `/metrics`, `/livez`, `/healthz`, `/health`, `/readyz`. Its code is loaded when it is needed. */
export class TelemetryServer {
  /** Whether an exposition will be mounted. If not, its path answers how to get one. */
  isPageExpected = false;
  readonly #options: TelemetryServerOptions;
  #page: NodeHandler | undefined;
  #opening: Promise<void> | undefined;
  #server: LimitedServer | undefined;
  #isClosed = false;

  constructor(options: TelemetryServerOptions) {
    this.#options = options;
  }

  get address(): ListenAddress | undefined {
    return this.#server?.address;
  }

  /** Answers by the request's path; for a server of the service's own. */
  readonly handler: NodeHandler = (request, response) => {
    this.#answer(request, response).catch(() => response.destroy()); // only a response that another handler has ended gets here
  };

  /** From now on `page` answers the metrics path. */
  mount(page: NodeHandler): void {
    this.#page = page;
  }

  /** Resolves when the server listens; rejects where the port cannot be had. Calling again returns the same promise. */
  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Lets running answers end, and cuts those that last longer than `timeoutMs`. */
  async shutdown({ timeoutMs }: DeadlineOptions): Promise<void> {
    this.#isClosed = true;
    await this.#server?.shutdown({ timeoutMs });
    this.#server = undefined;
  }

  async #open(): Promise<void> {
    const { http, log } = this.#options;
    const { default: cluster } = await import('node:cluster');
    if (cluster.isWorker) {
      log.warn(
        {},
        '[sdk] This is a cluster worker, so the server for /metrics and health checks stays off: workers would share its port, and each ' +
          'scrape would meet another one. Mount obs.handler on a port of each worker, run one process per container, or choose a ' +
          'backend that pushes (METRICS_BACKEND=log).',
      );
      return;
    }
    const { openLimitedServer } = await pieces();
    if (this.#isClosed) return;
    const owner = {
      name: 'sdk',
      freePort: '{ http: { port: 0 } }',
      portVariable: 'METRICS_PORT',
      hostVariable: 'METRICS_HOST',
    };
    const server = await openLimitedServer({ ...http, owner }, this.handler);
    if (this.#isClosed) await server.shutdown({ timeoutMs: 0 });
    else this.#server = server;
  }

  async #answer(request: Parameters<NodeHandler>[0], response: Parameters<NodeHandler>[1]): Promise<void> {
    const { pathOf, nodeReply } = await pieces();
    const { http, health } = this.#options;
    const path = pathOf(request);
    if (path === http.path && this.#page !== undefined) {
      this.#page(request, response);
      return;
    }
    const { status, headers, text } = await shortAnswer(request, path, {
      health,
      metricsPath: http.path,
      isPageExpected: this.isPageExpected,
    });
    nodeReply(request, response).send(status, { ...plainText, ...headers }, text);
  }
}

const plainText = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };

function pieces(): Promise<typeof import('@sightline/base/server')> {
  return import('@sightline/base/server');
}
