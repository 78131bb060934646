import { type CqrsEvents, countedSagas } from '@sightline/cqrs';
import { createEvents, recordEvents } from '@sightline/events';
import { createTestMetrics } from '@sightline/testing';
import { createTestSpans } from '@sightline/testing/spans';
import '@sightline/testing/vitest';
import { expect, test } from 'vitest';
import { fulfilment } from '../src/domain/fulfilment.js';
import { Refusal } from '../src/domain/refusal.js';

import { shopMetrics } from '../src/shop-metrics.js';

const placed = { order: 'o-1', product: 'tea', quantity: 2, amountCents: 1300 };

/** One service by itself: the others are what its commands are answered with. */
function service(answers: Readonly<Record<string, () => unknown>> = {}) {
  const recorded = createTestSpans();
  const metrics = createTestMetrics({ clock: recorded.clock });
  const events = createEvents<CqrsEvents>({ metrics });
  recordEvents(events, metrics, shopMetrics);
  const dispatched: string[] = [];
  const dispatch = async (type: string, ..._payload: readonly unknown[]): Promise<never> => {
    dispatched.push(type);
    recorded.clock.advance(2000);
    return answers[type]?.() as never;
  };
  const domain = fulfilment({ dispatch }, countedSagas({ spans: recorded.spans, events, clock: recorded.clock }));
  return { recorded, metrics, dispatched, handle: () => domain.events?.OrderPlaced?.(placed) };
}

const refused = () => {
  throw new Refusal('PaymentDeclined', 'no money');
};

test('an order that can be fulfilled is a saga of three steps', async () => {
  const { recorded, metrics, dispatched, handle } = service();
  await expect(handle()).resolves.toEqual({
    events: [{ type: 'OrderFulfilled', order: 'o-1', parcel: 'parcel-o-1' }],
  });
  expect(dispatched).toEqual(['ReserveStock', 'ChargePayment']);
  expect(recorded.tree().text).toBe(`saga fulfil-order
├─ step reserve-stock
├─ step charge-payment
└─ step book-parcel`);
  expect(recorded.named('saga fulfil-order').attributes).toMatchObject({ 'cqrs.saga.id': 'o-1' });
  expect(metrics).toHaveObserved('saga.duration', { labels: { saga_type: 'fulfil-order' }, values: [4] });
});

test('what was done is undone, and the order cancelled, when the payment is refused', async () => {
  const { recorded, metrics, dispatched, handle } = service({ ChargePayment: refused });
  await expect(handle()).resolves.toEqual({
    events: [{ type: 'OrderCancelled', order: 'o-1', reason: 'no money' }],
  });
  expect(dispatched).toEqual(['ReserveStock', 'ChargePayment', 'ReleaseStock']);
  expect(recorded.tree().text).toBe(`saga fulfil-order error: no money
├─ step reserve-stock
├─ step charge-payment error: no money
└─ compensate reserve-stock`);
  expect(metrics).toHaveCounted('saga.completed.count', { saga_type: 'fulfil-order', status: 'compensated' }, 1);
});

test('a compensation that fails has its own outcome', async () => {
  const { metrics, handle } = service({ ChargePayment: refused, ReleaseStock: refused });
  await handle();
  expect(metrics).toHaveCounted('saga.completed.count', { saga_type: 'fulfil-order', status: 'failed' }, 1);
});
