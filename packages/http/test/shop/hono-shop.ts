import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { honoMiddleware } from '../../src/hono.js';
import { listening } from './listening.js';
import type { Shop } from './shop.js';

export const honoShop: Shop = {
  name: 'hono',
  start(obs, work, { ignore, ...options } = {}) {
    const app = new Hono<{ Bindings: { incoming: import('node:http').IncomingMessage } }>();
    app.use(
      honoMiddleware(obs, ignore === undefined ? options : { ...options, ignore: (c) => ignore(c.env.incoming) }),
    );
    app.onError((_error, c) => {
      work.seen('error handler');
      return c.text('failed', 500);
    });
    app.get('/products', async (c) => c.json(await work.list()));
    app.get('/products/:id', async (c) => {
      const product = await work.product(c.req.param('id'));
      return product === undefined ? c.json({ error: 'no such product' }, 404) : c.json(product);
    });
    app.post('/orders', async (c) => {
      const body = await c.req.arrayBuffer();
      work.seen('end of body');
      return c.json(await work.order(body.byteLength), 201);
    });
    app.get('/orders/:id/invoice', (c) => {
      c.header('content-type', 'text/plain');
      return stream(c, async (out) => {
        await out.write('one ');
        await work.list();
        await out.write('two');
      });
    });
    app.get('/fail', () => work.failNow());
    app.get('/fail-later', () => work.failLater());
    app.get('/hang', async (c) => {
      await work.hang();
      return c.text('at last');
    });
    app.get('/health', (c) => c.json({ ok: true }));
    const users = new Hono();
    users.get('/users/:user', (c) => c.json(work.user(c.req.param('tenant') ?? '', c.req.param('user'))));
    app.route('/api/:tenant', users);
    return listening(createServer(getRequestListener(app.fetch)));
  },
};
