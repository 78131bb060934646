import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { MetricsCollector } from '@sightline/core';
import { scheduledMetrics } from '@sightline/core/scheduled';
import { busEvents, type CqrsEvents, countedSagas, cqrsMetrics } from '@sightline/cqrs';
import { observedPool, queryObserver } from '@sightline/database';
import { createEvents, recordEvents } from '@sightline/events';
import { instrumentHandler } from '@sightline/http/node';
import { createObservability, type Observability, type RunTelemetry, runRecorder } from '@sightline/sdk';
import { collectHostMetrics } from '@sightline/system-metrics/host';
import { createSpans } from '@sightline/tracing';
import type { OpsDefinition } from '../src/facts/definition.js';

/** Of a shop that does something of everything, with real packages. */
export const shopDefinition: OpsDefinition = {
  service: 'shop',
  team: 'sales',
  declare(metrics) {
    declareShop({ metrics, spans: createSpans() });
    metrics.gauge('shop_revenue_euros', { help: 'Revenue in euros.' });
  },
  packs: ['http-server', 'database', 'cqrs'],
  operations: ['order.process'],
  signals: {
    publish: {
      title: 'Publishing',
      requests: 'shop_published_total',
      errors: { metric: 'shop_publish_errors_total', relation: 'besides' },
      duration: 'shop_publish_duration_seconds',
      by: 'stream',
    },
  },
  slos: {
    'http-availability': { signal: 'http-server', objective: 0.999 },
    'publish-fast': { signal: 'publish', objective: 0.95, withinSeconds: 0.1 },
  },
  queues: [{ metric: 'shop_queue_jobs', limit: 50 }],
  freshness: [{ metric: 'shop_last_message_timestamp', maxAgeSeconds: 60 }],
  kpis: ['shop_revenue_euros', 'shop_parcels_total'],
  database: 'postgres',
  host: 'node-exporter',
};

