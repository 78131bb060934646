import { tracedCommandBus, tracedEventBus } from '@sightline/cqrs';
import { expectTypeOf, test } from 'vitest';
import { createCommandBus } from '../../../examples/cqrs/src/bus/command-bus.js';
import { createEventBus } from '../../../examples/cqrs/src/bus/event-bus.js';

interface Commands {
  PlaceOrder(payload: { sku: string }): Promise<{ id: string }>;
  Ping(): void;
}

test('a command bus knows what each command carries and gives, traced as well', () => {
  const bus = tracedCommandBus(createCommandBus<Commands>());
  bus.register('PlaceOrder', async ({ sku }) => ({ id: sku }));
  bus.register('PlaceOrder', ({ sku }) => Promise.resolve({ id: sku }));
  expectTypeOf(bus.dispatch('PlaceOrder', { sku: 'x' })).toEqualTypeOf<Promise<{ id: string }>>();
  expectTypeOf(bus.dispatch('Ping')).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error misspelt
  void bus.dispatch('PlaceOrdr', { sku: 'x' });
  // @ts-expect-error the payload is missing
  void bus.dispatch('PlaceOrder');
  // @ts-expect-error not what the command gives
  bus.register('PlaceOrder', () => 'x');
});

test('an event bus knows what each event carries', () => {
  const bus = tracedEventBus(createEventBus<{ OrderPlaced: { id: string } }>());
  bus.subscribe('OrderPlaced', (event) => expectTypeOf(event).toEqualTypeOf<{ id: string }>());
  expectTypeOf(bus.publish('OrderPlaced', { id: '1' })).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error not what the event carries
  void bus.publish('OrderPlaced', { id: 1 });
});
