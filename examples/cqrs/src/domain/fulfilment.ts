import type { Saga } from '@sightline/tracing';
import type { CommandBus } from '../bus/command-bus.js';
import type { Commands, ShopEvents } from './contracts.js';
import { Refusal } from './refusal.js';
import type { ServiceDomain } from './service-domain.js';

/** Runs a function; if it fails, its finished steps are undone, the last one first. */
export interface Sagas {
  run<T>(type: string, id: string, fn: (saga: Pick<Saga, 'step'>) => Promise<T>): Promise<T>;
}

/** Delivers an order to the customer, or undoes everything. */
export function fulfilment(commands: Pick<CommandBus<Commands>, 'dispatch'>, sagas: Sagas): ServiceDomain {
  return {
    events: {
      async OrderPlaced({ order, product, quantity, amountCents }) {
        try {
          const parcel = await sagas.run('fulfil-order', order, async (saga) => {
            await saga.step('reserve-stock', () => commands.dispatch('ReserveStock', { order, product, quantity }), {
              compensate: () => commands.dispatch('ReleaseStock', { order }),
            });
            await saga.step('charge-payment', () => commands.dispatch('ChargePayment', { order, amountCents }), {
              compensate: () => commands.dispatch('RefundPayment', { order }),
            });
            return saga.step('book-parcel', () => parcelFor(order, product));
          });
          return { events: [{ type: 'OrderFulfilled', order, parcel }] };
        } catch (error) {
          // For any reason: everything has been undone, so another attempt would charge for released goods.
          const reason = error instanceof Error ? error.message : String(error);
          return { events: [{ type: 'OrderCancelled', order, reason }] };
        }
      },
    },
    apply() {},
  };
}

function parcelFor(order: ShopEvents['OrderPlaced']['order'], product: string): string {
  if (product === 'piano') throw new Refusal('TooHeavy', 'No carrier takes a piano.');
  return `parcel-${order}`;
}
