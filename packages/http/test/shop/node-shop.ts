import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { instrumentHandler } from '../../src/node.js';
import { listening } from './listening.js';
import type { Shop, ShopWork } from './shop.js';

const routes: ReadonlyArray<readonly [template: string, path: RegExp]> = [
  ['/products', /^\/products$/],
  ['/products/:id', /^\/products\/([^/]+)$/],
  ['/orders', /^\/orders$/],
  ['/orders/:id/invoice', /^\/orders\/[^/]+\/invoice$/],
  ['/fail', /^\/fail$/],
  ['/fail-later', /^\/fail-later$/],
  ['/hang', /^\/hang$/],
  ['/health', /^\/health$/],
  ['/api/:tenant/users/:user', /^\/api\/([^/]+)\/users\/([^/]+)$/],
];

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

function match(request: Request): { template: string; params: string[] } | undefined {
  const path = /^[^?]*/.exec(request.url ?? '')?.[0] ?? '';
  for (const [template, pattern] of routes) {
    const found = pattern.exec(path);
    const isPost = template === '/orders';
    if (found !== null && isPost === (request.method === 'POST')) return { template, params: found.slice(1) };
  }
  return undefined;
}

async function handle(work: ShopWork, request: Request, response: Response): Promise<void> {
  // Written alike for both versions of HTTP.
  const reply = response as ServerResponse;
  const json = (status: number, body: unknown): void => {
    reply.writeHead(status, { 'content-type': 'application/json' });
    reply.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
  };
  const { template, params } = match(request) ?? { template: undefined, params: [] };
  if (request.method === 'OPTIONS') {
    reply.writeHead(204, { allow: 'GET,HEAD' });
    reply.end();
    return;
  }
  switch (template) {
    case '/products':
      return json(200, await work.list());
    case '/products/:id': {
      const product = await work.product(params[0] ?? '');
      return product === undefined ? json(404, { error: 'no such product' }) : json(200, product);
    }
    case '/orders': {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      await new Promise<void>((resolve) => {
        request.on('end', () => {
          work.seen('end of body');
          resolve();
        });
      });
      return json(201, await work.order(bytes));
    }
    case '/orders/:id/invoice':
      reply.writeHead(200, { 'content-type': 'text/plain' });
      reply.write('one ');
      await work.list();
      reply.end('two');
      return;
    case '/fail':
      return work.failNow();
    case '/fail-later':
      return work.failLater();
    case '/hang':
      return work.hang();
    case '/health':
      return json(200, { ok: true });
    case '/api/:tenant/users/:user':
      return json(200, work.user(params[0] ?? '', params[1] ?? ''));
    default:
      return json(404, { error: 'not found' });
  }
}

function answering(work: ShopWork): (request: Request, response: Response) => Promise<void> {
  return (request, response) => handle(work, request, response);
}

/** The outermost function of a service on bare Node.js answers failures. */
function withErrors(
  handler: (request: never, response: never) => unknown,
): (request: Request, response: Response) => void {
  return (request, response) => {
    const failed = (): void => {
      (response as ServerResponse).writeHead(500);
      response.end('failed');
    };
    try {
      Promise.resolve(handler(request as never, response as never)).catch(failed);
    } catch {
      failed();
    }
  };
}

export const nodeShop: Shop = {
  name: 'node',
  start(obs, work, options = {}) {
    const handler = instrumentHandler(obs, answering(work) as never, {
      ...options,
      routeOf: (request) => match(request)?.template,
    });
    return listening(createServer(withErrors(handler)));
  },
};

export const http2Shop: Shop = {
  name: 'http2',
  start(obs, work, options = {}) {
    const handler = instrumentHandler<Http2ServerRequest, Http2ServerResponse>(obs, answering(work) as never, {
      ...(options as object),
      routeOf: (request) => match(request)?.template,
    });
    return listening(createHttp2Server(withErrors(handler)));
  },
};
