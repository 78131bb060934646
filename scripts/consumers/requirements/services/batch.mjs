// A service that trains models: its runs by the run recorder, its other metrics under the documents' names.

import { scheduledMetrics } from '@sightline/core/scheduled';
import { createObservability, runRecorder } from '@sightline/sdk';

const obs = createObservability({ serviceName: 'forecasts', tracing: { exporter: 'none' } });
const { metrics } = obs;
const runs = runRecorder(obs, {
  namespace: 'nf',
  labelNames: ['model_name', 'backend'],
  components: ['dataset', 'training'],
  duration: { name: 'training_duration_seconds', buckets: [60, 120, 300, 600, 1200, 1800, 3600] },
});
const labels = { model_name: 'nhits', backend: 'ray' };

const histogram = (name, buckets, labelNames = []) =>
  metrics.histogram(name, { help: 'A time or size.', buckets, labelNames });
const gauge = (name, labelNames = []) => metrics.gauge(name, { help: 'A value.', labelNames });
histogram('nf_prediction_latency_seconds', [0.01, 0.05, 0.1, 0.5, 1, 2, 5], ['model_name']).observe(
  { model_name: 'nhits' },
  0.2,
);
histogram('nf_dataset_size_rows', [100, 1000, 1e4, 1e5, 1e6, 1e7]).observe(5000);
histogram('nf_unique_ids_count', [10, 100, 1000, 10_000]).observe(50);
histogram('nf_db_query_duration_seconds', [0.001, 0.01, 0.1, 0.5, 1, 5], ['query_type']).observe(
  { query_type: 'SELECT' },
  0.02,
);
gauge('nf_model_accuracy', ['model_name', 'metric_type']).set({ model_name: 'nhits', metric_type: 'mape' }, 0.9);
gauge('nf_memory_usage_bytes', ['component']).set({ component: 'heap' }, 1000);
gauge('nf_db_connections_active').set(3);
gauge('nf_user_sessions_active').set(2);
gauge('nf_system_availability_percent').set(99.5);
gauge('nf_cost_per_prediction_usd', ['model_type']).set({ model_type: 'neural' }, 0.01);
metrics.counter('nf_system_uptime_seconds_total', {
  help: 'Time since the start.',
  collect: () => performance.now() / 1000,
});

const business = scheduledMetrics(metrics, { log: obs.log });
business.gauge('nf_daily_runs_count', {
  help: 'Runs by day.',
  labelNames: ['date'],
  newest: { label: 'date', keep: 2 },
  compute: async () => ['2025-11-01', '2025-11-02', '2025-11-03'].map((date) => ({ labels: { date }, value: 12 })),
});
business.gauge('nf_daily_models_trained', {
  help: 'Models by day.',
  labelNames: ['date'],
  newest: { label: 'date', keep: 2 },
  compute: () => [{ labels: { date: '2025-11-03' }, value: 2 }],
});
business.gauge('nf_weekly_average_accuracy', {
  help: 'Accuracy by week.',
  labelNames: ['week', 'metric_type'],
  newest: { label: 'week', keep: 2 },
  compute: () => [{ labels: { week: '2025-W45', metric_type: 'mape' }, value: 0.9 }],
});
business.gauge('nf_orders_open', {
  help: 'Fails.',
  compute: async () => {
    throw new Error('the database is away');
  },
});
// Never answers: readers must not wait for it.
business.gauge('nf_slow', { help: 'Slow.', compute: () => new Promise(() => {}) });

await obs.ready;
const training = Promise.withResolvers?.() ?? withResolvers();
const underWay = runs.run({ labels }, () => training.promise);
const waiting = runs.queue({ labels });
console.log(JSON.stringify({ started: true, address: obs.address }));

process.once('SIGUSR2', async () => {
  training.resolve();
  waiting.cancel();
  await underWay;
  await runs
    .run({ labels }, (run) =>
      run.step('training', async () => {
        throw new RangeError('no rows');
      }),
    )
    .catch(() => {});
  console.log(JSON.stringify({ isDone: true }));
});
setInterval(() => {}, 60_000);

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}
