import { EventEmitter } from 'node:events';
import { connectMessageFeed, type MessageFeed } from '@sightline/base';
import { createEvents, recordEvents } from '@sightline/events';
import { createTestMetrics } from '@sightline/testing/metrics';
import { createTestSpans } from '@sightline/testing/spans';
import { expect, test } from 'vitest';
import { type CqrsEvents, countedSagas, cqrsMetrics, tracedCommandBus, tracedEventBus } from '../src/index.js';

function watched() {
  const metrics = createTestMetrics();
  const { spans } = createTestSpans();
  const events = createEvents<
    CqrsEvents & { 'order.paid': { measurements: Record<never, number>; metadata: { order: string } } }
  >({
    metrics,
  });
  recordEvents(events, metrics, cqrsMetrics);
  const seen: Array<[topic: string, type: string, payload: unknown, phase: string]> = [];
  const feed: MessageFeed = { message: (...args) => void seen.push(args) };
  const disconnect = [connectMessageFeed(spans, feed), connectMessageFeed(metrics, feed)];
  return { events, observed: { spans, events }, seen, disconnect: () => disconnect.forEach((each) => void each()) };
}

test('a feed gets each message of a bus within the process once, where it is sent', async () => {
  const { observed, seen } = watched();
  const emitter = tracedEventBus(new EventEmitter(), observed);
  emitter.on('OrderPlaced', () => {});
  emitter.on('OrderPlaced', () => {});
  const order = { type: 'OrderPlaced', id: 'o-1' };
  emitter.emit('OrderPlaced', order);
  expect(seen.filter(([, , payload]) => payload === order)).toHaveLength(1);
});

test('a feed gets a message that came from elsewhere where it is handled', () => {
  const { observed, seen } = watched();
  let deliver: (message: object) => void = () => {};
  const bus = {
    dispatch() {},
    register: (_type: string, handler: (message: object) => void) => {
      deliver = handler;
    },
  };
  tracedCommandBus(bus, observed).register('PlaceOrder', () => {});
  deliver({ order: 'o-1' });
  expect(seen).toEqual([['commands', 'PlaceOrder', { order: 'o-1' }, 'handled']]);
});

test('the payload is what follows the type, where a bus takes both', () => {
  const { observed, seen } = watched();
  const bus = { dispatch: (..._args: unknown[]) => {} };
  const traced = tracedCommandBus(bus, observed);
  traced.dispatch('PlaceOrder', { order: 'o-1' });
  traced.dispatch('PlaceOrder', 'o-2', 3);
  traced.dispatch({ type: 'PlaceOrder' }, { timeout: 3 });
  expect(seen.map(([, , payload]) => payload)).toEqual([{ order: 'o-1' }, ['o-2', 3], { type: 'PlaceOrder' }]);
});

test('queries and events have topics of their own', () => {
  const { observed, seen } = watched();
  tracedCommandBus({ execute: () => 7 }, { ...observed, operation: 'query' }).execute();
  tracedEventBus({ publish() {} }, observed).publish();
  expect(seen.map(([topic]) => topic)).toEqual(['queries', 'events']);
});

test('a feed gets the start and the end of a saga', async () => {
  const { observed, seen } = watched();
  const failing = countedSagas(observed).run('fulfil', 'o-1', () => {
    throw new Error('no stock');
  });
  await expect(failing).rejects.toThrow('no stock');
  expect(seen).toEqual([
    ['sagas', 'fulfil', { saga: 'o-1', status: 'started' }, 'sent'],
    ['sagas', 'fulfil', { saga: 'o-1', status: 'failed', durationMs: expect.any(Number) }, 'sent'],
  ]);
});

test('events that only count messages are not shown beside them, those of their handlers are', () => {
  const { events, observed, seen } = watched();
  events.attach('pays', 'command.dispatched', () => events.execute('order.paid', {}, { order: 'o-1' }));
  tracedCommandBus({ dispatch() {} }, observed).dispatch();
  expect(seen.map(([topic, type]) => `${topic} ${type}`)).toEqual(['events order.paid', 'commands undefined']);
});

test('nothing is shown after the feed is disconnected', () => {
  const { events, observed, seen, disconnect } = watched();
  disconnect();
  tracedCommandBus({ dispatch() {} }, observed).dispatch();
  events.execute('order.paid', {}, { order: 'o-1' });
  expect(seen).toEqual([]);
});
