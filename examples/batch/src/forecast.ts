import type { Run } from '@sightline/sdk';
import type { ForecastMetrics } from './forecast-metrics.js';
import type { ForecastComponent } from './forecast-runs.js';
import type { ForecastResult } from './run-history.js';

/** What to forecast, and by which model. */
export interface ForecastJob {
  readonly modelName: string;
  readonly modelType: string;
  readonly backend: string;
  readonly dataset: { readonly rows: number; readonly uniqueIds: number };
}

/** Loads data, trains, predicts: simulated. Fails if the data set is empty. */
export async function forecast(
  { modelName, dataset }: ForecastJob,
  run: Pick<Run<ForecastComponent>, 'step'>,
  metrics: ForecastMetrics,
): Promise<ForecastResult> {
  await run.step('dataset', async () => {
    await pause();
    if (dataset.rows === 0) throw new RangeError('The data set has no rows.');
    metrics.datasetSize.observe(dataset.rows);
    metrics.uniqueIds.observe(dataset.uniqueIds);
  });
  const accuracy = await run.step('training', async () => {
    await pause();
    return { smape: 1 - 1 / Math.log10(dataset.rows + 10), r2: 1 - 1 / Math.log2(dataset.rows + 4) };
  });
  for (const [metric_type, value] of Object.entries(accuracy)) {
    metrics.accuracy.set({ model_name: modelName, metric_type }, value);
  }
  await run.step('prediction', () => metrics.predictionLatency.time({ model_name: modelName }, pause));
  return { accuracy, predictions: dataset.uniqueIds, costUsd: dataset.rows * 1e-6 };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
