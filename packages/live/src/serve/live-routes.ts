import type { Clock } from '@sightline/base';
import {
  checkMethod,
  type Exchange,
  type Headers,
  sendHtml,
  sendJson,
  sendProblem,
  sendRedirect,
  sendText,
} from '../http/exchange.js';
import type { FaultLog } from '../http/fault-log.js';
import { readBody } from '../http/request-body.js';
import { RequestError } from '../http/request-error.js';
import { loginHeaders } from '../http/security-headers.js';
import type { ViewerPlaces } from '../http/viewers.js';
import type { LiveApi } from '../model/api.js';
import type { Access } from './access/access.js';
import { loginPage, loginStyle, messagePage } from './access/login-page.js';
import { type ApiProblem, problemOf } from './api-answer.js';
import { answerApi } from './json-api.js';
import type { LazyGraphql } from './lazy-graphql.js';
import { PageAssets } from './page/page-assets.js';
import { PageStreams } from './stream/page-streams.js';

export interface LiveRoutesOptions {
  readonly api: LiveApi;
  readonly bootId: string;
  readonly pageFolder: string | undefined;
  readonly clock: Clock;
  readonly faults: FaultLog;
  readonly access: Access;
  readonly places: ViewerPlaces;
  readonly graphql: LazyGraphql;
}

/** What is answered below the base path, and by whom. */
export class LiveRoutes {
  readonly #options: LiveRoutesOptions;
  readonly #streams: PageStreams;
  readonly #assets: PageAssets;
  /** Ends when the handler has shut down. */
  readonly #end = new AbortController();

  constructor(options: LiveRoutesOptions) {
    this.#options = options;
    this.#streams = new PageStreams(options);
    this.#assets = new PageAssets(options.pageFolder, options.access, this.#end.signal);
  }

  /** Answers a request. Never throws or rejects. */
  async answer(exchange: Exchange, refusal?: RequestError): Promise<void> {
    const route = this.#routeOf(exchange.path);
    try {
      if (refusal !== undefined) throw refusal;
      await this.#checked(exchange, route);
    } catch (error) {
      try {
        this.#failed(exchange, route, error);
      } catch {
        exchange.response.destroy();
      }
    }
  }

  shutdown(): void {
    this.#streams.shutdown();
  }

  cut(): void {
    this.#streams.cut();
    this.#end.abort();
  }

