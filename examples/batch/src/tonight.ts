import type { ForecastJob } from './forecast.js';

/** The jobs of a night. One data set did not arrive. */
export const tonight: readonly ForecastJob[] = [
  { modelName: 'nhits', modelType: 'neural', backend: 'ray', dataset: { rows: 250_000, uniqueIds: 420 } },
  { modelName: 'nbeats', modelType: 'neural', backend: 'ray', dataset: { rows: 90_000, uniqueIds: 80 } },
  { modelName: 'ets', modelType: 'statistical', backend: 'local', dataset: { rows: 4000, uniqueIds: 12 } },
  { modelName: 'arima', modelType: 'statistical', backend: 'local', dataset: { rows: 0, uniqueIds: 0 } },
];
