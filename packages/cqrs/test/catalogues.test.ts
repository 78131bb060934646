import { createMetrics } from '@sightline/core';
import { prometheusSampleName } from '@sightline/core/backend';
import { busEvents, type CqrsEvents, cqrsMetrics, cqrsMetricsOf } from '@sightline/cqrs';
import { databaseMetrics, databaseMetricsOf } from '@sightline/database';
import { createEvents, recordEvents } from '@sightline/events';
import { executeRuntimeEvents, runtimeMetrics, runtimeMetricsOf } from '@sightline/events/runtime';
import {
  connectionStatuses,
  type WebsocketEvents,
  websocketMetrics,
  websocketMetricsOf,
} from '@sightline/events/websocket';
import { createTestMetrics } from '@sightline/testing';
import { expect, test } from 'vitest';

test('all catalogues fit into one collector, under the names of the convention', () => {
  const metrics = createTestMetrics();
  const all = [...cqrsMetrics, ...databaseMetrics, ...websocketMetrics, ...runtimeMetrics];
  recordEvents(createEvents(), metrics, all);
  expect(metrics.snapshot().families.map(({ name }) => name)).toEqual(
    expect.arrayContaining(all.map(({ name }) => name)),
  );
});

test('a system with namespace puts it before every name', async () => {
  const metrics = createMetrics();
  const events = createEvents<CqrsEvents>();
  recordEvents(events, metrics.child({ prefix: 'shop.' }), cqrsMetrics);
  events.execute('command.dispatched', { count: 1 }, { command_type: 'PlaceOrder', order: { id: 7 } });
  expect(metrics.snapshot().families.map(({ name }) => name)).toContain('shop.command.dispatched.count');
});

test('buses report the events of the catalogue, also for handlers that fail', async () => {
  const metrics = createTestMetrics();
  const events = createEvents<CqrsEvents>();
  recordEvents(events, metrics, cqrsMetrics);
  const statuses: unknown[] = [];
  events.attach('statuses', ['command.processing', 'event.processing'], (_event, _measured, { status }) =>
    statuses.push(status),
  );
  const bus = busEvents(events, metrics.clock);
  bus.dispatched('PlaceOrder');
  const placed = bus.handled('command', 'PlaceOrder', async () => {
    await metrics.clock.advanceAsync(250);
    return 'o-1';
  });
  expect(await placed).toBe('o-1');
  await expect(bus.handled('event', 'OrderPlaced', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(bus.handled('query', 'OpenOrders', () => 7)).toBe(7);
  expect(metrics.value('command.dispatched.count', { command_type: 'PlaceOrder' })).toBe(1);
  expect(metrics.observations('command.processing.duration', { command_type: 'PlaceOrder' })).toEqual([250]);
  expect(metrics.value('query.executed.count', { query_type: 'OpenOrders' })).toBe(1);
  expect(statuses).toEqual(['ok', 'error']);
});

test('the written names are those of Prometheus', () => {
  const metrics = createTestMetrics();
  recordEvents(createEvents<CqrsEvents>(), metrics, cqrsMetrics);
  const written = metrics.snapshot().families.map((family) => prometheusSampleName(family));
  expect(written).toEqual(
    expect.arrayContaining([
      'command_dispatched_total',
      'command_processing_duration_milliseconds',
      'saga_duration_seconds',
    ]),
  );
});

test('the runtime is measured at a collection', async () => {
  const metrics = createTestMetrics();
  const events = createEvents();
  recordEvents(events, metrics, runtimeMetrics);
  const stop = executeRuntimeEvents(events, metrics);
  await metrics.collect();
  const ratio = (metrics.value('vm.memory.total') ?? 0) / (process.memoryUsage().rss / 1e6);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
  expect(metrics.value('vm.event_loop.utilization')).toBeLessThanOrEqual(1);
  stop();
});

test('one option gives every catalogue in base units', () => {
  const usesBaseUnits = true;
  const all = [cqrsMetricsOf, databaseMetricsOf, runtimeMetricsOf].flatMap((catalogueOf) =>
    catalogueOf({ usesBaseUnits }),
  );
  const units = [...all, ...websocketMetrics].map(({ conversion }) => conversion.unit);
  expect([...new Set(units)].sort()).toEqual(['bytes', 'ratio', 'seconds', undefined]);

  const metrics = createTestMetrics();
  const events = createEvents();
  recordEvents(events, metrics, all);
  events.execute('command.processing', { duration: 12e6 }, { command_type: 'PlaceOrder' });
  expect(metrics.observations('command.processing.duration')).toEqual([0.012]);
});

test('a connection has the label values of the catalogue, or those that the service declares', () => {
  const metrics = createTestMetrics();
  const events = createEvents<WebsocketEvents>();
  recordEvents(events, metrics, websocketMetrics);
  for (const status of connectionStatuses) events.execute('websocket.connections', { count: 1 }, { status });
  expect(connectionStatuses).toContain('open');
  expect(metrics.series('websocket.connections.count').map(({ labels, value }) => [labels['status'], value])).toEqual(
    connectionStatuses.map((status) => [status, 1]),
  );

  const own = createTestMetrics();
  const ownEvents = createEvents<WebsocketEvents<'connecting' | 'lost'>>();
  recordEvents(ownEvents, own, websocketMetricsOf({ statuses: ['connecting', 'lost'] }));
  ownEvents.execute('websocket.connections', {}, { status: 'lost' });
  expect(own.series('websocket.connections.count').map(({ labels, value }) => [labels['status'], value])).toEqual([
    ['connecting', 0],
    ['lost', 1],
  ]);
  expect(() => ownEvents.execute('websocket.connections', {}, { status: 'open' as never })).toThrow('open');
});
