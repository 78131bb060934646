// What the documents ask of an application with the namespace `nf`: name, type, labels, and the bounds of histograms.

const byTen = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];

/** @type {ReadonlyArray<readonly [name: string, type: string, labels: readonly string[], bounds?: readonly number[]]>} */
export const catalogue = [
  ['nf_runs_total', 'counter', ['status', 'model_name', 'backend']],
  ['nf_runs_active', 'gauge', []],
  ['nf_runs_queued', 'gauge', []],
  ['nf_training_duration_seconds', 'histogram', ['model_name', 'backend'], [60, 120, 300, 600, 1200, 1800, 3600]],
  ['nf_prediction_latency_seconds', 'histogram', ['model_name'], [0.01, 0.05, 0.1, 0.5, 1, 2, 5]],
  ['nf_dataset_size_rows', 'histogram', [], byTen],
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
 * The metrics of an exposition whose names begin with `nf_`, in the form of the catalogue.
 *
 * @param {string} page in Prometheus' text format
 * @returns {Array<(typeof catalogue)[number]>}
 */
export function catalogueOf(page) {
  const types = new Map([...page.matchAll(/^# TYPE (nf_\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  return [...types].map(([name, type]) => {
    const suffix = type === 'histogram' ? '_bucket' : '';
    const samples = [...page.matchAll(new RegExp(`^${name}${suffix}(?:\\{(.*)\\})? \\S+$`, 'gm'))];
    const sets = samples.map(([, text = '']) =>
      [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]),
    );
    const labels = [
      ...new Set(
        sets.map((set) =>
          set
            .map(([label]) => label)
            .filter((label) => label !== 'le')
            .join(),
        ),
      ),
    ];
    if (labels.length !== 1)
      throw new Error(`${name} has ${samples.length} samples with the labels ${labels.join(' / ')}`);
    const bounds = new Set(
      sets
        .flat()
        .filter(([label]) => label === 'le')
        .map(([, value]) => Number(value.replace('+Inf', 'Infinity'))),
    );
    bounds.delete(Number.POSITIVE_INFINITY);
    return [name, type, labels[0] === '' ? [] : labels[0].split(','), ...(type === 'histogram' ? [[...bounds]] : [])];
  });
}
