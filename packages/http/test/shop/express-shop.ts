import { createServer } from 'node:http';
import express from 'express';
// @ts-expect-error Express 4 is installed beside 5, whose types are close enough for a shop
import express4 from 'express4';
import { expressErrorMiddleware, expressMiddleware } from '../../src/express.js';
import { listening } from './listening.js';
import type { Shop, ShopName } from './shop.js';

function expressShop(name: ShopName, framework: typeof express, catchesRejections: boolean): Shop {
  return {
    name,
    start(obs, work, options = {}) {
      const app = framework();
      // Express 4 leaves rejections alone, so its users hand them over.
      const wrap =
        (handler: (request: express.Request, response: express.Response) => Promise<unknown>): express.RequestHandler =>
        (request, response, next) =>
          catchesRejections ? handler(request, response) : handler(request, response).catch(next);
      app.use(expressMiddleware(obs, options));
      app.get(
        '/products',
        wrap(async (_request, response) => response.json(await work.list())),
      );
      app.get(
        '/products/:id',
        wrap(async (request, response) => {
          const product = await work.product(String(request.params['id']));
          response.status(product === undefined ? 404 : 200).json(product ?? { error: 'no such product' });
        }),
      );
      app.post('/orders', (request, response, next) => {
        let bytes = 0;
        request.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        request.on('end', () => {
          work.seen('end of body');
          work.order(bytes).then((order) => response.status(201).json(order), next);
        });
      });
      app.get(
        '/orders/:id/invoice',
        wrap(async (_request, response) => {
          response.type('text').write('one ');
          await work.list();
          response.end('two');
        }),
      );
      app.get('/fail', () => work.failNow());
      app.get(
        '/fail-later',
        wrap(() => work.failLater()),
      );
      app.get(
        '/hang',
        wrap(() => work.hang()),
      );
      app.get('/health', (_request, response) => void response.json({ ok: true }));
      const users = framework.Router({ mergeParams: true });
      users.get('/users/:user', (request, response) => {
        const { tenant, user } = request.params as { tenant: string; user: string };
        response.json(work.user(tenant, user));
      });
      app.use('/api/:tenant', users);
      app.use(expressErrorMiddleware());
      const errors: express.ErrorRequestHandler = (_error, _request, response, _next) => {
        work.seen('error handler');
        response.status(500).send('failed');
      };
      app.use(errors);
      return listening(createServer(app));
    },
  };
}

export const express5Shop: Shop = expressShop('express 5', express, true);
export const express4Shop: Shop = expressShop('express 4', express4 as typeof express, false);
