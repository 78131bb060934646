import { createMetrics } from '@sightline/core';
import { createEvents, recordEvents } from '@sightline/events';
import { createTestMetrics } from '@sightline/testing';
import { expect, test } from 'vitest';
import { type DatabaseEvents, databaseMetrics, databaseMetricsOf, queryTimeHistograms } from '../src/query-metrics.js';

test('times of queries are recorded in milliseconds, by type if the event has one', () => {
  const metrics = createTestMetrics();
  const events = createEvents<DatabaseEvents>();
  recordEvents(events, metrics, databaseMetrics);
  events.execute('repo.query', { total_time: 5e6, query_time: 3e6 }, { query_type: 'SELECT', source: 'orders' });
  events.execute('repo.query', { total_time: 7e6, query_time: 1e6, queue_time: 2e6 }, {});
  expect(metrics.observations('repo.query.total_time', { query_type: 'SELECT' })).toEqual([5]);
  expect(metrics.observations('repo.query.total_time', { query_type: 'OTHER' })).toEqual([7]);
  expect(metrics.observations('repo.query.queue_time')).toEqual([2]);
});

test.each([
  ['as they come', undefined],
  ['with bounds of their own', [1, 10, 100]],
])('events and code that measures itself share the metrics %s, in any order of declarations', (_how, buckets) => {
  for (const isFirst of [true, false]) {
    const metrics = createMetrics();
    const events = createEvents<DatabaseEvents>();
    const declare = () => recordEvents(events, metrics, databaseMetricsOf({ buckets }));
    if (isFirst) declare();
    const times = queryTimeHistograms(metrics, { buckets });
    if (!isFirst) declare();
    times.total_time.observe({ query_type: 'SELECT' }, 5);
    events.execute('repo.query', { total_time: 7e6, query_time: 1e6 }, { query_type: 'SELECT' });
    expect(times.total_time.value({ query_type: 'SELECT' })).toMatchObject({ count: 2, sum: 12 });
  }
});

test('different bounds on one collector are refused, with both declarations', () => {
  const metrics = createMetrics();
  queryTimeHistograms(metrics, { buckets: [1, 2] });
  expect(() => recordEvents(createEvents(), metrics, databaseMetrics)).toThrow(
    '"repo.query.total_time" is already declared with other options',
  );
});
