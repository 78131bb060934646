import type { SpanBuilder } from '@sightline/tracing';

export interface Warehouse {
  reserve(sku: string): Promise<string>;
  release(reservation: string): Promise<void>;
}

export interface Orders {
  place(sku: string): Promise<void>;
}

export function createOrders(spans: SpanBuilder, warehouse: Warehouse, charge: (sku: string) => Promise<void>): Orders {
  return {
    place: (sku: string): Promise<void> =>
      spans.saga('place-order', { attributes: { 'order.sku': sku } }, async (saga) => {
        await saga.step('reserve', () => warehouse.reserve(sku), {
          compensate: (reservation) => warehouse.release(reservation),
        });
        await saga.step('charge', () => charge(sku));
      }),
  };
}
