import { express4Shop, express5Shop } from './express-shop.js';
import { fastify4Shop, fastify5Shop } from './fastify-shop.js';
import { honoShop } from './hono-shop.js';
import { koa2Shop, koa3Shop } from './koa-shop.js';
import { nestShop } from './nest-shop.js';
import { http2Shop, nodeShop } from './node-shop.js';

/** The shop on every framework, in each major that is supported. */
export const allShops = [
  nodeShop,
  http2Shop,
  express4Shop,
  express5Shop,
  fastify5Shop,
  fastify4Shop,
  koa3Shop,
  koa2Shop,
  honoShop,
  nestShop,
] as const;
