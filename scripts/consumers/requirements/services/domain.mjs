// A service of commands, queries, events and sagas: it executes events, and definitions make metrics of them.
import { cqrsLabelValues, cqrsMetrics, cqrsMetricsOf } from '@sightline/cqrs';
import { databaseMetrics, databaseMetricsOf } from '@sightline/database';
import { counter, createEvents, lastValue, recordEvents, summary } from '@sightline/events';
import { executeRuntimeEvents, runtimeMetrics, runtimeMetricsOf } from '@sightline/events/runtime';
import { websocketMetrics } from '@sightline/events/websocket';
import { createObservability } from '@sightline/sdk';

const obs = createObservability({ serviceName: 'domain', metrics: { maxSeries: 50 } });
const events = createEvents({ metrics: obs.metrics });
const native = 1_000_000; // nanoseconds in a millisecond
const usesBaseUnits = process.env.BASE_UNITS === 'true';

const catalogues = usesBaseUnits
  ? [
      ...cqrsMetricsOf({ usesBaseUnits }),
      ...databaseMetricsOf({ usesBaseUnits }),
      ...runtimeMetricsOf({ usesBaseUnits }),
    ]
  : [...cqrsMetrics, ...databaseMetrics, ...runtimeMetrics];
recordEvents(events, obs.metrics, [...catalogues, ...websocketMetrics]);
recordEvents(events, obs.metrics.child({ prefix: 'shop.' }), [
  counter('my_app.custom.event.count', { tags: ['kind'], event: ['my_app', 'custom', 'event'] }),
  summary('my_app.custom.event.milliseconds', {
    event: ['my_app', 'custom', 'event'],
    measurement: 'duration',
    unit: ['native', 'millisecond'],
  }),
  summary('my_app.custom.event.seconds', {
    event: ['my_app', 'custom', 'event'],
    measurement: 'duration',
    unit: ['native', 'second'],
  }),
  lastValue('my_app.custom.event.size', { unit: ['byte', 'megabyte'] }),
]);
executeRuntimeEvents(events, obs.metrics);

events.execute(
  ['my_app', 'custom', 'event'],
  { duration: 250 * native, size: 3_000_000 },
  { kind: 'a', user_id: 'u-1' },
);
events.execute('command.dispatched', { count: 1 }, { command_type: 'PlaceOrder', user_id: 'u-1' });
events.execute(
  'command.processing',
  { duration: Number(process.env.COMMAND_MS ?? 12) * native },
  { command_type: 'PlaceOrder' },
);
events.execute('event.stored', { count: 1 }, { event_type: 'OrderPlaced' });
events.execute('event.processing', { duration: 3 * native }, { event_type: 'OrderPlaced' });
events.execute('query.executed', { count: 1 }, { query_type: 'OrderById' });
events.execute('query.execution', { duration: 2 * native }, { query_type: 'OrderById' });
events.execute('saga.started', { count: 1 }, { saga_type: 'fulfilment' });
events.execute('saga.completed', { count: 1 }, { saga_type: 'fulfilment', status: 'failed' });
events.execute('saga', { duration: 1500 * native }, { saga_type: 'fulfilment' });
events.execute(
  'repo.query',
  { total_time: 10 * native, decode_time: native, query_time: 7 * native, queue_time: 2 * native },
  { query_type: 'SELECT' },
);
events.execute('websocket.connections', { count: 1 }, { status: 'open' });
events.execute('websocket.connection', { duration: 2000 * native }, {});
events.execute('websocket.messages', { count: 1 }, { direction: 'in', type: 'subscribe' });

// A label that goes wild must not take the process down.
const wild = obs.metrics.counter('wild_total', { help: 'Wild.', labelNames: ['page'] });
for (let i = 0; i < 1000; i++) wild.inc({ page: `page-${i}` });

await obs.ready;
const refusals = ['user_id', 'run_id'].map((tag) => messageOf(() => counter('order.placed.count', { tags: [tag] })));
console.log(JSON.stringify({ executed: true, address: obs.address ?? null, refusals, cqrsLabelValues }));
setInterval(() => {}, 60_000);

function messageOf(declare) {
  try {
    declare();
    return null;
  } catch (error) {
    return error.message;
  }
}
