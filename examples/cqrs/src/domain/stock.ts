import type { Wanted } from './contracts.js';
import { Refusal } from './refusal.js';
import type { ServiceDomain } from './service-domain.js';

/** Reserves goods for orders, and records demand. */
export function stock(): ServiceDomain {
  const levels = new Map([
    ['tea', 1000],
    ['mug', 1000],
    ['espresso-machine', 50],
    ['piano', 2],
  ]);
  const wanted = new Map<string, number>();
  const reserved = new Map<string, Wanted>();

  const levelOf = (product: string): number => levels.get(product) ?? 0;

  return {
    commands: {
      ReserveStock({ order, product, quantity }) {
        if (levelOf(product) < quantity) throw new Refusal('OutOfStock', `Not enough of "${product}".`);
        return { events: [{ type: 'StockReserved', order, product, quantity }] };
      },
      ReleaseStock({ order }) {
        const reservation = reserved.get(order);
        return { events: reservation === undefined ? [] : [{ type: 'StockReleased', ...reservation }] };
      },
    },
    events: {
      OrderPlaced: ({ order, product, quantity }) => ({ events: [{ type: 'DemandNoted', order, product, quantity }] }),
    },
    queries: {
      StockOf: ({ product }) => ({ inStock: levelOf(product), wanted: wanted.get(product) ?? 0 }),
    },
    apply(event) {
      switch (event.type) {
        case 'StockReserved': {
          const { order, product, quantity } = event;
          reserved.set(order, { order, product, quantity });
          levels.set(product, levelOf(product) - quantity);
          break;
        }
        case 'StockReleased':
          reserved.delete(event.order);
          levels.set(event.product, levelOf(event.product) + event.quantity);
          break;
        case 'DemandNoted':
          wanted.set(event.product, (wanted.get(event.product) ?? 0) + event.quantity);
          break;
      }
    },
  };
}
