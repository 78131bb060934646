import type { Buses } from './bus/open-buses.js';
import type { OrderStatus } from './domain/contracts.js';
import { Refusal } from './domain/refusal.js';

export interface Wish {
  readonly product: string;
  readonly quantity: number;
}

export interface Purchase extends Wish, OrderStatus {
  readonly order: string;
}

/** Places an order, and waits for its outcome. */
export async function buy({ commands, queries }: Pick<Buses, 'commands' | 'queries'>, wish: Wish): Promise<Purchase> {
  const order = crypto.randomUUID().slice(0, 8);
  try {
    await commands.dispatch('PlaceOrder', { order, ...wish });
  } catch (error) {
    if (error instanceof Refusal) return { order, ...wish, status: 'cancelled', detail: error.message };
    throw error;
  }
  for (;;) {
    const status = await queries.dispatch('OrderStatus', { order, waitMs: 2000 });
    if (status.status === 'fulfilled' || status.status === 'cancelled') return { order, ...wish, ...status };
  }
}
