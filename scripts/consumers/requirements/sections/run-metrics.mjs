import assert from 'node:assert/strict';
import { assertFamily, boundsOf, pageAt, sampleValue } from '../exposition.mjs';
import { startService } from '../service-process.mjs';

const run = { model_name: 'nhits', backend: 'ray' };

/** @type {ReadonlyArray<readonly [string, string, readonly string[], (readonly number[])?]>} */
const names = [
  ['nf_runs_total', 'counter', ['status', 'model_name', 'backend']],
  ['nf_runs_active', 'gauge', []],
  ['nf_runs_queued', 'gauge', []],
  ['nf_training_duration_seconds', 'histogram', ['model_name', 'backend'], [60, 120, 300, 600, 1200, 1800, 3600]],
  ['nf_prediction_latency_seconds', 'histogram', ['model_name'], [0.01, 0.05, 0.1, 0.5, 1, 2, 5]],
  ['nf_dataset_size_rows', 'histogram', [], [100, 1000, 1e4, 1e5, 1e6, 1e7]],
  ['nf_unique_ids_count', 'histogram', [], [10, 100, 1000, 10_000]],
  ['nf_errors_total', 'counter', ['error_type', 'component']],
  ['nf_model_accuracy', 'gauge', ['model_name', 'metric_type']],
  ['nf_memory_usage_bytes', 'gauge', ['component']],
  ['nf_db_connections_active', 'gauge', []],
  ['nf_db_query_duration_seconds', 'histogram', ['query_type'], [0.001, 0.01, 0.1, 0.5, 1, 5]],
  ['nf_daily_runs_count', 'gauge', ['date']],
  ['nf_daily_models_trained', 'gauge', ['date']],
  ['nf_weekly_average_accuracy', 'gauge', ['week', 'metric_type']],
  ['nf_system_uptime_seconds_total', 'counter', []],
  ['nf_system_availability_percent', 'gauge', []],
  ['nf_user_sessions_active', 'gauge', []],
  ['nf_cost_per_prediction_usd', 'gauge', ['model_type']],
];

/**
 * 1.3, runs of models and numbers of the business.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function runMetrics(project, { item, note }) {
  const service = startService(project, 'batch.mjs', {
    METRICS_BACKEND: 'prometheus',
    METRICS_PORT: '0',
    METRICS_HOST: '127.0.0.1',
  });
  const { address } = await service.line(({ started }) => started);
  const url = `http://127.0.0.1:${address.port}/metrics`;
  const during = await pageAt(url);
  service.signal('SIGUSR2');
  await service.line(({ isDone }) => isDone);
  const after = await pageAt(url);
  await service.stop();

  for (const [name, type, labels, buckets] of names) {
    const bounds = buckets === undefined ? '' : `, buckets ${buckets.join(' ')}`;
    await item('1.3', `${type} ${name}{${labels.join(',')}}${bounds}`, () => {
      assertFamily(after, name, type, labels);
      if (buckets !== undefined) assert.deepEqual(boundsOf(after, name), buckets);
    });
  }
  await item('1.3', 'a run is active from its start to its end, a queued one until it leaves', () => {
    assert.equal(sampleValue(during, 'nf_runs_active'), 1);
    assert.equal(sampleValue(during, 'nf_runs_queued'), 1);
    assert.equal(sampleValue(after, 'nf_runs_active'), 0);
    assert.equal(sampleValue(after, 'nf_runs_queued'), 0);
  });
  await item('1.3', 'status is started, then success or failed, by one call', () => {
    assert.equal(sampleValue(during, 'nf_runs_total', { status: 'started', ...run }), 1);
    assert.equal(sampleValue(during, 'nf_runs_total', { status: 'success', ...run }), 0);
    for (const [status, count] of Object.entries({ started: 2, success: 1, failed: 1 })) {
      assert.equal(sampleValue(after, 'nf_runs_total', { status, ...run }), count, status);
    }
    assert.equal(sampleValue(after, 'nf_training_duration_seconds_count', run), 2);
  });
  await item('1.3', 'an error is counted by error_type and component', () => {
    assert.equal(sampleValue(after, 'nf_errors_total', { error_type: 'RangeError', component: 'training' }), 1);
  });
  await item('1.3', 'date as a label has a bounded form: the newest stay', () => {
    const dates = after.get('nf_daily_runs_count')?.samples.map(({ labels }) => labels['date']);
    assert.deepEqual(dates?.sort(), ['2025-11-02', '2025-11-03']);
  });
  await item('1.3', 'business values are computed without blocking: one that never answers delays no page', () => {
    assert.equal(sampleValue(during, 'nf_daily_models_trained', { date: '2025-11-03' }), 2);
  });
  await item('1.3', 'a failing computation is reported, counted, and the others go on', () => {
    assert.equal(sampleValue(after, 'sightline_scheduled_failures_total', { metric: 'nf_orders_open' }), 1);
    const reports = service.lines.filter((line) => line.level >= 40 && JSON.stringify(line).includes('nf_orders_open'));
    assert.equal(reports.length, 1, service.output.join('\n'));
    assert.equal(sampleValue(after, 'nf_daily_models_trained', { date: '2025-11-03' }), 2);
  });
  note('1.3', 'business metrics are kept 180 days', 'The retention of the server that scrapes: section 5.');
}
