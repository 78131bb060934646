import type { Charge, Commands, OfOrder, Queries, ShopEvents, Wanted } from './contracts.js';

/** The logic of one service, without brokers, traces or metrics. */
export interface ServiceDomain {
  readonly commands?: { readonly [Type in keyof Commands]?: Decide<Parameters<Commands[Type]>[0]> };
  readonly events?: { readonly [Type in keyof ShopEvents]?: Decide<ShopEvents[Type]> };
  readonly queries?: {
    readonly [Type in keyof Queries]?: (
      query: Parameters<Queries[Type]>[0],
    ) => ReturnType<Queries[Type]> | Promise<ReturnType<Queries[Type]>>;
  };
  /** Applies an event to the state: called once for each stored event, those of an earlier process included. */
  apply(event: StoredEvent): void;
}

/** Decides without side effects: the decision takes effect when its events are stored. A `Refusal` is a decision, too. */
export type Decide<Message> = (message: Message) => Decision | Promise<Decision>;

export interface Decision {
  readonly events?: readonly StoredEvent[];
  readonly answer?: unknown;
}

interface StoredEvents extends ShopEvents {
  OrderClosed: OfOrder & { readonly status: 'fulfilled' | 'cancelled'; readonly detail: string };
  DemandNoted: Wanted;
  StockReserved: Wanted;
  StockReleased: Wanted;
  PaymentCharged: Charge & { readonly receipt: string };
  PaymentRefunded: Charge;
}

export type StoredEvent = {
  [Type in keyof StoredEvents]: { readonly type: Type } & StoredEvents[Type];
}[keyof StoredEvents];
