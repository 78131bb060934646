import '@sightline/testing/vitest';
import { expect, test } from 'vitest';
import { buy } from '../src/customer.js';
import { testShop } from './test-shop.js';

const order = (over: object = {}) => ({ order: 'o-1', product: 'tea', quantity: 2, ...over });

test('an order is one trace through all services, though no handler has a line of tracing', async () => {
  const shop = await testShop();
  const { recorded } = shop;
  await recorded.spans.span('purchase', async () => {
    await shop.commands.dispatch('PlaceOrder', order());
    await expect(shop.queries.dispatch('OrderStatus', { order: 'o-1', waitMs: 5000 })).resolves.toEqual({
      status: 'fulfilled',
      detail: 'parcel-o-1',
    });
  });
  await shop.settled();
  recorded.assertNoOpenSpans();
  expect(new Set(recorded.finished.map(({ traceId }) => traceId)).size).toBe(1);
  expect(recorded.tree().roots).toHaveLength(1);
  expect(recorded).toHaveSpan({ name: 'send orders.commands', kind: 'producer', parent: 'command PlaceOrder' });
  expect(recorded).toHaveSpan({ name: 'process orders.commands', kind: 'consumer', parent: 'send orders.commands' });
  expect(recorded).toHaveSpan({
    name: 'handle PlaceOrder',
    kind: 'internal',
    parent: 'process orders.commands',
    attributes: { 'cqrs.handler': 'PlaceOrder' },
  });
  expect(recorded).toHaveSpan({ name: 'process events.OrderPlaced', kind: 'consumer', links: [] });
  expect(recorded).toHaveSpan({ name: 'saga fulfil-order', attributes: { 'cqrs.saga.outcome': 'completed' } });
});

test('a declined card leaves the stock as it was, and the saga says that it was compensated', async () => {
  const { recorded, metrics, ...shop } = await testShop({ charge: async () => undefined });
  await shop.commands.dispatch('PlaceOrder', order());
  const status = await shop.queries.dispatch('OrderStatus', { order: 'o-1', waitMs: 5000 });
  expect(status).toEqual({ status: 'cancelled', detail: 'The card was declined for 13.00 EUR.' });
  await expect(shop.queries.dispatch('StockOf', { product: 'tea' })).resolves.toEqual({ inStock: 1000, wanted: 2 });
  expect(recorded).toHaveSpan({
    name: 'saga fulfil-order',
    status: 'error',
    attributes: { 'cqrs.saga.outcome': 'compensated', 'cqrs.saga.failed_step': 'charge-payment' },
  });
  expect(recorded).toHaveSpan({ name: 'handle ReleaseStock', status: 'unset' });
  expect(recorded).toHaveSpan({ name: 'handle ChargePayment', attributes: { 'error.type': 'PaymentDeclined' } });
  // The message itself was handled: it is answered, and does not come again.
  expect(recorded).toHaveSpan({ name: 'process payment.commands', status: 'unset' });
  expect(metrics).toHaveCounted('saga.completed.count', { saga_type: 'fulfil-order', status: 'compensated' }, 1);
});

test('a failure after the payment gives the money back, too', async () => {
  const { recorded, metrics, ...shop } = await testShop();
  await shop.commands.dispatch('PlaceOrder', order({ product: 'piano', quantity: 1 }));
  await shop.queries.dispatch('OrderStatus', { order: 'o-1', waitMs: 5000 });
  expect(recorded).toHaveSpan({ name: 'compensate charge-payment' });
  expect(recorded).toHaveSpan({ name: 'compensate reserve-stock' });
  expect(metrics.series('shop.revenue.euros').map(({ value }) => value)).toEqual([0]);
});

