import type { OrderStatus } from './contracts.js';
import { Refusal } from './refusal.js';
import type { ServiceDomain } from './service-domain.js';

const pricesInCents: ReadonlyMap<string, number> = new Map([
  ['tea', 650],
  ['mug', 1200],
  ['espresso-machine', 89_900],
  ['piano', 45_000],
]);

/** Accepts orders, and knows their outcomes. */
export function orders(): ServiceDomain {
  const statuses = new Map<string, OrderStatus>();
  const waiting = new Map<string, Set<() => void>>();

  const statusOf = (order: string): OrderStatus => statuses.get(order) ?? { status: 'unknown' };

  function settled(order: string, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const ofOrder = waiting.get(order) ?? new Set();
      waiting.set(order, ofOrder);
      const done = (): void => {
        clearTimeout(timer);
        ofOrder.delete(done);
        if (ofOrder.size === 0) waiting.delete(order);
        resolve();
      };
      const timer = setTimeout(done, Math.min(waitMs, 5000));
      ofOrder.add(done);
    });
  }

  return {
    commands: {
      PlaceOrder({ order, product, quantity }) {
        const price = pricesInCents.get(product);
        if (price === undefined) throw new Refusal('UnknownProduct', `There is no "${product}" in this shop.`);
        if (!Number.isInteger(quantity) || quantity < 1) {
          throw new Refusal('WrongQuantity', `Of "${product}" ${quantity} cannot be ordered.`);
        }
        const amountCents = price * quantity;
        return { events: [{ type: 'OrderPlaced', order, product, quantity, amountCents }], answer: { amountCents } };
      },
    },
    events: {
      OrderFulfilled: ({ order, parcel }) => ({
        events: [{ type: 'OrderClosed', order, status: 'fulfilled', detail: parcel }],
      }),
      OrderCancelled: ({ order, reason }) => ({
        events: [{ type: 'OrderClosed', order, status: 'cancelled', detail: reason }],
      }),
    },
    queries: {
      async OrderStatus({ order, waitMs = 0 }) {
        const isSettled = ['fulfilled', 'cancelled'].includes(statusOf(order).status);
        if (!isSettled && waitMs > 0) await settled(order, waitMs);
        return statusOf(order);
      },
    },
    apply(event) {
      switch (event.type) {
        case 'OrderPlaced':
          statuses.set(event.order, { status: 'open' });
          break;
        case 'OrderClosed':
          statuses.set(event.order, { status: event.status, detail: event.detail });
          for (const done of waiting.get(event.order) ?? []) done();
          break;
      }
    },
  };
}
