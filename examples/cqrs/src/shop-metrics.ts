import { cqrsMetrics } from '@sightline/cqrs';
import { counter, type MetricDefinition, sum } from '@sightline/events';

/** Metrics of commands, events, queries and sagas, and business metrics from stored events. */
export const shopMetrics: readonly MetricDefinition[] = [
  ...cqrsMetrics,
  counter('shop.orders.placed.count', {
    event: 'event.stored',
    keep: ({ event_type }) => event_type === 'OrderPlaced',
    tags: ['product'],
    description: 'Orders placed.',
  }),
  counter('shop.orders.closed.count', {
    event: 'event.stored',
    keep: ({ event_type }) => event_type === 'OrderClosed',
    tags: ['status'],
    description: 'Orders that were fulfilled or cancelled.',
  }),
  sum('shop.revenue.euros', {
    event: 'event.stored',
    measurement: (_, { event_type, amountCents }) => {
      if (event_type === 'PaymentCharged') return Number(amountCents) / 100;
      return event_type === 'PaymentRefunded' ? -Number(amountCents) / 100 : undefined;
    },
    isAdditive: true,
    description: 'Revenue in euros: charges less refunds.',
  }),
];
