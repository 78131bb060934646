import { once } from 'node:events';
import fastify from 'fastify';
import fastify4 from 'fastify4';
import { fastifyPlugin } from '../../src/fastify.js';
import type { Shop, ShopName } from './shop.js';

const fastifyShopOf = (name: ShopName, create: typeof fastify): Shop => ({
  name,
  async start(obs, work, { ignore, ...options } = {}) {
    const app = create({ forceCloseConnections: true });
    await app.register(
      fastifyPlugin(obs, ignore === undefined ? options : { ...options, ignore: (request) => ignore(request.raw) }),
    );
    app.addContentTypeParser('application/octet-stream', (_request, payload, done) => {
      let bytes = 0;
      payload.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      payload.on('end', () => {
        work.seen('end of body');
        done(null, bytes);
      });
    });
    app.setErrorHandler((_error, _request, reply) => {
      work.seen('error handler');
      return reply.code(500).send('failed');
    });
    app.get('/products', () => work.list());
    app.get<{ Params: { id: string } }>('/products/:id', async (request, reply) => {
      const product = await work.product(request.params.id);
      return product ?? reply.code(404).send({ error: 'no such product' });
    });
    app.post('/orders', async (request, reply) => reply.code(201).send(await work.order(request.body as number)));
    app.get('/orders/:id/invoice', async (_request, reply) => {
      async function* parts(): AsyncGenerator<string> {
        yield 'one ';
        await work.list();
        yield 'two';
      }
      const { Readable } = await import('node:stream');
      return reply.type('text/plain').send(Readable.from(parts()));
    });
    app.get('/fail', () => work.failNow());
    app.get('/fail-later', () => work.failLater());
    app.get('/hang', () => work.hang());
    app.get('/health', () => ({ ok: true }));
    await app.register(
      async (scope) => {
        scope.get<{ Params: { tenant: string; user: string } }>('/users/:user', (request) =>
          Promise.resolve(work.user(request.params.tenant, request.params.user)),
        );
      },
      { prefix: '/api/:tenant' },
    );
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      url,
      async close() {
        const closed = once(app.server, 'close');
        await app.close();
        if (app.server.listening) await closed;
      },
    };
  },
});

export const fastify5Shop: Shop = fastifyShopOf('fastify 5', fastify);
export const fastify4Shop: Shop = fastifyShopOf('fastify 4', fastify4 as unknown as typeof fastify);