  async #checked(exchange: Exchange, route: Route): Promise<void> {
    const { access } = this.#options;
    const { request, response } = exchange;
    access.checkHost(request);
    if (request.method === 'OPTIONS') {
      sendText(exchange, 204, '', { Allow: allowed(route.methods) });
      return;
    }
    checkMethod(exchange, ...route.methods);
    if (route.kind !== 'page' || request.method === 'POST') access.checkOrigin(request);
    if (route.isPublic !== true) await access.checkClient(request);
    if (!response.destroyed) await route.answer(exchange);
  }

  #routeOf(path: string): Route {
    switch (path) {
      case '':
        return {
          ...page,
          isPublic: true,
          // Relative, because a router may have taken off a part that is not known here.
          answer: (exchange) => sendRedirect(exchange, `${exchange.base.slice(exchange.base.lastIndexOf('/') + 1)}/`),
        };
      case '/':
        return { ...page, answer: (exchange) => this.#assets.sendPage(exchange) };
      case '/login':
        return { ...page, methods: ['GET', 'POST'], isPublic: true, answer: (exchange) => this.#logIn(exchange) };
      case '/login.css':
        return {
          ...page,
          isPublic: true,
          answer: (exchange) => sendText(exchange, 200, loginStyle, { ...loginHeaders, 'Content-Type': 'text/css' }),
        };
      case '/graphql':
        return {
          kind: 'graphql',
          methods: ['GET', 'POST'],
          answer: async (exchange) => (await this.#options.graphql.load()).answer(exchange),
        };
      case '/stream':
        return {
          kind: 'data',
          methods: ['GET'],
          answer: (exchange) => this.#streams.open(exchange),
        };
    }
    if (path === '/api' || path === '/api/') {
      return { ...data, answer: (exchange) => this.#api({ ...exchange, path: '/api/' }) };
    }
    if (path.startsWith('/api/')) {
      const methods = this.#options.api.methods(path.slice('/api/'.length));
      return { ...data, methods, answer: (exchange) => this.#api(exchange) };
    }
    const streamId = /^\/stream\/([\w-]+)$/.exec(path)?.[1];
    if (streamId !== undefined) {
      return { ...data, methods: ['POST'], answer: (exchange) => this.#streams.watch(exchange, streamId) };
    }
    const isBesidePage = path.lastIndexOf('/') === 0; // so that links of a page with an error are right
    return { ...(isBesidePage ? page : data), answer: (exchange) => this.#assets.sendAsset(exchange) };
  }

  #api(exchange: Exchange): Promise<void> {
    const { api, clock } = this.#options;
    return answerApi(exchange, { api, clock, signal: this.#end.signal });
  }

  async #logIn(exchange: Exchange): Promise<void> {
    const { access, clock } = this.#options;
    const { request, parameters } = exchange;
    const isPost = request.method === 'POST';
    if (!isPost && !parameters.has('t')) {
      if (!access.hasLogin) throw new RequestError(404, 'The service itself decides who may see its dashboard.');
      this.#sendLogin(exchange, 200, 'Give the token that the service printed when it started.');
      return;
    }
    // A page of another site may lead here by a link, and in no other way.
    if (!isPost && request.headers['sec-fetch-mode'] !== 'navigate') access.checkOrigin(request);
    const form = isPost
      ? new URLSearchParams(await readBody(request, 'application/x-www-form-urlencoded', { maxBytes: 4096, clock }))
      : parameters;
    const cookie = access.logIn(request, form.get('t') ?? '');
    sendRedirect(exchange, './', { 'Set-Cookie': cookie });
  }

  #sendLogin(exchange: Exchange, status: number, message: string, headers: Headers = {}): void {
    const { headers: given } = exchange.request;
    const site = given['sec-fetch-site'];
    const isLed = (site === 'cross-site' || site === 'same-site') && given['sec-fetch-mode'] === 'navigate';
    const isRetried = isLed && exchange.path === '/';
    sendHtml(exchange, status, loginPage({ message, isRetried }), { ...loginHeaders, ...headers });
  }

  #failed(exchange: Exchange, route: Route, error: unknown): void {
    const { response } = exchange;
    const problem = problemOf(error);
    if (problem.isFault && !isOfClient(error)) {
      this.#options.faults.failed(`The dashboard's ${exchange.path.slice(0, 100)}`, error);
    }
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    this.#send(exchange, route, problem, error instanceof RequestError ? error.headers : {});
  }

  #send(exchange: Exchange, { kind }: Route, { status, problem }: ApiProblem, headers: Headers): void {
    if (kind === 'data') sendProblem(exchange, status, problem, headers);
    else if (kind === 'graphql') sendJson(exchange, status, { errors: [{ message: problem }] }, headers);
    else if (this.#options.access.hasLogin && (status === 401 || status === 429)) {
      this.#sendLogin(exchange, status, problem, headers);
    } else {
      const html = messagePage('The dashboard cannot be shown', problem);
      sendHtml(exchange, status, html, { ...loginHeaders, ...headers });
    }
  }
}

interface Route {
  /** The form of an error. Pages of other origins may only lead to pages. */
  readonly kind: 'page' | 'data' | 'graphql';
  readonly methods: ReadonlyArray<'GET' | 'POST'>;
  /** Whether it needs no login. */
  readonly isPublic?: boolean;
  answer(exchange: Exchange): void | Promise<void>;
}

const page = { kind: 'page', methods: ['GET'] } as const;
const data = { kind: 'data', methods: ['GET'] } as const;

function allowed(methods: Route['methods']): string {
  return [...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ');
}

/** The client went away while it was answered, or the handler shut down. */
function isOfClient(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR' || code === 'ECONNRESET' || code === 'EPIPE';
}
