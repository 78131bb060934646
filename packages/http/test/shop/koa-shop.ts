import { createServer } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
// @ts-expect-error Koa 2 has the types of Koa 3, under that name only.
import Koa2 from 'koa2';
import { koaMiddleware } from '../../src/koa.js';
import { listening } from './listening.js';
import type { Shop, ShopName } from './shop.js';

const koaShopOf = (name: ShopName, Application: typeof Koa): Shop => ({
  name,
  start(obs, work, { ignore, ...options } = {}) {
    const app = new Application();
    app.silent = true;
    app.on('error', () => work.seen('error handler'));
    app.use(koaMiddleware(obs, ignore === undefined ? options : { ...options, ignore: (ctx) => ignore(ctx.req) }));
    const router = new Router();
    router.get('/products', async (ctx) => {
      ctx.body = await work.list();
    });
    router.get('/products/:id', async (ctx) => {
      const product = await work.product(ctx.params['id'] ?? '');
      ctx.status = product === undefined ? 404 : 200;
      ctx.body = product ?? { error: 'no such product' };
    });
    router.post('/orders', async (ctx) => {
      let bytes = 0;
      ctx.req.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      await new Promise<void>((resolve) => {
        ctx.req.on('end', () => {
          work.seen('end of body');
          resolve();
        });
      });
      ctx.status = 201;
      ctx.body = await work.order(bytes);
    });
    router.get('/orders/:id/invoice', async (ctx) => {
      ctx.type = 'text/plain';
      ctx.status = 200;
      ctx.respond = false;
      ctx.res.write('one ');
      await work.list();
      ctx.res.end('two');
    });
    router.get('/fail', () => work.failNow());
    router.get('/fail-later', () => work.failLater());
    router.get('/hang', () => work.hang());
    router.get('/health', (ctx) => {
      ctx.body = { ok: true };
    });
    const users = new Router();
    users.get('/users/:user', (ctx) => {
      ctx.body = work.user(ctx.params['tenant'] ?? '', ctx.params['user'] ?? '');
    });
    router.use('/api/:tenant', users.routes());
    app.use(router.routes()).use(router.allowedMethods());
    return listening(createServer(app.callback()));
  },
});

export const koa3Shop: Shop = koaShopOf('koa 3', Koa);
export const koa2Shop: Shop = koaShopOf('koa 2', Koa2 as typeof Koa);
