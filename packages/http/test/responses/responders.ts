import 'reflect-metadata';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Controller, type DynamicModule, Get, Module, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
// @ts-expect-error Express 4 is installed beside 5, whose types are close enough
import express4 from 'express4';
import fastify from 'fastify';
import fastify4 from 'fastify4';
import { Hono } from 'hono';
import Koa from 'koa';
// @ts-expect-error Koa 2 has the types of Koa 3, under that name only.
import Koa2 from 'koa2';
import { expressErrorMiddleware, expressMiddleware } from '../../src/express.js';
import { fastifyPlugin } from '../../src/fastify.js';
import { honoMiddleware } from '../../src/hono.js';
import type { HttpObservability } from '../../src/index.js';
import { koaMiddleware } from '../../src/koa.js';
import { SightlineModule } from '../../src/nest.js';
import { instrumentHandler, instrumentServer } from '../../src/node.js';
import { listening } from '../shop/listening.js';
import type { RunningShop } from '../shop/shop.js';

type Respond = (response: ServerResponse) => void;

/** A service that answers each request in a way that is given by the test, on one framework, observed or not. */
export interface Responder {
  readonly name: string;
  start(respond: Respond, obs?: HttpObservability): Promise<RunningShop>;
}

function expressResponder(name: string, framework: typeof express): Responder {
  return {
    name,
    start(respond, obs) {
      const app = framework();
      app.disable('x-powered-by');
      app.set('env', 'test'); // which prints no errors
      if (obs !== undefined) app.use(expressMiddleware(obs));
      app.get('/', (_request, response) => respond(response));
      app.get('/native', (_request, response) => {
        response.cookie('a', '1').cookie('b', '2').append('X-Many', ['1', '2']).vary('Accept');
        response.status(201).json({ native: true });
      });
      app.get('/fail', () => {
        throw Object.assign(new Error('no tea'), { status: 418, headers: { 'x-tea': 'none' }, stack: 'no tea' });
      });
      if (obs !== undefined) app.use(expressErrorMiddleware());
      return listening(createServer(app));
    },
  };
}

const fastifyResponder = (name: string, create: typeof fastify): Responder => ({
  name,
  async start(respond, obs) {
    const app = create({ forceCloseConnections: true });
    if (obs !== undefined) await app.register(fastifyPlugin(obs));
    app.get('/', (_request, reply) => {
      reply.hijack();
      respond(reply.raw);
    });
    app.get('/native', (_request, reply) => {
      reply.header('set-cookie', 'a=1').header('set-cookie', 'b=2').header('X-Many', ['1', '2']);
      return reply.code(201).send({ native: true });
    });
    app.get('/fail', () => {
      throw Object.assign(new Error('no tea'), { statusCode: 418 });
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { url, close: () => app.close() };
  },
});

const koaResponder = (name: string, Application: typeof Koa): Responder => ({
  name,
  start(respond, obs) {
    const app = new Application();
    app.silent = true;
    if (obs !== undefined) app.use(koaMiddleware(obs));
    app.use((ctx) => {
      if (ctx.path === '/native') {
        ctx.cookies.set('a', '1');
        ctx.cookies.set('b', '2');
        ctx.append('X-Many', ['1', '2']);
        ctx.status = 201;
        ctx.body = { native: true };
      } else if (ctx.path === '/fail') {
        ctx.set('x-taken', 'back');
        ctx.throw(418, 'no tea', { headers: { 'x-tea': 'none' } });
      } else {
        ctx.respond = false;
        ctx.res.statusCode = 200; // Koa begins with 404
        respond(ctx.res);
      }
    });
    return listening(createServer(app.callback()));
  },
});

const honoResponder: Responder = {
  name: 'hono',
  start(respond, obs) {
    const app = new Hono<{ Bindings: { outgoing: ServerResponse } }>();
    if (obs !== undefined) app.use(honoMiddleware(obs));
    app.get('/', (c) => {
      respond(c.env.outgoing);
      return RESPONSE_ALREADY_SENT;
    });
    app.get('/native', (c) => {
      c.header('set-cookie', 'a=1', { append: true });
      c.header('set-cookie', 'b=2', { append: true });
      return c.json({ native: true }, 201);
    });
    app.onError((error, c) => c.text(error.message, 418, { 'x-tea': 'none' }));
    app.get('/fail', () => {
      throw new Error('no tea');
    });
    return listening(createServer(getRequestListener(app.fetch)));
  },
};

const nestResponder: Responder = {
  name: 'nest',
  async start(respond, obs) {
    class Responses {
      raw(response: ServerResponse): void {
        respond(response);
      }
      native(response: express.Response): void {
        response.cookie('a', '1').cookie('b', '2').status(201).json({ native: true });
      }
      fail(): never {
        throw new Error('no tea');
      }
    }
    Controller()(Responses);
    const route = (name: keyof Responses, path: string): void => {
      const descriptor = Object.getOwnPropertyDescriptor(Responses.prototype, name) ?? {};
      if (name !== 'fail') Res()(Responses.prototype, name, 0);
      Get(path)(Responses.prototype, name, descriptor);
    };
    route('raw', '/');
    route('native', '/native');
    route('fail', '/fail');
    class Root {}
    Module({})(Root);
    const imports = obs === undefined ? [] : [SightlineModule.forRoot(obs)];
    const root: DynamicModule = { module: Root, imports, controllers: [Responses] };
    const app = await NestFactory.create(root, { logger: false, forceCloseConnections: true });
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
  },
};

export const responders: readonly Responder[] = [
  {
    name: 'node, its handler',
    start: (respond, obs) => {
      const handler = (_request: unknown, response: ServerResponse): void => respond(response);
      return listening(createServer(obs === undefined ? handler : (instrumentHandler(obs, handler) as typeof handler)));
    },
  },
  {
    name: 'node, its server',
    start: (respond, obs) => {
      const server = createServer((_request, response) => respond(response));
      if (obs !== undefined) instrumentServer(obs, server);
      return listening(server);
    },
  },
  expressResponder('express 4', express4 as typeof express),
  expressResponder('express 5', express),
  fastifyResponder('fastify 5', fastify),
  fastifyResponder('fastify 4', fastify4 as unknown as typeof fastify),
  koaResponder('koa 3', Koa),
  koaResponder('koa 2', Koa2 as typeof Koa),
  honoResponder,
  nestResponder,
];
