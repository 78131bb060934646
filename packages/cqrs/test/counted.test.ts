import { EventEmitter } from 'node:events';
import { createEvents, recordEvents } from '@sightline/events';
import { createTestMetrics } from '@sightline/testing/metrics';
import { createTestSpans } from '@sightline/testing/spans';
import { expect, test } from 'vitest';
import { type CqrsEvents, countedSagas, cqrsMetrics, tracedCommandBus, tracedEventBus } from '../src/index.js';

function counting() {
  const metrics = createTestMetrics();
  const events = createEvents<CqrsEvents>();
  recordEvents(events, metrics, cqrsMetrics);
  return { metrics, observed: { spans: createTestSpans().spans, events, clock: metrics.clock } };
}

/** A bus of one handler a type. */
function bus() {
  const handlers = new Map<string, (payload: unknown) => unknown>();
  return {
    register: (type: string, handler: (payload: unknown) => unknown) => void handlers.set(type, handler),
    dispatch: async (type: string, payload?: unknown) => handlers.get(type)?.(payload),
  };
}

test('a traced command bus counts what it sends and handles', async () => {
  const { metrics, observed } = counting();
  const commands = tracedCommandBus(bus(), observed);
  commands.register('PlaceOrder', async () => metrics.clock.advanceAsync(250));
  commands.register('CancelOrder', () => {
    throw new Error('too late');
  });
  await commands.dispatch('PlaceOrder', {});
  await expect(commands.dispatch('CancelOrder', {})).rejects.toThrow('too late');
  expect(metrics.value('command.dispatched.count', { command_type: 'PlaceOrder' })).toBe(1);
  expect(metrics.value('command.dispatched.count', { command_type: 'CancelOrder' })).toBe(1);
  expect(metrics.observations('command.processing.duration', { command_type: 'PlaceOrder' })).toEqual([250]);
});

test('a query is counted where it is executed, not as a command', async () => {
  const { metrics, observed } = counting();
  const queries = tracedCommandBus(bus(), { ...observed, operation: 'query' });
  queries.register('OpenOrders', () => 7);
  expect(await queries.dispatch('OpenOrders')).toBe(7);
  expect(metrics.value('query.executed.count', { query_type: 'OpenOrders' })).toBe(1);
  expect(metrics.snapshot().families.find(({ name }) => name === 'command.dispatched.count')?.size).toBe(0);
});

test('an event is counted once for each handler', () => {
  const { metrics, observed } = counting();
  const events = tracedEventBus(new EventEmitter(), observed);
  events.on('OrderPlaced', () => {});
  events.on('OrderPlaced', () => {});
  events.emit('OrderPlaced', { id: 'o-1' });
  expect(metrics.observations('event.processing.duration', { event_type: 'OrderPlaced' })).toHaveLength(2);
});

test('sagas are counted by how they end', async () => {
  const { metrics, observed } = counting();
  const sagas = countedSagas(observed);
  await sagas.run('fulfil', 'o-1', (saga) => saga.step('charge', () => metrics.clock.advanceAsync(2000)));
  await expect(
    sagas.run('fulfil', 'o-2', async (saga) => {
      await saga.step('charge', () => 1, { compensate: () => {} });
      throw new Error('no parcel');
    }),
  ).rejects.toThrow('no parcel');
  expect(metrics.value('saga.started.count', { saga_type: 'fulfil' })).toBe(2);
  expect(metrics.value('saga.completed.count', { saga_type: 'fulfil', status: 'completed' })).toBe(1);
  expect(metrics.value('saga.completed.count', { saga_type: 'fulfil', status: 'compensated' })).toBe(1);
  expect(metrics.observations('saga.duration', { saga_type: 'fulfil' })).toEqual([2, 0]);
});