test('the buses count and time commands, events and queries, and the journal what the business wants to know', async () => {
  const { metrics, ...shop } = await testShop();
  await expect(buy(shop, { product: 'tea', quantity: 2 })).resolves.toMatchObject({ status: 'fulfilled' });
  await shop.settled();
  expect(metrics).toHaveCounted('command.dispatched.count', { command_type: 'PlaceOrder' }, 1);
  expect(metrics).toHaveObserved('command.processing.duration', { labels: { command_type: 'ReserveStock' }, count: 1 });
  expect(metrics).toHaveCounted('event.stored.count', { event_type: 'StockReserved' }, 1);
  expect(metrics).toHaveObserved('event.processing.duration', { labels: { event_type: 'OrderPlaced' }, count: 2 });
  expect(metrics).toHaveCounted('query.executed.count', { query_type: 'OrderStatus' }, 1);
  expect(metrics).toHaveObserved('query.execution.duration', { labels: { query_type: 'OrderStatus' }, count: 1 });
  expect(metrics).toHaveCounted('saga.started.count', { saga_type: 'fulfil-order' }, 1);
  expect(metrics).toHaveCounted('saga.completed.count', { saga_type: 'fulfil-order', status: 'completed' }, 1);
  expect(metrics).toHaveObserved('saga.duration', { labels: { saga_type: 'fulfil-order' }, count: 1 });
  expect(metrics).toHaveCounted('shop.orders.placed.count', { product: 'tea' }, 1);
  expect(metrics).toHaveCounted('shop.orders.closed.count', { status: 'fulfilled' }, 1);
  expect(metrics).toHaveGauge('shop.revenue.euros', 13);
});

test('a command that comes twice is decided about once, and answered twice alike', async () => {
  const charges: string[] = [];
  const charge = async ({ order: charged }: { order: string }) => `receipt-${charges.push(charged)}`;
  const { metrics, ...shop } = await testShop({ charge });
  const command = { order: 'o-1', amountCents: 100 };
  const both = [shop.commands.dispatch('ChargePayment', command), shop.commands.dispatch('ChargePayment', command)];
  await expect(Promise.all(both)).resolves.toEqual([{ receipt: 'receipt-1' }, { receipt: 'receipt-1' }]);
  await expect(shop.commands.dispatch('ChargePayment', command)).resolves.toEqual({ receipt: 'receipt-1' });
  expect(charges).toEqual(['o-1']);
  expect(metrics).toHaveCounted('event.stored.count', { event_type: 'PaymentCharged' }, 1);
});

test('a handler that fails gets its message again', async () => {
  let failures = 1;
  const charge = async () => {
    if (failures-- > 0) throw new TypeError('no line to the card company');
    return 'receipt';
  };
  const { log, recorded, ...shop } = await testShop({ charge });
  await expect(shop.commands.dispatch('ChargePayment', { order: 'o-1', amountCents: 1 })).resolves.toEqual({
    receipt: 'receipt',
  });
  expect(log.messages).toEqual(['A message was not handled']);
  const attempts = recorded.finished.filter(({ name }) => name === 'process payment.commands');
  expect(attempts.map(({ status }) => status)).toEqual(['error', 'unset']);
  expect(new Set(attempts.map(({ parentSpanId }) => parentSpanId)).size).toBe(1);
});

test('refusals reach the caller, with their reason', async () => {
  const shop = await testShop();
  const refused = shop.commands.dispatch('PlaceOrder', order({ product: 'yacht' }));
  await expect(refused).rejects.toMatchObject({ name: 'UnknownProduct', message: 'There is no "yacht" in this shop.' });
  await expect(shop.commands.dispatch('PlaceOrder', order({ order: 'o-2', quantity: 0.5 }))).rejects.toThrow(
    'cannot be ordered',
  );
  await expect(shop.commands.dispatch('ReserveStock', order({ quantity: 5000 }))).rejects.toThrow('Not enough');
  await expect(shop.queries.dispatch('OrderStatus', { order: 'nobody' })).resolves.toEqual({ status: 'unknown' });
});

test('a malformed message is logged once and not delivered again', async () => {
  const { log, broker, ...shop } = await testShop();
  for (const text of ['no JSON', '{"sightline":1,"type":"command","name":"Explode"}']) {
    await broker.send('orders.commands', new TextEncoder().encode(text));
    await broker.send('events.OrderFulfilled', new TextEncoder().encode(text));
  }
  await shop.settled();
  expect(log.messages).toEqual([
    'A message is not a command of this service',
    'A message is not an event that this service knows',
    'A message is not a command of this service',
    'A message is not an event that this service knows',
  ]);
});
