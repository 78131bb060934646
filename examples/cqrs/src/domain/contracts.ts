/** All that the services share: commands, queries and events, with their owners and subscribers. */
export interface Commands {
  PlaceOrder(command: Wanted): { readonly amountCents: number };
  ReserveStock(command: Wanted): void;
  ReleaseStock(command: OfOrder): void;
  ChargePayment(command: Charge): { readonly receipt: string };
  RefundPayment(command: OfOrder): void;
}

export interface Queries {
  /** With `waitMs` the answer waits at most that long for the outcome of the order. */
  OrderStatus(query: OfOrder & { readonly waitMs?: number }): OrderStatus;
  StockOf(query: { readonly product: string }): { readonly inStock: number; readonly wanted: number };
}

/** Published events. A service stores others only for itself. */
export interface ShopEvents {
  OrderPlaced: Wanted & Charge;
  OrderFulfilled: OfOrder & { readonly parcel: string };
  OrderCancelled: OfOrder & { readonly reason: string };
}

export interface OfOrder {
  readonly order: string;
}

export interface Wanted extends OfOrder {
  readonly product: string;
  readonly quantity: number;
}

export interface Charge extends OfOrder {
  readonly amountCents: number;
}

export interface OrderStatus {
  readonly status: 'unknown' | 'open' | 'fulfilled' | 'cancelled';
  /** The parcel, or why there is none. */
  readonly detail?: string;
}

export const serviceNames = ['orders', 'stock', 'payment', 'fulfilment'] as const;
export type ServiceName = (typeof serviceNames)[number];

export const commandOwners = {
  PlaceOrder: 'orders',
  ReserveStock: 'stock',
  ReleaseStock: 'stock',
  ChargePayment: 'payment',
  RefundPayment: 'payment',
} as const satisfies Record<keyof Commands, ServiceName>;

export const queryOwners = {
  OrderStatus: 'orders',
  StockOf: 'stock',
} as const satisfies Record<keyof Queries, ServiceName>;

export const subscribers = {
  OrderPlaced: ['fulfilment', 'stock'],
  OrderFulfilled: ['orders'],
  OrderCancelled: ['orders'],
} as const satisfies Record<keyof ShopEvents, readonly ServiceName[]>;
