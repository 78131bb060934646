import { type CqrsEvents, countedSagas } from '@sightline/cqrs';
import { createEvents, recordEvents } from '@sightline/events';
import type { Log } from '@sightline/sdk';
import type { Broker } from './bus/broker.js';
import { type Buses, openBuses, type Telemetry } from './bus/open-buses.js';
import { type ServiceName, type ShopEvents, subscribers } from './domain/contracts.js';
import { fulfilment } from './domain/fulfilment.js';
import { orders } from './domain/orders.js';
import { type CardCompany, payment } from './domain/payment.js';
import type { ServiceDomain, StoredEvent } from './domain/service-domain.js';
import { stock } from './domain/stock.js';
import { handleOnce } from './handle-once.js';
import { openJournal } from './journal.js';
import { shopMetrics } from './shop-metrics.js';

export interface ServiceOptions {
  readonly broker: Broker;
  readonly telemetry: Telemetry;
  readonly log: Log;
  readonly card: CardCompany;
  /** The file of the journal; in memory if there is none. */
  readonly journalFile?: string | undefined;
}

/** Starts a service on a broker, which belongs to the caller: `broker.stopConsuming` ends the service's work. */
export async function startService(
  name: ServiceName,
  { broker, telemetry, log, card, journalFile }: ServiceOptions,
): Promise<void> {
  const events = createEvents<CqrsEvents>({ metrics: telemetry.metrics, log });
  recordEvents(events, telemetry.metrics, shopMetrics);
  const buses = await openBuses({ service: name, broker, telemetry, events, log });
  const sagas = countedSagas({ ...telemetry, events });
  const domains: Record<ServiceName, () => ServiceDomain> = {
    orders,
    stock,
    payment: () => payment(card),
    fulfilment: () => fulfilment(buses.commands, sagas),
  };
  const domain = domains[name]();
  const journal = openJournal({ file: journalFile, apply: (event) => domain.apply(event), events });
  const once = handleOnce({
    journal,
    isPublished,
    publish: ({ type, ...event }) => buses.published.publish(type, event as never),
  });
  registerAll(domain, buses, once);
  for (const bus of [buses.commands, buses.queries, buses.published]) await bus.start();
}

function registerAll(
  { commands = {}, events = {}, queries = {} }: ServiceDomain,
  buses: Buses,
  once: ReturnType<typeof handleOnce>,
): void {
  // Handler and bus have matching types for each entry, which a loop cannot express.
  for (const [type, decide] of Object.entries(commands))
    buses.commands.register(type as never, once(decide as never) as never);
  for (const [type, decide] of Object.entries(events)) buses.published.subscribe(type as never, once(decide as never));
  for (const [type, answer] of Object.entries(queries)) buses.queries.register(type as never, answer as never);
}

function isPublished(event: StoredEvent): event is StoredEvent & { readonly type: keyof ShopEvents } {
  return Object.hasOwn(subscribers, event.type);
}
