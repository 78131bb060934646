// Spans of every kind, those of messages and buses, and of functions.

import { EventEmitter } from 'node:events';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { tracedCommandBus, tracedEventBus } from '@sightline/cqrs';
import { queryObserver } from '@sightline/database';
import { createObservability } from '@sightline/sdk';
import { traced } from '@sightline/tracing';
import { MessagePropagator } from '@sightline/tracing/messages';

const obs = createObservability({ serviceName: 'from-code', defaults: { backend: 'none' } });
const { spans } = obs;

spans.command('PlaceOrder', { messageId: 'm-1' }, () => {});
spans.query('OrderById', () => {});
spans.event('OrderPlaced', () => {});
await spans
  .saga('fulfilment', { sagaId: 's-1' }, async (saga) => {
    await saga.step('reserve', async () => 'r', { compensate: async () => {} });
    throw new Error('no card');
  })
  .catch(() => {});
spans.http('GET /orders/:id', { url: '/orders/7?token=secret' }, () => {});
spans.http('GET', { side: 'client', url: 'http://stock/items' }, () => {});
spans.db('SELECT orders', { system: 'postgresql' }, () => {});
spans.message('publish orders', { system: 'nats' }, () => {});
spans.message('process orders', { system: 'nats' }, () => {});

// Custom spans: callback style, synchronous and asynchronous.
spans.span('custom', { attributes: { 'order.sku': 'tea' } }, (span) => {
  span.setAttribute('order.total', 12);
  span.addEvent('priced', { currency: 'EUR' });
});
const thrown = [];
try {
  spans.span('throws', () => {
    throw new RangeError('sync');
  });
} catch (error) {
  thrown.push(error.message);
}
await spans
  .span('rejects', async () => {
    throw new TypeError('async');
  })
  .catch((error) => thrown.push(error.message));

// Functions and methods.
const load = spans.traced('load order', { describesCall: true, attributes: (id) => ({ 'order.id': id }) }, (id) => ({
  id,
}));
load('o-1');
const fail = spans.traced('fail order', { describesCall: true }, async () => {
  throw new RangeError('no such order');
});
await fail().catch(() => {});
class Orders {
  save() {
    return trace.getActiveSpan() !== undefined;
  }
}
// As TypeScript writes a decorator.
const decorated = traced('Orders.save')(Orders.prototype.save, {
  kind: 'method',
  name: 'save',
  static: false,
  private: false,
});
decorated.call(new Orders());

// Buses: neither the caller nor the handlers do anything for their spans.
class CommandBus {
  #handlers = new Map();
  register(type, handler) {
    this.#handlers.set(type, handler);
  }
  dispatch(type, payload) {
    return this.#handlers.get(type)(payload);
  }
}
const commands = tracedCommandBus(new CommandBus());
const events = tracedEventBus(new EventEmitter());
events.on('StockTaken', async () => {});
commands.register('TakeStock', async () => {
  events.emit('StockTaken', {});
});
await commands.dispatch('TakeStock', {});

// Messages between two services.
const sender = new MessagePropagator({ source: 'orders', spans });
const receiver = new MessagePropagator({ source: 'billing', spans });
const handled = [];
const kinds = ['command', 'query', 'event', 'saga'];
for (const type of kinds) {
  const sent = spans.span(`send ${type}`, () => sender.encode({ type, name: `A-${type}`, payload: { type } }));
  receiver.handle(sent, (message, span) => {
    handled.push({ envelope: JSON.parse(sent), payload: message.payload, traceId: span.spanContext().traceId });
  });
}

const queries = queryObserver(obs, { system: 'mongodb' });
queries.observe({ operation: 'find', collection: 'orders' }, () => {});

console.log(JSON.stringify({ thrown, handled, error: SpanStatusCode.ERROR, explained: obs.explain() }));
await obs.shutdown();