export interface ObservedShop {
  readonly obs: Observability;
  /** Of its metrics. */
  readonly pageUrl: string;
  /** Works until it is stopped, some of it in vain. */
  startWork(): void;
  stopWork(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A shop whose runs of `nf` hold `activeRuns` in progress from the start. */
export async function startShop({ activeRuns }: { readonly activeRuns: number }): Promise<ObservedShop> {
  const obs = createObservability({
    serviceName: 'shop',
    backend: 'prometheus',
    http: { port: 0, host: '127.0.0.1' },
    logger: { level: 'silent' },
    tracing: false,
    signals: false,
    isTestRun: false,
    env: {},
  });
  await obs.ready;
  const host = collectHostMetrics(obs.metrics, { intervalMs: 1000 });
  const shop = declareShop(obs);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const runs = Array.from({ length: activeRuns }, () => shop.run(() => held));
  const scheduled = scheduledMetrics(obs.metrics, { log: obs.logger });
  scheduled.gauge('shop_revenue_euros', { help: 'Revenue in euros.', compute: () => 1234.5 });
  await scheduled.computeAll();
  const work = shopWork(obs, shop);
  const web = createServer(
    instrumentHandler(
      obs,
      (request, response) => {
        response.statusCode = request.url === '/fail' ? 500 : 200;
        request.resume().on('end', () => response.end('ok'));
      },
      { routeOf: (request) => request.url },
    ),
  );
  await once(web.listen(0, '127.0.0.1'), 'listening');
  let working: Promise<void> = Promise.resolve();
  let isWorking = false;
  return {
    obs,
    pageUrl: `${obs.address?.url}/metrics`,
    startWork() {
      isWorking = true;
      working = (async () => {
        for (let i = 0; isWorking; i++) {
          await Promise.all([work(i), callWeb(web, i % 7 === 0 ? '/fail' : '/orders')]);
          await delay(5);
        }
      })();
    },
    async stopWork() {
      isWorking = false;
      await working;
    },
    async shutdown() {
      isWorking = false;
      await working;
      release();
      await Promise.all(runs);
      web.close();
      host.shutdown();
      scheduled.shutdown();
      await obs.shutdown();
    },
  };
}

type Shop = ReturnType<typeof declareShop>;

/** The service's own metrics, and its recorder of runs. */
function declareShop(telemetry: RunTelemetry) {
  const { metrics } = telemetry;
  const recorder = runRecorder(telemetry, {
    namespace: 'nf',
    labelNames: ['model_name'],
    components: ['training'],
    duration: { name: 'training_duration_seconds', buckets: [0.01, 0.1, 1, 60, 600, 3600] },
    logs: 'none',
  });
  declareForecasts(metrics);
  return {
    run: <T>(fn: () => T) => recorder.run({ labels: { model_name: 'tft' } }, (run) => run.step('training', fn)),
    published: metrics.counter('shop_published_total', { help: 'Messages published.', labelNames: ['stream'] }),
    publishErrors: metrics.counter('shop_publish_errors_total', { help: 'Messages lost.', labelNames: ['error_type'] }),
    publishTime: metrics.histogram('shop_publish_duration_seconds', {
      help: 'Time to publish.',
      buckets: [0.001, 0.01, 0.1, 1],
    }),
    predictions: metrics.histogram('nf_prediction_latency_seconds', {
      help: 'Time of a prediction.',
      labelNames: ['model_name'],
      buckets: [0.01, 0.1, 1],
    }),
    rows: metrics.histogram('nf_dataset_size_rows', { help: 'Rows.', buckets: [100, 1000] }),
    parcels: metrics.counter('shop_parcels_total', { help: 'Parcels sent.' }),
    lastMessage: metrics.gauge('shop_last_message_timestamp', { help: 'Unix time in seconds of the last message.' }),
    notCounted: metrics.counter('shop_not_counted_total', { help: 'What never happens.', labelNames: ['reason'] }),
  };
}

/** Gauges and histograms of a forecasting service, with fixed values. */
function declareForecasts(metrics: MetricsCollector): void {
  const set = (name: string, labels: Readonly<Record<string, string>>, value: number): void => {
    const labelNames = Object.keys(labels);
    metrics.gauge(name, { help: `What ${name} is.`, labelNames }).set(labels, value);
  };
  set('nf_model_accuracy', { model_name: 'tft', metric_type: 'smape' }, 0.93);
  set('nf_daily_runs_count', { date: '2026-11-29' }, 12);
  set('nf_weekly_average_accuracy', { week: '2026-W48', metric_type: 'smape' }, 0.91);
  set('nf_cost_per_prediction_usd', { model_type: 'transformer' }, 0.002);
  set('nf_memory_usage_bytes', { component: 'heap' }, 1e8);
  metrics.gauge('nf_db_connections_active', { help: 'Connections in use.' }).set(4);
  metrics.gauge('shop_queue_jobs', { help: 'Jobs that wait.' }).set(17);
  metrics.info('shop_build_info', { help: 'The build.', labels: { commit: 'abc' } });
}

/** One round of work; every seventh fails. */
function shopWork(obs: Observability, shop: Shop): (round: number) => Promise<void> {
  const events = createEvents<CqrsEvents>();
  recordEvents(events, obs.metrics, cqrsMetrics);
  const buses = busEvents(events);
  const sagas = countedSagas({ spans: obs.spans, events });
  const queries = queryObserver(
    { metrics: obs.metrics, spans: obs.spans },
    { system: 'postgresql', slowQueryMs: false },
  );
  observedPool(obs, new FakePool(), { slowQueryMs: false });
  return async (round) => {
    const isFailure = round % 7 === 0;
    const fail = (): void => {
      if (isFailure) throw new TypeError('in vain');
    };
    const quietly = async (fn: () => unknown): Promise<void> => {
      try {
        await fn();
      } catch {
        // counted
      }
    };
    await quietly(() => obs.operation('order.process', () => delay(round % 3).then(fail)));
    await quietly(() => shop.run(fail));
    await quietly(() => sagas.run('order', `s-${round}`, fail));
    await quietly(() =>
      queries.observe({ sql: 'SELECT 1 FROM orders' }, async (times) => {
        times.connected();
        await delay(1);
        times.answered();
        fail();
      }),
    );
    buses.dispatched('PlaceOrder');
    await quietly(() => buses.handled('command', 'PlaceOrder', fail));
    await quietly(() => buses.handled('event', 'OrderPlaced', fail));
    await quietly(() => buses.handled('query', 'FindOrder', fail));
    events.execute('event.stored', { count: 1 }, { event_type: round % 2 === 0 ? 'OrderPlaced' : 'OrderPaid' });
    shop.published.inc({ stream: 'orders' });
    shop.publishTime.observe(0.0011 * (round % 150));
    shop.rows.observe(10 * round);
    shop.predictions.observe({ model_name: 'tft' }, 0.05);
    if (isFailure) shop.publishErrors.inc({ error_type: 'publish_error' });
    shop.parcels.inc();
    shop.lastMessage.set(Date.now() / 1000);
  };
}

/** A pool of ten connections of which six are idle. */
class FakePool {
  readonly totalCount = 10;
  readonly idleCount = 6;
  readonly waitingCount = 1;
  query(): Promise<unknown> {
    return Promise.resolve({ rows: [] });
  }
  connect(): Promise<unknown> {
    return Promise.resolve(this);
  }
}

async function callWeb(web: Server, at: string): Promise<void> {
  const address = web.address();
  if (address === null || typeof address === 'string') return;
  const answer = await fetch(`http://127.0.0.1:${address.port}${at}`, { method: 'POST', body: 'an order' });
  await answer.arrayBuffer();
}
