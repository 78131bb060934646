import { createServer } from 'node:http';
import Router from '@koa/router';
import { trace } from '@opentelemetry/api';
import Koa from 'koa';
import { closed, listening } from './listening.js';
import { program } from './program.js';
import { requested } from './requested.js';

program(async () => {
  const app = new Koa();
  app.silent = true;
  app.use(async function timed(_ctx, next) {
    await next();
    trace.getActiveSpan()?.addEvent('answered');
  });
  const router = new Router();
  router.get('/orders/:id', async (ctx) => {
    await trace.getTracer('shop').startActiveSpan('find', async (span) => span.end());
    ctx.body = { id: ctx['params']['id'] };
  });
  router.get('/broken', async () => {
    throw new Error('no such order');
  });
  app.use(router.routes()).use(router.allowedMethods());
  const server = createServer(app.callback());
  const url = await listening(server);
  for (const path of ['/orders/17', '/broken', '/nothing']) await requested(url + path);
  await closed(server);
});
